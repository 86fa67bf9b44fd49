"""Which step of a child comes next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ctxtui.core.workflow.component_testing import COMPONENT_TESTING as ORCHESTRATOR
from ctxtui.core.workflow.decision import InvalidInteraction, InvalidState, NextStep, SessionComplete
from tests.unit.workflow.conftest import ERROR, MONEY, OK, WARNING, child, taken

INITIALIZE, GENERATE, RUN, FIX, FINALIZE = (
    "initialize",
    "generate_tests",
    "run_tests",
    "fix_failures",
    "finalize",
)


def after(*steps):
    return ORCHESTRATOR.next(child(MONEY, *steps))


def test_the_steps_are_listed_in_order():
    assert ORCHESTRATOR.steps() == (INITIALIZE, GENERATE, RUN, FIX, FINALIZE)


def test_a_child_with_no_interactions_is_initialized():
    assert after() == NextStep(INITIALIZE)


@pytest.mark.parametrize(
    ("step", "status", "following"),
    [
        (INITIALIZE, OK, GENERATE),
        (INITIALIZE, ERROR, INITIALIZE),
        (INITIALIZE, WARNING, INITIALIZE),
        (GENERATE, OK, RUN),
        (GENERATE, WARNING, RUN),
        (GENERATE, ERROR, GENERATE),
        (RUN, OK, FINALIZE),
        (RUN, ERROR, FIX),
        (RUN, WARNING, RUN),
        (FIX, OK, RUN),
        (FIX, WARNING, RUN),
        (FIX, ERROR, FIX),
        (FINALIZE, ERROR, FINALIZE),
        (FINALIZE, WARNING, FINALIZE),
    ],
)
def test_the_last_step_and_its_status_decide(step, status, following):
    assert after(taken(step, status)) == NextStep(following)


def test_every_step_has_a_way_on_for_every_status():
    assert set(ORCHESTRATOR.routes) == {(step, status) for step in ORCHESTRATOR.steps() for status in type(OK)}


def test_finalize_that_went_well_completes_the_child():
    assert after(taken(RUN), taken(FINALIZE)) == SessionComplete()


def test_failing_tests_are_fixed_then_run_again():
    history = [taken(INITIALIZE), taken(GENERATE), taken(RUN, ERROR)]
    assert after(*history) == NextStep(FIX)
    assert after(*history, taken(FIX)) == NextStep(RUN)


def test_the_agent_s_word_is_never_enough():
    for asked in (GENERATE, FIX):
        assert after(taken(asked, OK)) == NextStep(RUN)


@pytest.mark.parametrize("pending", [INITIALIZE, GENERATE, RUN, FIX, FINALIZE])
def test_a_pending_interaction_never_decides(pending):
    assert after(taken(INITIALIZE), taken(pending, None)) == NextStep(GENERATE)


def test_an_unknown_step_is_an_invalid_interaction():
    assert after(taken("spawn_component_testing_sessions")) == InvalidInteraction("spawn_component_testing_sessions")


def test_a_known_step_with_an_impossible_status_is_an_invalid_state():
    routes = {key: target for key, target in ORCHESTRATOR.routes.items() if key != (RUN, WARNING)}
    assert replace(ORCHESTRATOR, routes=routes).next(child(MONEY, taken(RUN, WARNING))) == InvalidState(RUN, "warning")


def test_a_complete_child_whose_judgement_is_taken_back_is_fixed():
    assert after(taken(RUN), taken(FINALIZE), taken(RUN, ERROR)) == NextStep(FIX)


@pytest.mark.parametrize(
    ("steps", "is_complete"),
    [
        ((), False),
        (((RUN, OK),), False),
        (((FINALIZE, OK),), True),
        (((FINALIZE, ERROR),), False),
        (((FINALIZE, None),), False),
        (((FINALIZE, OK), (RUN, ERROR)), False),
    ],
)
def test_a_child_is_complete_when_its_last_step_is_a_finalize_that_went_well(steps, is_complete):
    assert ORCHESTRATOR.is_complete(child(MONEY, *(taken(*step) for step in steps))) is is_complete
