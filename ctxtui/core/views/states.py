"""The state of a run and of its components as viewers see it: derived from the stored rows, never stored itself."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from ctxtui.core.domain.statuses import AttemptOutcome, SessionStatus
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.views.phases import SPAWN, step_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtui.core.ports.store import ChildRow, RunRow


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


GLYPHS = {
    ShownState.QUEUED: "○",
    ShownState.STARTING: "◔",
    ShownState.RUNNING: "●",
    ShownState.VALIDATING: "◕",
    ShownState.RETRYING: "⊕",
    ShownState.NEEDS_YOU: "◆",
    ShownState.PASSED: "✓",
    ShownState.FAILED: "✕",
    ShownState.CANCELLED: "⊘",
    ShownState.SKIPPED: "⇥",
    ShownState.INTERRUPTED: "◌",
    ShownState.REUSED: "≡",
}
"""Signs that DejaVu Sans Mono, Menlo and JetBrains Mono all have, one cell wide."""
BUSY = frozenset({ShownState.STARTING, ShownState.RUNNING, ShownState.VALIDATING, ShownState.RETRYING})
PARTIAL = "finished"
"""Said of a run that has ended without some of its components; what passed whole has passed."""
PROVED = frozenset({ShownState.PASSED, ShownState.REUSED})
"""The states whose tests go into the result; what a person left out is not among them."""
AGENT_STEPS = frozenset({"generate_tests", "fix_failures"})
"""The steps in which an agent works."""
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


def shown_state(row: ChildRow, *, owner_alive: bool, run_waits: bool = False) -> ShownState:
    """The state of a parent's or a child's row as a person sees it; `run_waits` when its run waits for a person."""
    match row.status:
        case SessionStatus.COMPLETE:
            return ShownState.REUSED if row.state.get("reused_from") else ShownState.PASSED
        case SessionStatus.FAILED:
            # What its agent asks, a user answers; until then the child has failed as far as its run goes.
            waits = question_of(row) or _has_nothing_to_test(row)
            return ShownState.NEEDS_YOU if waits else ShownState.FAILED
        case SessionStatus.CANCELLED:
            return ShownState.SKIPPED if row.state.get("skipped") else ShownState.CANCELLED
        case SessionStatus.ACTIVE:
            return _active_state(row, owner_alive=owner_alive, run_waits=run_waits)


def _has_nothing_to_test(row: ChildRow) -> bool:
    """Its agent did not fail: it says that somebody has to decide what becomes of the component."""
    return (row.state.get("failure") or {}).get("trouble") == Trouble.NOTHING


def question_of(row: ChildRow) -> str:
    """What the component's agent asks in place of writing tests; empty where it asks nothing."""
    return str((row.state.get("failure") or {}).get("question") or "")


def _active_state(row: ChildRow, *, owner_alive: bool, run_waits: bool) -> ShownState:
    # Where the whole run waits, what has begun and not settled is what it waits for.
    if row.state.get("waiting") or (run_waits and row.attempts and not row.pending_step):
        return ShownState.NEEDS_YOU
    is_parent = row.parent_id is None
    if not owner_alive and (row.pending_step or is_parent):
        return ShownState.INTERRUPTED
    if is_parent:
        return _PARENT.get(step_of(row), ShownState.RUNNING)
    if not row.pending_step and row.attempts:
        if not row.state.get("slot"):
            # It was called back, by a person or by what it failed with its siblings, and has no job yet.
            return ShownState.QUEUED
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


def is_partial(run: RunRow, shown: ShownState) -> bool:
    """Whether the run has ended with some of its components left out: lists call it `PARTIAL`, not passed."""
    by_status = run.child_counts
    return shown is ShownState.PASSED and sum(by_status.values()) > by_status.get(SessionStatus.COMPLETE, 0)


def counts(states: Iterable[ShownState]) -> Counter[ShownState]:
    return Counter(states)
