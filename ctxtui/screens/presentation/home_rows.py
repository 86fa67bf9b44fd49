"""Home's rows: one run each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.shown import ShownState
from ctxtui.screens.presentation.bars import bar
from ctxtui.screens.presentation.quantities import age, plural
from ctxtui.screens.presentation.spans import Line, Span, Tone, first_line, fit, line, shorten
from ctxtui.screens.presentation.states import SIGNS, WORD_WIDTH

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow


_BAR, _SHARE, _AGE, _AGENT = 12, 7, 9, 10
_BRANCH_LEAST, _NAME_MOST, _NAME_LEAST = 24, 28, 14


def _widths(width: int) -> tuple[int, int, int]:
    """Cells of name, agent and branch."""
    room = width - (2 + WORD_WIDTH + 2) - (_BAR + 1 + _SHARE) - (2 + _AGE) - 2
    name = max(_NAME_LEAST, min(_NAME_MOST, room // 3))
    room -= name + 2
    agent = _AGENT if room >= _AGENT + 2 else 0
    room -= agent + 2 if agent else 0
    branch = room - 2 if room - 2 >= _BRANCH_LEAST else 0
    return (name if branch or agent else max(name + room, 8)), agent, branch


def home_head(width: int) -> Line:
    name, agent, branch = _widths(width)
    text = " " + fit("run", name) + "  " + fit("state", WORD_WIDTH + 2) + "  " + fit("passed", _BAR + 1 + _SHARE)
    text += ("  " + fit("agent", agent) if agent else "") + ("  " + fit("branch", branch) if branch else "")
    return line((text + "  " + "begun".rjust(_AGE), Tone.FAINT))


def home_row(run: RunRow, state: ShownState, now: datetime, width: int) -> Line:
    sign = SIGNS[state]
    name, agent, branch = _widths(width)
    counts = run.child_counts
    total = sum(counts.values())
    done = counts.get(SessionStatus.COMPLETE, 0)
    parts = [
        (done, "━", Tone.GOOD),
        (counts.get(SessionStatus.FAILED, 0), "╍", Tone.BAD),
    ]
    spans = [
        Span(" " + fit(run.name, name) + "  ", Tone.STRONG),
        Span(f"{sign.glyph} {fit(sign.word, WORD_WIDTH)}  ", sign.tone),
        *bar(parts, max(total, 1), _BAR),
        Span(" " + fit(f"{done}/{total}" if total else "", _SHARE)),
    ]
    if agent:
        spans.append(Span("  " + fit(run.agent, agent), Tone.MUTED))
    if branch:
        spans.append(Span("  " + fit(str(run.state.get("branch_name") or ""), branch), Tone.MUTED))
    spans.append(Span("  " + age(run.created_at, now).rjust(_AGE), Tone.MUTED))
    return tuple(spans)


def home_note(run: RunRow, state: ShownState, width: int) -> Line:
    """What to know about the selected run."""
    waiting = run.state.get("waiting") or {}
    told: dict[ShownState, tuple[str, Tone]] = {
        ShownState.INTERRUPTED: ("Its runner is gone; nothing is lost. c continues it.", Tone.WARN),
        ShownState.NEEDS_YOU: (first_line(str(waiting.get("message") or "It waits for you.")), Tone.ACCENT),
        ShownState.FAILED: (first_line(str(run.state.get("error") or "It failed.")), Tone.BAD),
    }
    text, tone = told.get(state, ("", Tone.MUTED))
    if run.state.get("paused") and state is ShownState.RUNNING:
        text, tone = "Paused: what runs goes on, nothing new starts.", Tone.WARN
    return line((" ▎" + shorten(text, width - 4), tone)) if text else ()


def home_title(runs: tuple[RunRow, ...], states: list[ShownState], width: int) -> Line:
    """How many runs there are, and how many want something."""
    busy = sum(state is ShownState.RUNNING for state in states)
    waiting = sum(state is ShownState.NEEDS_YOU for state in states)
    parts = [plural(len(runs), "run")] if runs else []
    parts += [f"{busy} running"] if busy else []
    parts += [f"{waiting} waiting for you"] if waiting else []
    return line((" ctxtui", Tone.STRONG), (shorten("  " + " · ".join(parts), width - 8), Tone.MUTED))
