"""What a session is doing, in a few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ctxtui.core.domain.attempt import ASKED_AGAIN
from ctxtui.core.domain.event import BEGINS, EventKind
from ctxtui.core.domain.plan import Limits
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.views.attempts import attempts_in_words
from ctxtui.core.views.causes import reason_of
from ctxtui.core.views.durations import cooldown_left
from ctxtui.core.views.rungs import failed_rung
from ctxtui.core.views.states import AGENT_STEPS, BUSY, ShownState
from ctxtui.screens.presentation.quantities import clock_time, duration
from ctxtui.screens.presentation.spans import first_line

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


_USUAL = Limits()
SILENT_FROM = timedelta(seconds=45)
"""From when on it is told that an agent says nothing: a model that thinks is silent for a while, too."""


def doing(
    row: ChildRow,
    state: ShownState,
    now: datetime | None = None,
    silence: timedelta | None = None,
    limits: Limits = _USUAL,
    words: str = "",
) -> str:
    """The telling thing about a row in its state: what happens, what is waited for, or why it ended so.

    With `now` a wait for the agent is counted down; a `silence` is told with when it ends the turn. `words` are what
    the agent printed last in this turn: they stand where it tells of no action.
    """
    if now is not None and state in BUSY and (left := cooldown_left(row, now)):
        return f"{row.agent} is busy: asked again at {clock_time(now + left)}, in {duration(left)}"
    if silence is not None and silence >= SILENT_FROM:
        most = timedelta(seconds=limits.agent_stall_seconds)
        return f"silent {duration(silence)}, max {duration(most).replace('m00s', 'm')}"
    if words and state in BUSY and not (_tells_action(row) and _is_by_agent(row)):
        return first_line(words)
    return first_line(_TOLD.get(state, _last_action)(row))


def _last_action(row: ChildRow) -> str:
    return row.last_action if _tells_action(row) else _STEPS.get(row.pending_step, row.last_action)


def _tells_action(row: ChildRow) -> bool:
    """Whether the last action was taken in the step under way; an agent may work on without telling any."""
    if not row.last_action or row.last_action == BEGINS:
        return False
    return row.pending_since is None or row.last_action_at is None or row.last_action_at >= row.pending_since


def _is_by_agent(row: ChildRow) -> bool:
    """Whether the agent itself took the last action: what a person or the engine noted meanwhile says less of it."""
    return row.pending_step not in AGENT_STEPS or row.last_action_kind not in {EventKind.STATUS, EventKind.NOTE}


def _needs(row: ChildRow) -> str:
    if row.status is SessionStatus.FAILED:
        return reason_of(row)
    waiting = row.state.get("waiting") or {}
    return str(waiting.get("message") or waiting.get("reason") or "its next step waits for you")


def _retrying(row: ChildRow) -> str:
    if row.pending_step and _tells_action(row):
        return row.last_action
    if not row.attempts:
        return ""
    failed = failed_rung(row.attempts[-1])
    return f"{failed.rung}: {failed.summary}" if failed else row.attempts[-1].reason


def _skipped(row: ChildRow) -> str:
    skipped = row.state.get("skipped") or {}
    by = f"by {skipped['by']}" if isinstance(skipped, dict) and skipped.get("by") else ""
    note = str(skipped.get("note") or "") if isinstance(skipped, dict) else ""
    return ": ".join(part for part in (by, note) if part)


def _queued(row: ChildRow) -> str:
    """Empty before the first attempt: that it waits for a job is what its state says."""
    if not row.attempts:
        return ""
    return (
        "tried again with your note when a job is free" if row.state.get("note") else "tried again when a job is free"
    )


def _silent(_row: ChildRow) -> str:
    return ""


_STEPS = {"generate_tests": "writing tests", "fix_failures": "mending its tests", "run_tests": "checking"}
"""What a step does, for as long as nothing of it is told."""
_TOLD: dict[ShownState, Callable[[ChildRow], str]] = {
    ShownState.QUEUED: _queued,
    ShownState.NEEDS_YOU: _needs,
    ShownState.RETRYING: _retrying,
    ShownState.FAILED: reason_of,
    ShownState.SKIPPED: _skipped,
    ShownState.PASSED: _silent,
    ShownState.REUSED: _silent,
}


def cause_of(row: ChildRow, told: str = "") -> str:
    """Which attempt this is and why it exists: "attempt 2 of 3: stable: test_now failed with seed 2".

    The reason is left out where what is `told` beside it says the same.
    """
    if not row.attempts:
        return ""
    label = attempts_in_words(row)
    reason = first_line(row.attempts[-1].reason)
    says_more = len(row.attempts) > 1 and _bare(reason) not in told
    return f"{label} · {reason}" if says_more else label


def _bare(reason: str) -> str:
    """A reason without what makes it a sentence of its own."""
    return reason.removeprefix(ASKED_AGAIN).rstrip(".")
