"""The head of a run: its phase, its counts, and the one thing that a person should know now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.engine.shown import ShownState, elapsed, phase_label
from ctxtui.screens.presentation.bars import bar
from ctxtui.screens.presentation.doing import doing
from ctxtui.screens.presentation.quantities import duration, money, plural, tokens
from ctxtui.screens.presentation.spans import Line, Span, Tone, apart, first_line, line, shorten, width_of
from ctxtui.screens.presentation.states import SIGNS
from ctxtui.screens.run_view import RunView

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


_COUNTED = (
    ShownState.NEEDS_YOU,
    ShownState.FAILED,
    ShownState.INTERRUPTED,
    ShownState.RETRYING,
    ShownState.VALIDATING,
    ShownState.RUNNING,
    ShownState.STARTING,
    ShownState.QUEUED,
    ShownState.PASSED,
    ShownState.REUSED,
    ShownState.SKIPPED,
    ShownState.CANCELLED,
)


_REMEDY_OF_FAILURE = "R retries what failed · s skips one · f finalizes what passed"
_REMEDY_OF_TROUBLE = "mend that, then r goes on · f finalizes what passed"
_SPENT_FROM = 100
"""In narrower terminals the counts need the room."""


def progress_bar(run: RunView, width: int) -> tuple[Span, ...]:
    """Done, troubled and under way as parts of one bar; each part that exists gets at least a cell."""
    parts = [
        (run.done, "━", Tone.GOOD),
        (sum(run.counts[state] for state in (ShownState.FAILED, ShownState.NEEDS_YOU)), "╍", Tone.BAD),
        (run.busy, "╌", Tone.BUSY),
    ]
    return bar(parts, max(run.total, 1), width)


def head_lines(run: RunView, now: datetime, width: int) -> list[Line]:
    """Name and phase, then progress and counts; a third line only when something is to be known or done."""
    parent = run.parent
    if parent is None:
        return [line((" opening the run…", Tone.MUTED)), ()]
    sign = SIGNS[run.states[parent.id]]
    phase = phase_label(parent, run.rounds)
    time = duration(elapsed(parent, run.until(parent.id, now)))
    spent = " · ".join(part for part in (tokens(run.totals.tokens), money(run.totals.cost)) if part)
    jobs = f"{run.busy}/{run.jobs} jobs" if run.is_active and run.jobs else ""
    right = "  ".join(part for part in (jobs, time) if part)
    first = apart(
        (Span(" " + shorten(parent.name, width // 3), Tone.STRONG), Span(f"  {sign.glyph} {sign.word}", sign.tone))
        + ((Span(f" · {phase}", Tone.MUTED),) if phase != sign.word else ()),
        (Span(right + " ", Tone.MUTED),),
        width,
    )
    return [first, _progress(run, spent, width), *_banner(run, width)]


def _progress(run: RunView, spent: str, width: int) -> Line:
    size = max(10, min(30, width // 5))
    left = [Span(" "), *progress_bar(run, size), Span(f" {run.done}/{run.total} ", Tone.TEXT)]
    right = (Span(spent + " ", Tone.MUTED),) if spent and width >= _SPENT_FROM else ()
    room = width - width_of(left) - width_of(right) - 1
    for state in _COUNTED:
        count = run.counts[state]
        sign = SIGNS[state]
        text = f"  {sign.glyph} {count} {sign.word}"
        if count and len(text) <= room:
            left.append(Span(text, sign.tone))
            room -= len(text)
    return apart(left, right, width)


def _banner(run: RunView, width: int) -> list[Line]:
    """What to know and what to press: on one line where both fit, else each on its own."""
    text, hint, tone = _banner_parts(run)
    if not text:
        return []
    if width_of(line(f" ▎{text}  {hint} ")) <= width:
        return [line((f" ▎{text}", tone), (f"  {hint}", Tone.MUTED))]
    told = line((" ▎" + shorten(text, width - 3), tone))
    return [told, line((" ▎", tone), (shorten(hint, width - 3), Tone.MUTED))] if hint else [told]


def _banner_parts(run: RunView) -> tuple[str, str, Tone]:
    """What to know, what to press, and how grave it is."""
    parent = run.parent
    if parent is None:
        return "", "", Tone.TEXT
    state = run.states[parent.id]
    if state in _BANNERS:
        return _BANNERS[state](run, parent)
    if run.is_paused:
        return "Paused: what runs goes on, nothing new starts.", "p resumes", Tone.WARN
    return _waiting_children(run)


def _interrupted(_run: RunView, _parent: ChildRow) -> tuple[str, str, Tone]:
    return "The runner is gone; nothing is lost.", "c continues the run", Tone.WARN


def _needs_you(_run: RunView, parent: ChildRow) -> tuple[str, str, Tone]:
    waiting = parent.state.get("waiting") or {}
    told = doing(parent, ShownState.NEEDS_YOU) or "The run waits for you."
    return told, _REMEDY_OF_TROUBLE if waiting.get("trouble") else _REMEDY_OF_FAILURE, Tone.ACCENT


def _failed(_run: RunView, parent: ChildRow) -> tuple[str, str, Tone]:
    return first_line(str(parent.state.get("error") or "The run failed.")), "i shows the history", Tone.BAD


def _passed(_run: RunView, parent: ChildRow) -> tuple[str, str, Tone]:
    branch = str(parent.state.get("branch_name") or "")
    files = len(parent.state.get("committed_files") or ())
    told = f"{plural(files, 'file')} committed" if files else "Committed"
    return (f"{told} on {branch}" if branch else "Finished."), "", Tone.GOOD


def _waiting_children(run: RunView) -> tuple[str, str, Tone]:
    waiting = run.counts[ShownState.NEEDS_YOU]
    if not waiting:
        return "", "", Tone.TEXT
    names = ", ".join(run.short_name(row) for row in run.with_state(ShownState.NEEDS_YOU)[:3])
    more = f" and {waiting - 3} more" if waiting > 3 else ""  # noqa: PLR2004 - the names shown above
    return f"{names}{more} {'needs' if waiting == 1 else 'need'} you.", "# shows them · r retry · s skip", Tone.ACCENT


_BANNERS: dict[ShownState, Callable[[RunView, ChildRow], tuple[str, str, Tone]]] = {
    ShownState.INTERRUPTED: _interrupted,
    ShownState.NEEDS_YOU: _needs_you,
    ShownState.FAILED: _failed,
    ShownState.PASSED: _passed,
}
