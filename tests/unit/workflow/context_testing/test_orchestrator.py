"""Which step of a run comes next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.interaction import Result
from ctxtui.core.workflow.context_testing import CONTEXT_TESTING as ORCHESTRATOR
from ctxtui.core.workflow.decision import InvalidInteraction, InvalidState, NextStep, SessionComplete
from ctxtui.core.workflow.registry import SESSION_TYPES, orchestrator_of
from tests.unit.workflow.conftest import ERROR, OK, WARNING, run, taken

INITIALIZE, SPAWN, FINALIZE = "initialize", "spawn_component_testing_sessions", "finalize"


def test_the_steps_are_listed_in_order():
    assert ORCHESTRATOR.steps() == (INITIALIZE, SPAWN, FINALIZE)


def test_a_session_with_no_interactions_is_initialized():
    assert ORCHESTRATOR.next(run()) == NextStep(INITIALIZE)


def test_initialize_that_went_well_leads_to_spawn():
    assert ORCHESTRATOR.next(run(taken(INITIALIZE))) == NextStep(SPAWN)


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_initialize_that_did_not_go_well_is_taken_again(status):
    assert ORCHESTRATOR.next(run(taken(INITIALIZE, status))) == NextStep(INITIALIZE)


def test_a_round_that_passed_leads_to_finalize():
    assert ORCHESTRATOR.next(run(taken(INITIALIZE), taken(SPAWN))) == NextStep(FINALIZE)


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_a_round_that_did_not_pass_is_taken_again(status):
    result = Result(status, "Tests failing: shop.money", {"mendable": ["child"]})
    assert ORCHESTRATOR.next(run(taken(INITIALIZE), taken(SPAWN, result))) == NextStep(SPAWN)


def test_finalize_that_went_well_completes_the_session():
    assert ORCHESTRATOR.next(run(taken(INITIALIZE), taken(SPAWN), taken(FINALIZE))) == SessionComplete()


@pytest.mark.parametrize("status", [ERROR, WARNING])
def test_finalize_that_did_not_go_well_is_taken_again(status):
    assert ORCHESTRATOR.next(run(taken(SPAWN), taken(FINALIZE, status))) == NextStep(FINALIZE)


@pytest.mark.parametrize("pending", [INITIALIZE, SPAWN, FINALIZE, "nonsense"])
def test_a_pending_interaction_never_decides(pending):
    assert ORCHESTRATOR.next(run(taken(pending, None))) == NextStep(INITIALIZE)
    assert ORCHESTRATOR.next(run(taken(INITIALIZE), taken(pending, None))) == NextStep(SPAWN)


def test_only_the_last_completed_interaction_decides():
    history = (taken(INITIALIZE, ERROR), taken(INITIALIZE), taken(SPAWN, ERROR), taken(SPAWN))
    assert ORCHESTRATOR.next(run(*history)) == NextStep(FINALIZE)


@pytest.mark.parametrize("status", [OK, ERROR, WARNING])
def test_an_unknown_step_is_an_invalid_interaction(status):
    assert ORCHESTRATOR.next(run(taken("deploy", status))) == InvalidInteraction("deploy")


def test_a_step_of_the_other_session_type_is_an_invalid_interaction():
    assert ORCHESTRATOR.next(run(taken("run_tests"))) == InvalidInteraction("run_tests")


def test_a_known_step_with_an_impossible_status_is_an_invalid_state():
    routes = {key: target for key, target in ORCHESTRATOR.routes.items() if key != (SPAWN, WARNING)}
    orchestrator = replace(ORCHESTRATOR, routes=routes)
    assert orchestrator.next(run(taken(SPAWN, WARNING))) == InvalidState(SPAWN, "warning")


def test_equal_sessions_get_equal_decisions():
    history = (taken(INITIALIZE), taken(SPAWN, ERROR))
    assert ORCHESTRATOR.next(run(*history)) == ORCHESTRATOR.next(run(*history))


def test_a_session_with_no_interactions_is_not_complete():
    assert not ORCHESTRATOR.is_complete(run())


def test_a_session_is_complete_after_a_finalize_that_went_well():
    assert ORCHESTRATOR.is_complete(run(taken(INITIALIZE), taken(SPAWN), taken(FINALIZE)))


@pytest.mark.parametrize("status", [ERROR, WARNING, None])
def test_a_session_is_not_complete_after_any_other_finalize(status):
    assert not ORCHESTRATOR.is_complete(run(taken(SPAWN), taken(FINALIZE, status)))


@pytest.mark.parametrize("step", [INITIALIZE, SPAWN])
def test_no_other_step_completes_a_session(step):
    assert not ORCHESTRATOR.is_complete(run(taken(step)))


def test_the_last_interaction_of_a_session_says_whether_it_is_complete():
    assert not ORCHESTRATOR.is_complete(run(taken(FINALIZE), taken(SPAWN, None)))


@pytest.mark.parametrize(
    ("step", "status", "is_complete"),
    [
        (FINALIZE, OK, True),
        (FINALIZE, ERROR, False),
        (FINALIZE, WARNING, False),
        (FINALIZE, None, False),
        (SPAWN, OK, False),
        (INITIALIZE, OK, False),
    ],
)
def test_one_interaction_is_asked_the_same_way(step, status, is_complete):
    assert ORCHESTRATOR.is_complete(run(taken(step, status)).interactions[0]) is is_complete


def test_both_session_types_are_registered_by_their_name():
    assert set(SESSION_TYPES) == {"context_testing", "component_testing"}
    assert all(orchestrator_of(name).session_type == name for name in SESSION_TYPES)


def test_an_unknown_session_type_is_refused_with_the_known_ones():
    with pytest.raises(NotFoundError) as raised:
        orchestrator_of("design_review")
    assert (
        str(raised.value) == "There is no session type 'design_review'; known are component_testing, context_testing."
    )
