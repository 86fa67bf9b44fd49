"""Since when a component has been worked on, for how long, and how long it still waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.workflow.state import RESTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtui.core.domain.attempt import Attempt
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.domain.lease import Lease
    from ctxtui.core.ports.store import ChildRow


def worked(row: ChildRow, until: datetime) -> timedelta | None:
    """How long a component has been worked on, without its waits for a person and for a job; None before that began.

    An attempt under way counts up to `until`, which `worked_until` gives.
    """
    if not row.attempts:
        return max(until - row.pending_since, timedelta()) if row.pending_since else None
    return sum((took(row, attempt, until) for attempt in row.attempts), timedelta())


def took(row: ChildRow, attempt: Attempt, until: datetime) -> timedelta:
    """How long one of a component's attempts took, or has taken so far, without the time in which nobody worked."""
    rested = timedelta(seconds=(row.state.get(RESTED) or {}).get(str(attempt.n), 0.0))
    return max((attempt.ended_at or until) - attempt.started_at - rested, timedelta())


def worked_until(row: ChildRow, now: datetime, lease: Lease | None, *, is_moving: bool) -> datetime:
    """Up to when a session is known to have been worked on: now, or the last sign of life of its owner or itself."""
    if is_moving:
        return now
    signs = [row.last_action_at or row.created_at]
    if row.status is SessionStatus.ACTIVE and lease is not None and (row.pending_step or row.parent_id is None):
        signs.append(lease.heartbeat_at)
    return min(max(signs), now)


def run_worked(run: ChildRow, steps: Iterable[Interaction], until: datetime) -> timedelta:
    """How long a run has worked: its steps together, without the time in and between them in which nobody did."""
    took = sum((max((step.completed_at or until) - step.command.issued_at, timedelta()) for step in steps), timedelta())
    return max(took - timedelta(seconds=run.state.get(RESTED) or 0.0), timedelta())


def cooldown_left(row: ChildRow, now: datetime) -> timedelta | None:
    """How long the row still waits because its agent wants to be left alone; None when it does not wait for that."""
    until = row.state.get("cooldown_until")
    if not until or row.status is not SessionStatus.ACTIVE:
        return None
    left = datetime.fromisoformat(until) - now
    return left if left > timedelta() else None
