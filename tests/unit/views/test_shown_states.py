"""What a person is shown of stored rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
from ctxtui.core.ports.store import ChildRow
from ctxtui.core.views import phases, rungs, states
from ctxtui.core.views.attempts import attempts_in_words, attempts_label
from ctxtui.core.views.phases import RunPhase
from ctxtui.core.views.states import ShownState

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
CHILD = ChildRow(
    id="c",
    parent_id="p",
    component_id="m",
    name="money",
    test_path="tests/test_money.py",
    priority=0,
    status=SessionStatus.ACTIVE,
    state={},
    agent="builtin",
    pending_step="",
    pending_since=None,
    attempts=(),
    max_attempts=3,
    last_action="",
    last_action_at=None,
    created_at=NOW,
    updated_at=NOW,
    version=1,
)
PARENT = replace(CHILD, id="p", parent_id=None, name="billing")


def attempt(n: int, outcome: AttemptOutcome = AttemptOutcome.FAILED, *rungs: RungVerdict) -> Attempt:
    return Attempt(f"a{n}", "c", n, "", NOW, outcome, rungs=rungs)


@pytest.mark.parametrize(
    ("changes", "owner_alive", "expected"),
    [
        ({}, True, ShownState.QUEUED),
        ({}, False, ShownState.QUEUED),
        ({"pending_step": "initialize"}, True, ShownState.STARTING),
        ({"pending_step": "generate_tests", "attempts": (attempt(1),)}, True, ShownState.RUNNING),
        ({"pending_step": "generate_tests", "attempts": (attempt(1), attempt(2))}, True, ShownState.RETRYING),
        ({"pending_step": "fix_failures", "attempts": (attempt(1), attempt(2))}, True, ShownState.RETRYING),
        ({"pending_step": "run_tests", "attempts": (attempt(1),)}, True, ShownState.VALIDATING),
        ({"pending_step": "finalize", "attempts": (attempt(1),)}, True, ShownState.VALIDATING),
        ({"attempts": (attempt(1),), "state": {"slot": "slot-01"}}, True, ShownState.RETRYING),
        ({"attempts": (attempt(1),)}, True, ShownState.QUEUED),
        ({"pending_step": "generate_tests"}, False, ShownState.INTERRUPTED),
        ({"pending_step": "generate_tests", "state": {"waiting": {"kind": "hung"}}}, False, ShownState.NEEDS_YOU),
        ({"status": SessionStatus.COMPLETE}, False, ShownState.PASSED),
        ({"status": SessionStatus.COMPLETE, "state": {"reused_from": "x"}}, False, ShownState.REUSED),
        ({"status": SessionStatus.FAILED}, False, ShownState.FAILED),
        (
            {"status": SessionStatus.FAILED, "state": {"failure": {"reason": "no", "trouble": "nothing_to_test"}}},
            False,
            ShownState.NEEDS_YOU,
        ),
        ({"status": SessionStatus.CANCELLED}, False, ShownState.CANCELLED),
        ({"status": SessionStatus.CANCELLED, "state": {"skipped": {"by": "ana"}}}, False, ShownState.SKIPPED),
    ],
)
def test_a_child_s_state_is_derived_from_its_row(changes, owner_alive, expected):
    assert states.shown_state(replace(CHILD, **changes), owner_alive=owner_alive) is expected


@pytest.mark.parametrize(
    ("changes", "owner_alive", "state", "label"),
    [
        ({}, True, ShownState.QUEUED, "waiting to start"),
        ({"pending_step": "initialize"}, True, ShownState.STARTING, "preparing"),
        ({"pending_step": phases.SPAWN}, True, ShownState.RUNNING, "writing tests, round 2"),
        (
            {"pending_step": phases.SPAWN, "state": {"paused": True}},
            True,
            ShownState.RUNNING,
            "paused · writing tests, round 2",
        ),
        ({"pending_step": "finalize"}, True, ShownState.VALIDATING, "committing"),
        ({"pending_step": phases.SPAWN}, False, ShownState.INTERRUPTED, "writing tests, round 2"),
        ({"state": {"waiting": {"message": "?"}}}, False, ShownState.NEEDS_YOU, "waiting to start"),
        ({"state": {"waiting": {"step": "finalize"}}}, False, ShownState.NEEDS_YOU, "committing"),
        ({"state": {"branch_name": "test"}}, True, ShownState.RUNNING, "writing tests, round 2"),
        ({"status": SessionStatus.COMPLETE}, False, ShownState.PASSED, "finished"),
    ],
)
def test_a_run_has_a_state_and_a_phase_in_words(changes, owner_alive, state, label):
    row = replace(PARENT, **changes)
    assert states.shown_state(row, owner_alive=owner_alive) is state
    assert phases.phase_label(row, 2) == label


def test_a_run_whose_components_are_settled_runs_all_tests_together():
    row = replace(PARENT, pending_step=phases.SPAWN)
    assert phases.phase_label(row, 2, is_settled=True) == "running all tests together, round 2"
    assert phases.phase_label(replace(row, pending_step="finalize"), 2, is_settled=True) == "committing"


def test_what_has_begun_needs_the_person_its_run_waits_for():
    troubled = replace(CHILD, attempts=(attempt(1, AttemptOutcome.TROUBLED),))
    assert states.shown_state(troubled, owner_alive=False, run_waits=True) is ShownState.NEEDS_YOU
    assert states.shown_state(CHILD, owner_alive=False, run_waits=True) is ShownState.QUEUED
    failed = replace(troubled, status=SessionStatus.FAILED)
    assert states.shown_state(failed, owner_alive=False, run_waits=True) is ShownState.FAILED


def test_a_finished_run_s_phase_is_over_whatever_was_pending():
    assert phases.run_phase(replace(PARENT, status=SessionStatus.FAILED, pending_step="finalize")) is RunPhase.FINISHED


def test_only_spent_attempts_since_the_last_retry_count():
    attempts = (attempt(1), attempt(2, AttemptOutcome.LOST), attempt(3), attempt(4, AttemptOutcome.RUNNING))
    assert attempts_label(replace(CHILD, attempts=attempts)) == "3/3"
    assert attempts_in_words(replace(CHILD, attempts=attempts)) == "attempt 4 (3 of 3 used up)"
    retried = replace(CHILD, attempts=attempts, state={"attempts_from": 3})
    assert attempts_label(retried) == "1/3"
    assert attempts_in_words(retried) == "attempt 4 (1 of 3 since the retry)"
    assert attempts_label(replace(CHILD, attempts=(attempt(1),))) == "1/3"
    assert attempts_in_words(replace(CHILD, attempts=(attempt(1),))) == "attempt 1 of 3"
    assert attempts_label(replace(CHILD, attempts=(attempt(1, AttemptOutcome.TROUBLED),))) == ""
    troubled = tuple(attempt(n, AttemptOutcome.TROUBLED) for n in (1, 2))
    assert attempts_in_words(replace(CHILD, attempts=troubled[:1])) == "attempt 1, not counted"
    assert attempts_in_words(replace(CHILD, attempts=troubled)) == "attempt 2, none counted"
    assert attempts_label(CHILD) == ""


def test_the_badges_of_the_last_attempt_stay_until_the_present_one_has_its_own():
    stable = RungVerdict(Rung.STABLE, RungOutcome.FAILED, "no")
    row = replace(CHILD, attempts=(attempt(1, AttemptOutcome.FAILED, stable), attempt(2, AttemptOutcome.RUNNING)))
    by_rung = {badge.rung: badge for badge in rungs.badges(row)}
    assert by_rung["stable"].outcome is RungOutcome.FAILED
    assert not by_rung["stable"].is_current
    assert by_rung["kills"].outcome is None


def test_together_has_a_badge_only_where_it_was_judged():
    together = RungVerdict(Rung.TOGETHER, RungOutcome.PASSED, "yes")
    assert "together" not in {badge.rung for badge in rungs.badges(CHILD)}
    row = replace(CHILD, attempts=(attempt(1, AttemptOutcome.PASSED, together),))
    assert "together" in {badge.rung for badge in rungs.badges(row)}


def test_rounds_are_the_spawn_interactions_and_the_last_failed_one_tells_what_it_found():
    def spawn(seq: int, result: Result | None) -> Interaction:
        command = Command(phases.SPAWN, Action.RUN_CHILDREN, {}, NOW)
        return Interaction(f"i{seq}", "p", seq, command, result)

    steps = [spawn(1, Result(ResultStatus.ERROR, "Tests failing: tax")), spawn(2, None)]
    assert phases.rounds_taken(steps) == 2
    assert phases.last_round_report(steps) == "Tests failing: tax"
    assert phases.last_round_report([spawn(1, Result(ResultStatus.OK, "fine"))]) == ""
