"""What goes on in a run, and what its rounds reported."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ctxtui.core.domain.statuses import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.ports.store import ChildRow

SPAWN = "spawn_component_testing_sessions"


class RunPhase(StrEnum):
    """What goes on in a run, in a user's words; the steps themselves keep the workflow's names."""

    WAITING = "waiting to start"
    INITIALIZE = "preparing"
    SPAWN = "writing tests"
    TOGETHER = "running all tests together"
    FINALIZE = "committing"
    FINISHED = "finished"


_PHASES = {
    "": RunPhase.WAITING,
    "initialize": RunPhase.INITIALIZE,
    SPAWN: RunPhase.SPAWN,
    "finalize": RunPhase.FINALIZE,
}


_OF_ROUND = frozenset({RunPhase.SPAWN, RunPhase.TOGETHER})


def run_phase(parent: ChildRow, *, is_settled: bool = False) -> RunPhase:
    """`is_settled` when none of the run's components is worked on, or waits to be."""
    if parent.status is not SessionStatus.ACTIVE:
        return RunPhase.FINISHED
    if is_settled and parent.pending_step == SPAWN:
        return RunPhase.TOGETHER
    return _PHASES.get(step_of(parent), RunPhase.SPAWN)


def step_of(parent: ChildRow) -> str:
    """The step under way, or the one that the parent is held up at or comes to next; empty before the first."""
    waiting = parent.state.get("waiting") or {}
    return parent.pending_step or str(waiting.get("step") or "") or (SPAWN if parent.state.get("branch_name") else "")


def phase_label(parent: ChildRow, rounds: int = 0, *, is_settled: bool = False) -> str:
    """The phase in words: "writing tests, round 2", "committing", "paused · writing tests, round 1"."""
    phase = run_phase(parent, is_settled=is_settled)
    label = f"{phase}, round {rounds}" if phase in _OF_ROUND and rounds else str(phase)
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
