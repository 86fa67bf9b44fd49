"""A plan: what a run would do."""

from __future__ import annotations

from rich.cells import cell_len

from ctxtui.screens.launcher import PlanModule, PlanView
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, fit, line, shorten, shorten_path, wrapped

_LINES, _COVERED = 6, 8
_MOST_PROBLEM_LINES = 4


def plan_head(plan: PlanView, taken: int, width: int) -> list[Line]:
    """What is planned in a line or two, and what stands in its way."""
    of = f" of {len(plan.modules)}" if taken != len(plan.modules) else ""
    at_once = f", {plan.jobs} at a time" if taken > 1 else ""
    modules = f"{taken}{of} {'module' if taken == 1 and not of else 'modules'}{at_once}"
    cost = f" · {plan.cost}" if plan.cost else ""
    lines: list[Line] = [
        line(
            (f" {plan.package}", Tone.STRONG),
            (shorten(f"  {modules} · {plan.agent}{cost}", width - cell_len(plan.package) - 2), Tone.MUTED),
        ),
        line((shorten(f" → branch {plan.branch}", width - 1), Tone.MUTED)),
    ]
    problems = [row for problem in plan.problems for row in wrapped(problem, width - 2, Tone.BAD, " ")]
    return [*lines, *problems[:_MOST_PROBLEM_LINES]]


def modules_head(plan: PlanView, width: int) -> Line:
    name, path, has_coverage = _columns(plan, width)
    text = "     " + fit("module", name) + "lines".rjust(_LINES)
    text += "covered".rjust(_COVERED + 1) if has_coverage else ""
    return line((text + ("  " + fit("tests go to", path) if path else ""), Tone.FAINT))


def module_line(plan: PlanView, module: PlanModule, width: int, *, is_taken: bool) -> Line:
    name, path, has_coverage = _columns(plan, width)
    spans = [
        Span(" [✓] " if is_taken else " [ ] ", Tone.GOOD if is_taken else Tone.MUTED),
        Span(fit(module.name, name), Tone.TEXT if is_taken else Tone.FAINT),
        Span(str(module.lines or "").rjust(_LINES), Tone.MUTED),
    ]
    if has_coverage:
        covered = "" if module.covered is None else f"{module.covered:.0f} %"
        spans.append(Span(covered.rjust(_COVERED + 1), Tone.MUTED))
    if path:
        spans.append(Span("  " + shorten_path(module.test_path, path), Tone.FAINT))
    return tuple(spans)


def below_modules(plan: PlanView, width: int) -> list[Line]:
    """What the plan says besides its modules."""
    lines: list[Line] = []
    if plan.notes:
        lines += [BLANK, line((" notes", Tone.MUTED))]
        for note in plan.notes:
            lines += wrapped(note, width - 2, Tone.MUTED, "  ")
    if plan.left_out:
        lines += [BLANK, line((f" left out: {plural(len(plan.left_out), 'module')}", Tone.MUTED))]
        for path, reason in plan.left_out.items():
            lines += wrapped(f"{path}: {reason}", width - 2, Tone.FAINT, "  ")
    return lines


def _columns(plan: PlanView, width: int) -> tuple[int, int, bool]:
    """Cells of the names and of the paths, and whether present coverage is known of any module."""
    has_coverage = any(module.covered is not None for module in plan.modules)
    room = width - 5 - _LINES - (_COVERED + 1 if has_coverage else 0) - 3
    longest = max((cell_len(module.name) for module in plan.modules), default=6) + 1
    name = min(longest, room)
    path = room - name - 2
    return name, (path if path >= 12 else 0), has_coverage  # noqa: PLR2004 - less of a path says nothing
