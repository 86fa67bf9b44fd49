"""Every loop is bounded, and a loop at its bound waits for a person and says for what."""

from __future__ import annotations

import pytest

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Result
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.workflow.component_testing import COMPONENT_TESTING
from ctxtui.core.workflow.context_testing import CONTEXT_TESTING
from ctxtui.core.workflow.decision import NextStep, WaitForPerson
from tests.unit.workflow.conftest import ERROR, MONEY, NOW, OK, SCOPE, WARNING, child, run, taken

SPAWN = "spawn_component_testing_sessions"
POLICY = RetryPolicy(max_attempts=2, max_rounds=3, max_step_errors=4)
TIMES = {1: "tried once", 2: "tried twice", 3: "tried 3 times", 4: "tried 4 times"}


def no(message="no luck", **data):
    return Result(ERROR, message, data)


def next_of_child(*steps, retry=POLICY, **state):
    return COMPONENT_TESTING.next(child(MONEY, *steps, retry=retry, **state))


def next_of_run(*steps, **state):
    return CONTEXT_TESTING.next(run(*steps, retry=POLICY, state=state))


CASES = [
    (next_of_run, "initialize", 4),
    (next_of_run, SPAWN, 3),
    (next_of_run, "finalize", 4),
    (next_of_child, "initialize", 4),
    (next_of_child, "generate_tests", 4),
    (next_of_child, "fix_failures", 4),
    (next_of_child, "run_tests", 2),
    (next_of_child, "finalize", 4),
]
MENDABLE = {"mendable": ["child"]}


@pytest.mark.parametrize(("next_of", "step", "bound"), CASES)
def test_a_loop_turns_until_its_bound_then_waits_and_says_for_what(next_of, step, bound):
    for failures in range(1, bound):
        assert isinstance(next_of(*[taken(step, no(**MENDABLE))] * failures), NextStep)
    assert next_of(*[taken(step, no(**MENDABLE))] * bound) == WaitForPerson(
        step, f"no luck; {TIMES[bound]} without success"
    )


@pytest.mark.parametrize(("next_of", "step", "bound"), CASES)
def test_a_loop_past_its_bound_goes_on_waiting(next_of, step, bound):
    assert isinstance(next_of(*[taken(step, no(**MENDABLE))] * (bound + 3)), WaitForPerson)


@pytest.mark.parametrize(("next_of", "step", "bound"), CASES)
def test_a_person_lets_a_loop_turn_anew_for_as_often_again(next_of, step, bound):
    failures = [taken(step, no(**MENDABLE))] * bound
    for more in range(bound):
        again = [taken(step, no(**MENDABLE))] * more
        assert isinstance(next_of(*failures, *again, loop_from=bound), NextStep)
    assert isinstance(next_of(*failures, *failures, loop_from=bound), WaitForPerson)


@pytest.mark.parametrize(("next_of", "step", "bound"), CASES)
def test_free_failures_do_not_count(next_of, step, bound):
    free = taken(step, no("rate limited", is_free=True))
    assert isinstance(next_of(*[free] * 20), NextStep)
    counted = [taken(step, no(**MENDABLE))] * (bound - 1)
    assert isinstance(next_of(*counted, *[free] * 20), NextStep)
    assert isinstance(next_of(*[free] * 20, *counted, taken(step, no(**MENDABLE))), WaitForPerson)


@pytest.mark.parametrize(("next_of", "step", "bound"), CASES)
def test_a_failure_without_words_still_waits(next_of, step, bound):
    failures = [taken(step, no("", **MENDABLE))] * bound
    assert next_of(*failures) == WaitForPerson(step, f"{TIMES[bound]} without success")


def test_a_loop_that_may_turn_once_waits_at_once():
    once = RetryPolicy(1, 1, 1)
    assert next_of_child(taken("run_tests", no("passes: 1 failed")), retry=once) == WaitForPerson(
        "run_tests", "passes: 1 failed; tried once without success"
    )


def test_the_policy_is_data_on_the_session():
    history = [taken("run_tests", no())] * 4
    assert isinstance(next_of_child(*history, retry=RetryPolicy(max_attempts=4)), WaitForPerson)
    assert next_of_child(*history, retry=RetryPolicy(max_attempts=5)) == NextStep("fix_failures")


def test_errors_of_other_steps_count_while_they_are_consecutive():
    errors = [taken("fix_failures", no())] * 3
    assert next_of_child(*errors, taken("fix_failures"), taken("run_tests", no()), *errors) == NextStep("fix_failures")


def test_errors_of_both_asking_steps_count_together():
    history = [*[taken("generate_tests", no())] * 2, *[taken("fix_failures", no())] * 2]
    assert isinstance(next_of_child(*history), WaitForPerson)


def test_judgements_count_however_many_turns_went_well_between():
    history = [taken("run_tests", no()), taken("fix_failures"), taken("run_tests", no())]
    assert isinstance(next_of_child(*history), WaitForPerson)


def test_a_judgement_that_passed_does_not_give_attempts_back():
    history = [taken("run_tests", no()), taken("run_tests"), taken("finalize"), taken("run_tests", no("together: 1"))]
    assert isinstance(next_of_child(*history), WaitForPerson)


def test_what_a_badly_ended_turn_left_is_judged_even_at_the_bound_of_errors():
    crash = Result(WARNING, "The agent crashed.", {"trouble": "crashed"})
    history = [taken("generate_tests", crash), *[taken("fix_failures", crash)] * 5]
    assert next_of_child(*history) == NextStep("run_tests")


@pytest.mark.parametrize("step", ["generate_tests", "fix_failures"])
@pytest.mark.parametrize(
    "trouble", ["not_installed", "not_logged_in", "budget", "refused", "nothing_to_test", "something_new"]
)
def test_trouble_that_needs_a_person_stops_at_once(step, trouble):
    assert next_of_child(taken(step, no("The agent is not logged in.", trouble=trouble))) == WaitForPerson(
        step, "The agent is not logged in."
    )


def test_trouble_without_words_that_needs_a_person_stops_at_once_too():
    assert next_of_child(taken("generate_tests", no("", trouble="budget"))) == WaitForPerson(
        "generate_tests", "the agent could not go on: budget"
    )


@pytest.mark.parametrize("trouble", ["rate_limited", "overloaded", "crashed", "hung", "timed_out"])
def test_trouble_that_may_pass_is_tried_again(trouble):
    assert next_of_child(taken("generate_tests", no(trouble=trouble))) == NextStep("generate_tests")


def test_a_person_who_has_helped_with_the_trouble_lets_the_turn_be_taken_again():
    trouble = taken("generate_tests", no("not logged in", trouble="not_logged_in"))
    assert next_of_child(trouble, loop_from=1) == NextStep("generate_tests")


def test_a_round_that_nothing_can_mend_stops_at_once():
    result = no("Child sessions cancelled: shop.money", problems={"cancelled": [["shop.money", ""]]}, mendable=[])
    assert next_of_run(taken(SPAWN, result)) == WaitForPerson(SPAWN, "Child sessions cancelled: shop.money")


def test_a_round_that_nothing_can_mend_and_has_no_words_stops_at_once_too():
    assert next_of_run(taken(SPAWN, no(""))) == WaitForPerson(SPAWN, "the round did not pass, and did not say why")


@pytest.mark.parametrize(
    "data",
    [{"mendable": ["child"]}, {"not_created": {"shop.tax": "disk full"}}, {"problems": {"running": [["a", ""]]}}],
)
def test_a_round_that_another_one_may_mend_turns(data):
    assert next_of_run(taken(SPAWN, no(**data))) == NextStep(SPAWN)


def test_the_turns_that_are_left_are_told():
    def left(*steps, **state):
        return COMPONENT_TESTING.turns_left(child(MONEY, *steps, retry=POLICY, **state), "run_tests")

    failure = taken("run_tests", no())
    assert [left(), left(failure), left(failure, failure), left(*[failure] * 5)] == [2, 1, 0, 0]
    assert left(failure, failure, loop_from=2) == 2
    assert left(taken("run_tests", no(is_free=True)), taken("run_tests", OK)) == 2


def test_an_identical_prompt_is_refused_before_the_bound_is_reached():
    failure = taken("run_tests", no("passes: 1 failed", evidence=[{"message": "test_add failed"}]))
    patient = RetryPolicy(max_attempts=9)
    fix = COMPONENT_TESTING.step("fix_failures")
    prompt = fix.get_command(SCOPE, child(MONEY, failure), NOW).metadata["prompt"]
    session = child(MONEY, failure, taken("fix_failures", OK, prompt=prompt), failure, retry=patient)
    assert COMPONENT_TESTING.next(session) == NextStep("fix_failures")
    with pytest.raises(StepError, match="the same prompt would be sent again: passes: 1 failed"):
        fix.get_command(SCOPE, session, NOW)
