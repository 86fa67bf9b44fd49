"""A plan: what a run would do."""

from __future__ import annotations

from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, fit, line, shorten_path, wrapped
from ctxtui.screens.services import PlanView


def plan_lines(plan: PlanView, width: int) -> list[Line]:
    at_once = f", {plan.wish.jobs} at a time" if len(plan.modules) > 1 else ""
    lines: list[Line] = [
        line((f" {plan.package}", Tone.STRONG), (f"  {plural(len(plan.modules), 'module')}{at_once}", Tone.MUTED)),
        line((" branch    ", Tone.MUTED), plan.branch),
        line((" agent     ", Tone.MUTED), plan.wish.agent),
    ]
    if plan.cost:
        lines.append(line((" cost      ", Tone.MUTED), plan.cost))
    for note in plan.notes:
        lines += wrapped(note, width - 2, Tone.WARN, " ")
    lines.append(BLANK)
    name_width = min(max((len(module.name) for module in plan.modules), default=0) + 2, width // 3)
    for module in plan.modules:
        room = width - name_width - 4
        path = shorten_path(module.test_path, room)
        lines.append(
            (
                Span(" " + fit(module.name, name_width)),
                Span(path, Tone.MUTED),
                Span(f"  {module.note}".rstrip(), Tone.WARN),
            )
        )
    if plan.left_out:
        lines += [BLANK, line((f" left out: {plural(len(plan.left_out), 'module')}", Tone.MUTED))]
        lines += [line((f" {path}", Tone.MUTED), (f"  {reason}", Tone.FAINT)) for path, reason in plan.left_out.items()]
    return lines
