"""What a session is doing, in a few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.engine.cooldowns import cooldown_left
from ctxtui.core.engine.shown import BUSY, ShownState, attempts_label, failed_rung
from ctxtui.screens.presentation.quantities import duration
from ctxtui.screens.presentation.spans import first_line

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


def doing(row: ChildRow, state: ShownState, now: datetime | None = None) -> str:
    """The telling thing about a row in its state: what happens, what is waited for, or why it ended so.

    With `now` a wait for the agent is counted down.
    """
    if now is not None and state in BUSY and (left := cooldown_left(row, now)):
        return f"waits {duration(left)} for {row.agent}, which is busy"
    return first_line(_TOLD.get(state, _last_action)(row))


def _last_action(row: ChildRow) -> str:
    return row.last_action


def _needs(row: ChildRow) -> str:
    waiting = row.state.get("waiting") or {}
    return str(waiting.get("message") or waiting.get("reason") or row.last_action)


def _retrying(row: ChildRow) -> str:
    cause = row.attempts[-1].reason if row.attempts else ""
    return row.last_action if row.pending_step and row.last_action else cause


def _failed(row: ChildRow) -> str:
    failure = row.state.get("failure") or {}
    if failure.get("reason"):
        return f"{failure['rung']}: {failure['reason']}" if failure.get("rung") else str(failure["reason"])
    verdict = failed_rung(row.attempts[-1]) if row.attempts else None
    return f"{verdict.rung}: {verdict.summary}" if verdict else str(row.state.get("error") or row.last_action)


def _skipped(row: ChildRow) -> str:
    skipped = row.state.get("skipped") or {}
    by = f"by {skipped['by']}" if isinstance(skipped, dict) and skipped.get("by") else ""
    note = str(skipped.get("note") or "") if isinstance(skipped, dict) else ""
    return ": ".join(part for part in (by, note) if part)


def _silent(_row: ChildRow) -> str:
    return ""


_TOLD: dict[ShownState, Callable[[ChildRow], str]] = {
    ShownState.QUEUED: _silent,
    ShownState.NEEDS_YOU: _needs,
    ShownState.RETRYING: _retrying,
    ShownState.FAILED: _failed,
    ShownState.SKIPPED: _skipped,
    ShownState.PASSED: _silent,
    ShownState.REUSED: _silent,
}


def cause_of(row: ChildRow) -> str:
    """Which attempt this is and why it exists: "attempt 2 of 3: stable: test_now failed with seed 2"."""
    if not row.attempts:
        return ""
    label = attempts_label(row).replace("/", " of ")
    if not label:
        return ""
    reason = first_line(row.attempts[-1].reason)
    return f"attempt {label}" + (f" · {reason}" if reason and len(row.attempts) > 1 else "")
