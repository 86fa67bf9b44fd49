"""Any sequence of outcomes leaves a valid next step, completion, or a wait for a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Result
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.workflow.decision import NextStep, SessionComplete, WaitForPerson
from ctxtui.core.workflow.registry import orchestrator_of
from tests.unit.workflow.conftest import (
    CART,
    ERROR,
    MONEY,
    NOW,
    OK,
    PASSED_TOGETHER,
    SCOPE,
    STOCK,
    WARNING,
    child,
    failed_together,
    file,
    run,
    updated,
    with_history,
)

STATUSES = st.sampled_from([OK, ERROR, ERROR, WARNING])
MESSAGES = st.sampled_from(["", "passes: 1 test failed", "stable: 1 test is unstable", "no space left"])
POLICIES = st.builds(RetryPolicy, st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
TROUBLES = st.sampled_from([None, "rate_limited", "crashed", "hung", "not_logged_in", "budget", "refused"])
FINDINGS = st.sampled_from([{"message": "test_add failed"}, {"message": "test_put failed"}])
ASKING = ("generate_tests", "fix_failures")
EVIDENCE = st.lists(FINDINGS, max_size=2)


class AnyOutcome(RuleBasedStateMachine):
    """Drives one session as the engine does, with outcomes and a person's decisions in any order."""

    def start(self, session):
        self.session = session
        self.turns = 0
        self.failures = Counter()
        self.refusal = ""
        self.was_complete = False

    @property
    def orchestrator(self):
        return orchestrator_of(self.session.type)

    @property
    def is_driven(self):
        return self.session.status is SessionStatus.ACTIVE and not self.refusal

    def decision(self):
        return self.orchestrator.next(self.session)

    def take(self, draw_result):
        """One turn of the engine's loop: ask, store the command, carry it out, store the result."""
        decision = self.decision()
        if not self.is_driven or not isinstance(decision, NextStep):
            return
        step = self.orchestrator.step(decision.step)
        try:
            command = step.get_command(SCOPE, self.session, NOW)
        except StepError as error:
            self.refusal = str(error)
            return
        begun = with_history(self.session, (command, None))
        assert self.orchestrator.next(begun) == decision, "a pending interaction decided"
        updates, result = step.handle_result(SCOPE, begun, draw_result(command))
        self.session = updated(with_history(self.session, (command, result)), updates)
        self.count(command.step, result)

    def count(self, step, result):
        """Failures in a row by loop; judgements are counted whatever lies between them."""
        if result.data.get("is_free"):
            return
        self.turns += 1
        loop = "asking" if step in ASKING else step
        if result.is_ok or (loop == "asking" and result.status is WARNING):
            self.failures[loop] *= loop == "run_tests"
        else:
            self.failures[loop] += 1

    def let_turn(self, **state):
        """A person's decision: the loops count anew."""
        state["loop_from"] = len(self.session.interactions)
        self.session = replace(self.session, status=SessionStatus.ACTIVE, state={**self.session.state, **state})
        self.turns = 0
        self.failures.clear()
        self.refusal = ""

    @invariant()
    def there_is_a_next_step_or_the_end_or_a_wait_that_says_for_what(self):
        decision = self.decision()
        assert isinstance(decision, NextStep | SessionComplete | WaitForPerson)
        if isinstance(decision, NextStep):
            assert decision.step in self.orchestrator.steps()
        if isinstance(decision, WaitForPerson):
            assert decision.reason.strip()
        assert (isinstance(decision, SessionComplete)) is self.orchestrator.is_complete(self.session)

    @invariant()
    def a_refusal_is_a_sentence(self):
        assert self.refusal == self.refusal.strip()

    @invariant()
    def no_more_turns_are_taken_than_the_policy_allows(self):
        assert self.turns <= self.most_turns()

    @invariant()
    def no_loop_fails_more_often_than_the_policy_allows(self):
        policy = self.session.retry
        bounds = {"run_tests": policy.max_attempts, "spawn_component_testing_sessions": policy.max_rounds}
        for loop, failures in self.failures.items():
            assert failures <= bounds.get(loop, policy.max_step_errors), loop

    @invariant()
    def once_complete_stays_complete(self):
        if self.was_complete:
            assert self.decision() == SessionComplete()
        self.was_complete = self.decision() == SessionComplete()


class AnyChild(AnyOutcome):
    @initialize(policy=POLICIES)
    def a_child(self, policy):
        self.start(child(MONEY, retry=policy))

    def most_turns(self):
        """Every judgement that may fail, and one that passes, each after its worst run of asking errors."""
        policy = self.session.retry
        asking = policy.max_step_errors + 1
        return policy.max_step_errors + 1 + (policy.max_attempts + 1) * (asking + 1) + policy.max_step_errors + 1

    @rule(
        status=STATUSES,
        message=MESSAGES,
        evidence=EVIDENCE,
        trouble=TROUBLES,
        is_free=st.booleans(),
        has_files=st.booleans(),
    )
    def a_step_is_taken(self, status, message, evidence, trouble, is_free, has_files):
        def result(command):
            data = {
                "initialize": {"context": {"package": "shop", "owned": ["tests/test_money.py"]}},
                "run_tests": {"candidate": [file("tests/test_money.py")] * has_files, "evidence": evidence, "tests": 1},
                "finalize": {key: command.metadata[key] for key in ("files", "digest") if key in command.metadata},
            }.get(command.step, {"trouble": trouble if status is not OK else None})
            is_free_failure = is_free and status is ERROR and command.step != "run_tests"
            return Result(status, message, {**data, **({"is_free": True} if is_free_failure else {})})

        self.take(result)

    @rule(note=st.sampled_from([None, "look at the rounding", "try zero"]))
    def a_person_retries(self, note):
        if not isinstance(self.decision(), SessionComplete):
            self.let_turn(note=note)

    @rule()
    def a_person_retries_a_complete_child_with_no_new_finding(self):
        if isinstance(self.decision(), SessionComplete):
            self.let_turn()

    @precondition(lambda self: self.was_complete)
    @rule(evidence=EVIDENCE)
    def the_parent_takes_the_judgement_back(self, evidence):
        """Only this ends a completion; the failure counts like every other judgement."""
        step = self.orchestrator.step("run_tests")
        command = step.get_command(SCOPE, self.session, NOW)
        result = Result(ERROR, "together: 1 test failed", {"evidence": evidence})
        self.session = replace(with_history(self.session, (command, result)), status=SessionStatus.ACTIVE)
        self.was_complete = False
        self.turns = 0
        self.count("run_tests", result)


class AnyRun(AnyOutcome):
    @initialize(policy=POLICIES)
    def a_run(self, policy):
        self.start(run(retry=policy, state={}))

    def most_turns(self):
        policy = self.session.retry
        return policy.max_step_errors + 1 + policy.max_rounds + 1 + policy.max_step_errors + 1

    @rule(status=STATUSES, message=MESSAGES)
    def a_step_other_than_a_round_is_taken(self, status, message):
        if self.decision() != NextStep("spawn_component_testing_sessions"):
            self.take(lambda command: Result(status, message, {**command.metadata, "finalized_at": NOW.isoformat()}))

    @rule(
        data=st.data(),
        settled=st.lists(st.sampled_from(list(SessionStatus)), min_size=3, max_size=3),
        is_interrupted=st.sampled_from([False, False, False, True]),
        has_error=st.sampled_from([False, False, False, True]),
    )
    def a_round_is_taken(self, data, settled, is_interrupted, has_error):
        def result(_command):
            self.settle(settled)
            if is_interrupted:
                return Result(ERROR, "The agent cannot go on.", {"is_interrupted": True})
            if has_error:
                return Result(ERROR, data.draw(MESSAGES), {"error": "ToolchainError"})
            return self.found(data)

        if self.decision() == NextStep("spawn_component_testing_sessions"):
            self.take(result)
            assert not (has_error or is_interrupted) or not self.session.last_completed.result.is_ok

    def settle(self, statuses):
        """The children as they are after their work; what a person left out stays left out."""
        known = {one.id: one for one in self.session.children}
        children = []
        for component, status in zip((CART, MONEY, STOCK), statuses, strict=True):
            fresh = child(component, status=status, files=[file(component.test_path)])
            children.append(known[fresh.id] if fresh.id in known and known[fresh.id].is_skipped else fresh)
        self.session = replace(self.session, children=tuple(children))

    def found(self, data):
        """What the engine may find over the children there are."""
        complete = [one for one in self.session.children if one.status is SessionStatus.COMPLETE]
        missing = data.draw(st.lists(st.sampled_from(complete), max_size=1)) if complete else []
        guilty = data.draw(st.lists(st.sampled_from(["c-cart", "c-money", "", "c-unknown"]), max_size=2))
        is_failed = data.draw(st.booleans())
        together = failed_together(*((owner, "test_add failed") for owner in guilty))
        return Result(
            ERROR if missing or (complete and is_failed) else OK,
            "",
            {
                "not_created": data.draw(st.sampled_from([{}, {}, {"shop.tax": "disk full"}])),
                "missing_files": {one.id: ["tests/test_gone.py"] for one in missing},
                **({"together": together if is_failed else PASSED_TOGETHER} if complete else {}),
                "attempts_left": {one.id: data.draw(st.integers(0, 2)) for one in complete},
            },
        )

    @rule()
    def a_person_lets_the_run_go_on(self):
        self.let_turn(waiting=None)

    @precondition(lambda self: self.session.children and not self.was_complete)
    @rule(number=st.integers(0, 2))
    def a_person_skips_a_child(self, number):
        skipped = self.session.children[number]
        left_out = replace(skipped, status=SessionStatus.CANCELLED, state={"skipped": {"by": "ana", "note": ""}})
        children = tuple(left_out if one is skipped else one for one in self.session.children)
        self.session = replace(self.session, children=children)
        self.let_turn()

    @invariant()
    def a_run_is_finalized_only_after_a_round_that_passed(self):
        if self.decision() == NextStep("finalize"):
            rounds = [one for one in self.session.interactions if one.command.step.startswith("spawn")]
            assert rounds[-1].result.is_ok

    @invariant()
    def the_branch_keeps_its_name(self):
        if self.session.state.get("branch_name"):
            assert self.session.state["branch_name"] == "test-context-testing-session-for-shop"


@pytest.mark.parametrize("machine", [AnyChild, AnyRun])
def test_any_sequence_of_outcomes_leaves_a_step_the_end_or_a_wait(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
