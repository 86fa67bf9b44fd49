"""The session type that tests a whole context: Initialize, SpawnComponentTestingSessions, Finalize."""

from __future__ import annotations

from ctxtui.core.domain.interaction import ResultStatus
from ctxtui.core.workflow.context_testing.finalize import Finalize
from ctxtui.core.workflow.context_testing.initialize import Initialize
from ctxtui.core.workflow.context_testing.spawn import SpawnComponentTestingSessions, nothing_to_turn_for
from ctxtui.core.workflow.orchestrator import COMPLETE, Loop, Orchestrator

OK, ERROR, WARNING = ResultStatus.OK, ResultStatus.ERROR, ResultStatus.WARNING
INITIALIZE, SPAWN, FINALIZE = Initialize.name, SpawnComponentTestingSessions.name, Finalize.name

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
    loops={
        INITIALIZE: Loop(bound=lambda policy: policy.max_step_errors, counts=frozenset({INITIALIZE})),
        SPAWN: Loop(bound=lambda policy: policy.max_rounds, counts=frozenset({SPAWN}), stops=nothing_to_turn_for),
        FINALIZE: Loop(bound=lambda policy: policy.max_step_errors, counts=frozenset({FINALIZE})),
    },
)
