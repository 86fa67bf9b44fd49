"""The session type that tests a whole context: Initialize, SpawnComponentTestingSessions, Finalize."""

from __future__ import annotations

from ctxtui.core.domain.interaction import ResultStatus
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.workflow.context_testing.finalize import Finalize
from ctxtui.core.workflow.context_testing.initialize import Initialize
from ctxtui.core.workflow.context_testing.spawn import SpawnComponentTestingSessions, nothing_to_turn_for
from ctxtui.core.workflow.orchestrator import COMPLETE, Loop, Orchestrator

OK, ERROR, WARNING = ResultStatus.OK, ResultStatus.ERROR, ResultStatus.WARNING
INITIALIZE, SPAWN, FINALIZE = Initialize.name, SpawnComponentTestingSessions.name, Finalize.name


def _back_to_children(session: Session, target: str) -> str:
    """A child that came back is worked on, and everything judged together anew, before anything is committed."""
    is_active = any(child.status is SessionStatus.ACTIVE for child in session.children)
    return SPAWN if target == FINALIZE and is_active else target


CONTEXT_TESTING = Orchestrator(
    session_type="context_testing",
    ordered_steps=(Initialize(), SpawnComponentTestingSessions(), Finalize()),
    routes={
        (INITIALIZE, OK): SPAWN,
        (INITIALIZE, ERROR): INITIALIZE,
        (INITIALIZE, WARNING): INITIALIZE,
        (SPAWN, OK): FINALIZE,
        (SPAWN, ERROR): SPAWN,
        (SPAWN, WARNING): SPAWN,
        (FINALIZE, OK): COMPLETE,
        (FINALIZE, ERROR): FINALIZE,
        (FINALIZE, WARNING): FINALIZE,
    },
    detour=_back_to_children,
    loops={
        INITIALIZE: Loop(bound=lambda policy: policy.max_step_errors, counts=frozenset({INITIALIZE})),
        SPAWN: Loop(bound=lambda policy: policy.max_rounds, counts=frozenset({SPAWN}), stops=nothing_to_turn_for),
        FINALIZE: Loop(bound=lambda policy: policy.max_step_errors, counts=frozenset({FINALIZE})),
    },
)
