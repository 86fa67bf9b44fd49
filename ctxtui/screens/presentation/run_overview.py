"""The overview of a run: what it waits for, by cause; at the end what to do with the branch; and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.views.causes import Cause, causes_of
from ctxtui.core.views.forecast import budget
from ctxtui.core.views.handing_over import BranchCommand, branch_commands
from ctxtui.core.views.round_report import report_in_words
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import ShownState
from ctxtui.core.views.workers import workers_told
from ctxtui.screens.presentation.quantities import amount, clock_time, duration, plural
from ctxtui.screens.presentation.run_head import against_keys
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, apart, line, wrapped
from ctxtui.screens.presentation.states import run_sign

if TYPE_CHECKING:
    from datetime import datetime

    from ctxtui.core.ports.store import ChildRow

_LABEL = 11
_MOST_NAMES, _REPORT_LINES = 12, 6
_WORTH_TELLING = 10
"""Seconds between two steps that are a wait, and not the run at work."""


def run_overview(run: RunView, now: datetime, width: int) -> list[Line]:
    """The run: what is waited for or what came of it, and what it was started with."""
    parent = run.parent
    if parent is None:
        return []
    sign = run_sign(run, parent.id)
    lines: list[Line] = [
        apart(line((f" {parent.name}", Tone.STRONG)), line((f"{sign.glyph} {sign.word} ", sign.tone)), width),
        BLANK,
    ]
    if run.states[parent.id] is ShownState.PASSED:
        lines += _end_card(run, parent, width)
    else:
        lines += _against(run, parent, width)
    return [*lines, *_facts(run, parent, now, width)]


def merge_command(run: RunView) -> str:
    """Takes the branch over; empty while there is no commit."""
    parent = run.parent
    if parent is None or not parent.state.get("commit"):
        return ""
    return next(one.command for one in _commands(parent) if one.does == "merge")


def _commands(parent: ChildRow) -> tuple[BranchCommand, ...]:
    plan = parent.state.get("plan") or {}
    return branch_commands(str(plan.get("root") or ""), str(parent.state.get("branch_name") or ""))


def _end_card(run: RunView, parent: ChildRow, width: int) -> list[Line]:
    """What came of it, and the commands with which the branch is looked at and taken over."""
    passed = f"{run.proved} of {plural(run.total, 'component')} passed, {plural(run.totals.tests, 'test')}"
    lines = wrapped(passed, width - 1, Tone.GOOD if not run.left_out else Tone.WARN, " ")
    out = run.with_state(ShownState.SKIPPED, ShownState.CANCELLED)
    if out:
        lines += wrapped(f"left out: {_names(run, out)}", width - 1, Tone.MUTED, " ")
    lines.append(BLANK)
    for command in _commands(parent):
        parts = wrapped(command.command, width - _LABEL - 1)
        lines.append((Span(f" {command.does:<{_LABEL - 1}}", Tone.KEY), *parts[0]))
        lines += [(Span(" " * _LABEL), *part) for part in parts[1:]]
    return [*lines, line((" d reviews the branch · Y copies the merge command", Tone.MUTED)), BLANK]


def _against(run: RunView, parent: ChildRow, width: int) -> list[Line]:
    """What keeps the run from its end: one paragraph for each cause, with the keys that help."""
    waiting = parent.state.get("waiting") or {}
    lines: list[Line] = []
    message = str(waiting.get("message") or "")
    if waiting.get("trouble") or (run.undecided and not run.is_manual and not waiting.get("is_all_of_children")):
        lines += [*wrapped(message, width - 1, Tone.ACCENT, " "), BLANK] if message else []
    if parent.state.get("error"):
        lines += [*wrapped(str(parent.state["error"]), width - 1, Tone.BAD, " "), BLANK]
    causes = causes_of(run.undecided)
    for cause in causes:
        lines += _cause(run, cause, width)
    if causes and run.is_active:
        return [*lines, *wrapped(against_keys(run.undecided), width - 1, Tone.MUTED, " "), BLANK]
    if run.is_manual:
        told = "Each next step waits for you: > takes that of the selected row, A lets the run go on by itself."
        lines += [*wrapped(told, width - 1, Tone.ACCENT, " "), BLANK]
    elif waiting and not waiting.get("trouble"):
        told = report_in_words(str(waiting.get("message") or "The run waits for you."))
        lines += [*wrapped(told, width - 1, Tone.ACCENT, " "), BLANK]
    elif run.round_report and run.is_active and not run.is_settled:
        lines.append(line((f" what round {max(run.rounds - 1, 1)} found", Tone.MUTED)))
        lines += [*_begin_of(wrapped(report_in_words(run.round_report), width - 1, Tone.TEXT, " ")), BLANK]
    return lines


def _begin_of(lines: list[Line]) -> list[Line]:
    """A long report is read in the history: the component's own rows tell the same."""
    if len(lines) <= _REPORT_LINES:
        return lines
    return [*lines[: _REPORT_LINES - 1], line((" … i shows all of it", Tone.MUTED))]


def _cause(run: RunView, cause: Cause, width: int) -> list[Line]:
    count = f"{len(cause.rows)} "
    told = wrapped(cause.told, width - 2 - len(count), Tone.TEXT)
    lines: list[Line] = [(Span(f" {count}", Tone.BAD), *told[0])]
    lines += [(Span(" " * (1 + len(count))), *more) for more in told[1:]]
    return [*lines, *wrapped(_names(run, cause.rows), width - 1, Tone.MUTED, " " * (1 + len(count))), BLANK]


def _names(run: RunView, rows: list[ChildRow] | tuple[ChildRow, ...]) -> str:
    names = [run.short_name(row) for row in rows[:_MOST_NAMES]]
    more = f" and {len(rows) - _MOST_NAMES} more" if len(rows) > _MOST_NAMES else ""
    return ", ".join(names) + more


def _facts(run: RunView, parent: ChildRow, now: datetime, width: int) -> list[Line]:
    plan = parent.state.get("plan") or {}
    worked = run.worked(parent.id, now)
    until = run.until(parent.id, now) if not run.is_active else now
    waited = until - parent.created_at - worked if worked is not None else None
    most = budget(run)
    ceilings = [f"{amount(most.tokens)} tokens"] if most.tokens else []
    ceilings += [f"${most.cost:.2f}"] if most.cost else []
    known = (
        ("package", plan.get("package_name")),
        ("branch", parent.state.get("branch_name")),
        ("base", str(plan.get("base") or "")[:12]),
        ("commit", str(parent.state.get("commit") or "")[:12]),
        ("agent", parent.agent),
        ("jobs", run.jobs or ""),
        ("workers", workers_told(parent)),
        ("budget", " or ".join(ceilings)),
        ("started", clock_time(parent.created_at)),
        ("worked", duration(worked)),
        ("waited", duration(waited) if waited is not None and waited.total_seconds() >= _WORTH_TELLING else ""),
        ("tests", run.totals.tests or ""),
        ("files", len(parent.state.get("committed_files") or ()) or ""),
    )
    lines: list[Line] = []
    for label, value in known:
        if value:
            parts = wrapped(str(value), width - _LABEL - 1)
            lines.append((Span(f" {label:<{_LABEL - 1}}", Tone.MUTED), *parts[0]))
            lines += [(Span(" " * _LABEL), *part) for part in parts[1:]]
    return lines
