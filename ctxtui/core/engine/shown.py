"""What a person is shown of a run: derived from the stored rows, never stored itself."""

from __future__ import annotations

import os
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from ctxtui.core.domain.attempt import SPENT, Attempt, AttemptOutcome, Usage
from ctxtui.core.domain.session import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.domain.lease import Lease, Owner
    from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
    from ctxtui.core.ports.store import ChildRow, RunRow

HEARTBEAT_GRACE = timedelta(seconds=3)
"""How long an owner on another machine may be silent before it counts as dead."""
HUNG_AFTER = timedelta(seconds=30)
"""How long a process of this machine may live without a heartbeat: a busy machine delays them, a hung one stops."""
CHILD_RUNGS = ("fence", "collects", "passes", "stable", "covers", "kills")
RUNGS = (*CHILD_RUNGS, "together")
SPAWN = "spawn_component_testing_sessions"


class ShownState(StrEnum):
    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    VALIDATING = "validating"
    RETRYING = "retrying"
    NEEDS_YOU = "needs you"
    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"
    REUSED = "reused"


BUSY = frozenset({ShownState.STARTING, ShownState.RUNNING, ShownState.VALIDATING, ShownState.RETRYING})
DONE = frozenset({ShownState.PASSED, ShownState.REUSED, ShownState.SKIPPED})


class RunPhase(StrEnum):
    """What goes on in a run, in a user's words; the steps themselves keep the workflow's names."""

    WAITING = "waiting to start"
    INITIALIZE = "preparing"
    SPAWN = "writing tests"
    FINALIZE = "committing"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Badge:
    """One rung of a row: `outcome` None is not judged yet, `is_current` tells the newest attempt from an older one."""

    rung: str
    outcome: RungOutcome | None
    is_current: bool = True


_FIRST_TURN = {
    "": ShownState.QUEUED,
    "initialize": ShownState.STARTING,
    "generate_tests": ShownState.RUNNING,
    "fix_failures": ShownState.RETRYING,
    "run_tests": ShownState.VALIDATING,
    "finalize": ShownState.VALIDATING,
}
_LATER_TURN = _FIRST_TURN | {"": ShownState.RETRYING, "generate_tests": ShownState.RETRYING}
_BETWEEN_STEPS = {
    AttemptOutcome.RUNNING: ShownState.RUNNING,
    AttemptOutcome.VALIDATING: ShownState.VALIDATING,
    AttemptOutcome.PASSED: ShownState.VALIDATING,
}
"""What a row that waits for its next step shows, by how its last attempt stands; any other waits to be tried again."""
_PARENT = {
    "": ShownState.QUEUED,
    "initialize": ShownState.STARTING,
    SPAWN: ShownState.RUNNING,
    "finalize": ShownState.VALIDATING,
}
_PHASES = {
    "": RunPhase.WAITING,
    "initialize": RunPhase.INITIALIZE,
    SPAWN: RunPhase.SPAWN,
    "finalize": RunPhase.FINALIZE,
}


def shown_state(row: ChildRow, *, owner_alive: bool, run_waits: bool = False) -> ShownState:
    """The state of a parent's or a child's row as a person sees it; `run_waits` when its run waits for a person."""
    match row.status:
        case SessionStatus.COMPLETE:
            return ShownState.REUSED if row.state.get("reused_from") else ShownState.PASSED
        case SessionStatus.FAILED:
            return ShownState.FAILED
        case SessionStatus.CANCELLED:
            return ShownState.SKIPPED if row.state.get("skipped") else ShownState.CANCELLED
        case SessionStatus.ACTIVE:
            return _active_state(row, owner_alive=owner_alive, run_waits=run_waits)


def _active_state(row: ChildRow, *, owner_alive: bool, run_waits: bool) -> ShownState:
    # Where the whole run waits, what has begun and not settled is what it waits for.
    if row.state.get("waiting") or (run_waits and row.attempts and not row.pending_step):
        return ShownState.NEEDS_YOU
    is_parent = row.parent_id is None
    if not owner_alive and (row.pending_step or is_parent):
        return ShownState.INTERRUPTED
    if is_parent:
        return _PARENT.get(_step_of(row), ShownState.RUNNING)
    if not row.pending_step and row.attempts:
        if row.state.get("files"):
            # It was complete before: what it failed with its siblings brought it back.
            return ShownState.RETRYING
        return _BETWEEN_STEPS.get(row.attempts[-1].outcome, ShownState.RETRYING)
    turns = _LATER_TURN if len(row.attempts) > 1 else _FIRST_TURN
    return turns.get(row.pending_step, ShownState.RUNNING)


def run_shown_state(run: RunRow, *, owner_alive: bool) -> ShownState:
    """The state of a run in a list of runs."""
    match run.status:
        case SessionStatus.COMPLETE:
            return ShownState.PASSED
        case SessionStatus.FAILED:
            return ShownState.FAILED
        case SessionStatus.CANCELLED:
            return ShownState.CANCELLED
        case SessionStatus.ACTIVE:
            if run.state.get("waiting"):
                return ShownState.NEEDS_YOU
            return ShownState.RUNNING if owner_alive else ShownState.INTERRUPTED


def run_phase(parent: ChildRow) -> RunPhase:
    if parent.status is not SessionStatus.ACTIVE:
        return RunPhase.FINISHED
    return _PHASES.get(_step_of(parent), RunPhase.SPAWN)


def _step_of(parent: ChildRow) -> str:
    """The step under way, or the one that the parent is held up at or comes to next; empty before the first."""
    waiting = parent.state.get("waiting") or {}
    return parent.pending_step or str(waiting.get("step") or "") or (SPAWN if parent.state.get("branch_name") else "")


def phase_label(parent: ChildRow, rounds: int = 0) -> str:
    """The phase in words: "writing tests, round 2", "committing", "paused · writing tests, round 1"."""
    phase = run_phase(parent)
    label = f"{phase}, round {rounds}" if phase is RunPhase.SPAWN and rounds else str(phase)
    is_paused = bool(parent.state.get("paused")) and phase is not RunPhase.FINISHED
    return f"paused · {label}" if is_paused else label


def rounds_taken(interactions: Iterable[Interaction]) -> int:
    """How often the parent went through its children, the present round included."""
    return sum(1 for step in interactions if step.command.step == SPAWN)


def last_round_report(interactions: Sequence[Interaction]) -> str:
    """What the last round that failed found; empty once a round has passed."""
    for step in reversed(interactions):
        if step.command.step == SPAWN and step.result is not None:
            return "" if step.result.is_ok else step.result.message
    return ""


def counts(states: Iterable[ShownState]) -> Counter[ShownState]:
    return Counter(states)


def attempts_used(row: ChildRow) -> int:
    """Attempts that count against the bound: lost and troubled ones, and those before a person's retry, do not."""
    start = row.state.get("attempts_from") or 0
    return sum(1 for attempt in row.attempts if attempt.n > start and attempt.outcome in SPENT)


def attempts_label(row: ChildRow) -> str:
    """The attempt under way out of those allowed, such as "2/3"; empty before the first."""
    used = attempts_used(row)
    return f"{used}/{row.max_attempts}" if used else ""


def latest_rungs(row: ChildRow) -> tuple[RungVerdict, ...]:
    """The newest verdicts there are: those of the present attempt, or of the one before while it has none."""
    return next((attempt.rungs for attempt in reversed(row.attempts) if attempt.rungs), ())


def rungs_of(run: ChildRow | None) -> tuple[str, ...]:
    """The rungs that a run was started with, in the ladder's order; all of them while the run is not known."""
    plan = run.state.get("plan") if run is not None else None
    chosen = (plan or {}).get("rungs") or CHILD_RUNGS
    return tuple(rung for rung in CHILD_RUNGS if rung in chosen)


def badges(row: ChildRow, configured: Sequence[str] = CHILD_RUNGS) -> tuple[Badge, ...]:
    """One badge a rung of those the run is configured with or that was judged, in the ladder's order."""
    verdicts = {verdict.rung: verdict.outcome for verdict in latest_rungs(row)}
    is_current = bool(row.attempts) and bool(row.attempts[-1].rungs)
    rungs = [rung for rung in RUNGS if rung in verdicts or rung in configured]
    return tuple(Badge(rung, verdicts.get(rung), is_current) for rung in rungs)


def failed_rung(attempt: Attempt) -> RungVerdict | None:
    return next((verdict for verdict in attempt.rungs if verdict.outcome == "failed"), None)


def started_at(row: ChildRow) -> datetime | None:
    """When work on the row began; None while it waits for its turn."""
    if row.parent_id is None:
        return row.created_at
    return row.attempts[0].started_at if row.attempts else row.pending_since


def stopped_at(row: ChildRow) -> datetime:
    """When a row on which nothing works any more was last worked on."""
    last = row.attempts[-1] if row.attempts else None
    if last is not None:
        return last.ended_at or max(row.last_action_at or last.started_at, last.started_at)
    return max(row.last_action_at or row.updated_at, row.updated_at)


def elapsed(row: ChildRow, until: datetime, *, is_moving: bool = True) -> timedelta | None:
    """How long the row has been worked on, None before that began; it stands still once nothing works on it."""
    start = started_at(row)
    end = until if is_moving else stopped_at(row)
    return None if start is None else max(end, start) - start


def total_usage(rows: Sequence[ChildRow]) -> Usage:
    """Tokens and cost of all attempts together; the cost is None where no agent reported one."""
    usages = [attempt.usage for row in rows for attempt in row.attempts]
    costs = [usage.cost for usage in usages if usage.cost is not None]
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cached_tokens=sum(usage.cached_tokens for usage in usages),
        cost=sum(costs) if costs else None,
    )


def is_alive(lease: Lease | None, now: datetime) -> bool:
    """Whether a run's owner still works on it.

    On this machine the process itself answers, so a late heartbeat is no false alarm and a killed owner is known
    at once; of another machine only the heartbeat is known.
    """
    if lease is None:
        return False
    silence = now - lease.heartbeat_at
    if lease.owner.host != _this_host():
        return silence <= HEARTBEAT_GRACE
    return silence <= HUNG_AFTER and _is_running(lease.owner)


@lru_cache(maxsize=1)
def _this_host() -> str:
    return socket.gethostname()


def _is_running(owner: Owner) -> bool:
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, and is another user's

    import psutil  # noqa: PLC0415 - slow to import, and most owners that are asked for are gone

    try:
        process = psutil.Process(owner.pid)
        is_same = abs(process.create_time() - owner.process_start) < 1.0
        return is_same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
