"""The session type that tests one component: Initialize, GenerateTests, RunTests and FixFailures in turn, Finalize."""

from __future__ import annotations

from ctxtui.core.domain.interaction import ResultStatus
from ctxtui.core.workflow.component_testing.asking import FixFailures, GenerateTests, needs_a_person
from ctxtui.core.workflow.component_testing.finalize import Finalize
from ctxtui.core.workflow.component_testing.initialize import Initialize
from ctxtui.core.workflow.component_testing.questions import asks
from ctxtui.core.workflow.component_testing.run_tests import RunTests
from ctxtui.core.workflow.component_testing.tries import next_try
from ctxtui.core.workflow.orchestrator import COMPLETE, Loop, Orchestrator

OK, ERROR, WARNING = ResultStatus.OK, ResultStatus.ERROR, ResultStatus.WARNING
INITIALIZE, GENERATE, RUN = Initialize.name, GenerateTests.name, RunTests.name
FIX, FINALIZE = FixFailures.name, Finalize.name

_turn = Loop(
    bound=lambda policy: policy.max_step_errors,
    counts=frozenset({GENERATE, FIX}),
    stops=needs_a_person,
    # A warning is a turn that ended badly and left tests all the same: they are judged, and that is what is counted.
    successes=frozenset({OK, WARNING}),
)

COMPONENT_TESTING = Orchestrator(
    session_type="component_testing",
    ordered_steps=(Initialize(), GenerateTests(), RunTests(), FixFailures(), Finalize()),
    routes={
        (INITIALIZE, OK): GENERATE,
        (INITIALIZE, ERROR): INITIALIZE,
        (INITIALIZE, WARNING): INITIALIZE,
        (GENERATE, OK): RUN,
        (GENERATE, ERROR): GENERATE,
        (GENERATE, WARNING): RUN,
        (RUN, OK): FINALIZE,
        (RUN, ERROR): FIX,
        (RUN, WARNING): RUN,
        (FIX, OK): RUN,
        (FIX, ERROR): FIX,
        (FIX, WARNING): RUN,
        (FINALIZE, OK): COMPLETE,
        (FINALIZE, ERROR): FINALIZE,
        (FINALIZE, WARNING): FINALIZE,
    },
    judging=RUN,
    detour=next_try,
    loops={
        INITIALIZE: Loop(bound=lambda policy: policy.max_step_errors, counts=frozenset({INITIALIZE})),
        GENERATE: _turn,
        FIX: _turn,
        RUN: Loop(bound=lambda policy: policy.max_attempts, counts=frozenset({RUN}), is_consecutive=False, stops=asks),
        FINALIZE: Loop(bound=lambda policy: policy.max_step_errors, counts=frozenset({FINALIZE})),
    },
)
