"""The loop that decides, step by step: what is stored, what is started, and what follows from requests and crashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ctxtui.core.domain.attempt import AttemptOutcome, Usage
from ctxtui.core.domain.errors import ExitCode, ToolchainError
from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.plan import Budget
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.run_state import child_state, run_state
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.session import ExecutionMode, SessionStatus
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.engine.messages import AgentSpoke, TaskKind
from ctxtui.core.views.causes import reason_of
from ctxtui.core.views.forecast import limit_window
from ctxtui.core.views.refusals import refused
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import shown_state
from ctxtui.core.workflow import state
from tests.doubles.engine_room import BUSY, FAILS, PASSES, PUSH_REFUSED, SCOPE, TROUBLE, EngineRoom, file

ACTIVE, COMPLETE = SessionStatus.ACTIVE, SessionStatus.COMPLETE
FAILED, CANCELLED = SessionStatus.FAILED, SessionStatus.CANCELLED
Make = Callable[..., EngineRoom]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[EngineRoom] = []

    def room(*names: str, mode: ExecutionMode = ExecutionMode.AUTO, **plan: Any) -> EngineRoom:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(EngineRoom(folder, names or ("alpha", "beta"), plan, mode))
        return made[-1]

    yield room
    for one in made:
        one.store.close()


def once(attempts: int = 1) -> RetryPolicy:
    return RetryPolicy(max_attempts=attempts)


def alpha_fails(name: str, action: Action) -> Any:
    return FAILS if name == "alpha" and action is Action.JUDGE_TESTS else None


def test_a_run_goes_from_its_children_to_one_commit(make: Make):
    room = make().open()
    room.finish()
    assert room.status() is COMPLETE
    assert room.is_over
    assert room.committed == [["tests/test_alpha.py", "tests/test_beta.py"]]
    assert room.exit_code is ExitCode.OK


def test_no_more_children_are_under_way_than_jobs(make: Make):
    room = make("a", "b", "c", jobs=2).open()
    room.end("run")
    assert sorted(room.busy) == ["a", "b"]


def test_a_child_stopped_while_it_is_judged_can_be_retried_and_pass(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    assert room.ask(RequestKind.CANCEL, "alpha").is_granted
    assert room.attempts("alpha") == [AttemptOutcome.CANCELLED]
    room.finish()
    assert room.status("alpha") is CANCELLED
    assert room.ask(RequestKind.RETRY, "alpha").is_granted
    room.finish()
    assert room.status() is COMPLETE
    assert room.attempts("alpha") == [AttemptOutcome.CANCELLED, AttemptOutcome.PASSED]


def test_a_passed_child_that_is_retried_on_its_last_attempt_asks_the_agent(make: Make):
    room = make(retry=once()).open()
    room.finish(lambda name, action: FAILS if name == "beta" and action is Action.JUDGE_TESTS else None)
    assert room.status("beta") is FAILED
    assert room.ask(RequestKind.RETRY, "alpha", note="negative numbers too").is_granted
    before = room.asked.count("alpha")
    room.finish()
    assert room.asked.count("alpha") == before + 1
    assert room.status("alpha") is COMPLETE


CHANGED = [{"path": "tests/test_alpha.py", "digest": "1" * 40}]


def test_tests_that_a_user_changed_are_judged_before_the_agent_is_asked(make: Make):
    room = make(retry=once()).open()
    room.finish(alpha_fails)
    asked = room.asked.count("alpha")
    request = room.ask(RequestKind.RETRY, "alpha", files=CHANGED, is_judged=True, note="test_sum is left out")
    assert request.is_granted
    room.finish()
    assert room.status() is COMPLETE
    assert room.asked.count("alpha") == asked


def test_a_passed_child_whose_tests_were_changed_is_judged_anew_while_the_run_goes_on(make: Make):
    room = make("alpha", "beta", jobs=1).open()
    room.end("run")
    while room.status("alpha") is not COMPLETE:
        room.end("alpha")
    asked = room.asked.count("alpha")
    assert room.ask(RequestKind.RETRY, "alpha", files=CHANGED, is_judged=True).is_granted
    room.finish()
    assert room.status() is COMPLETE
    assert room.asked.count("alpha") == asked
    assert room.attempts("alpha") == [AttemptOutcome.PASSED, AttemptOutcome.PASSED]
    judged = [step for step in room.session("alpha").interactions if step.command.action is Action.JUDGE_TESTS]
    assert judged[-1].command.metadata["by"]


def test_changed_tests_that_fail_go_to_the_agent_with_their_evidence(make: Make):
    room = make(retry=once(2)).open()
    room.finish(alpha_fails)
    asked = room.asked.count("alpha")
    assert room.ask(RequestKind.RETRY, "alpha", files=CHANGED, is_judged=True, note="test_sum is left out").is_granted
    outcomes = iter([FAILS])
    room.finish(lambda name, action: next(outcomes, None) if (name, action) == ("alpha", Action.JUDGE_TESTS) else None)
    assert room.asked.count("alpha") == asked + 1
    assert "test_sum is left out" in prompts(room, "alpha")[-1]
    assert room.status() is COMPLETE


def test_in_manual_mode_changed_tests_are_judged_at_once_in_a_worktree_that_has_them(make: Make):
    room = make("alpha", mode=ExecutionMode.MANUAL).open()
    for _step in range(4):  # of the run: initialize and spawn; of alpha: initialize and generate_tests
        assert room.ask(RequestKind.STEP).is_granted
        while room.busy:
            room.end(room.busy[0])
    assert room.ask(RequestKind.RETRY, "alpha", files=CHANGED, is_judged=True).is_granted
    assert room.busy == ["alpha"]
    pending = room.session("alpha").pending
    assert pending is not None
    assert pending.command.metadata["is_laid_out_anew"]


def test_there_is_nothing_to_judge_without_tests(make: Make):
    room = make(retry=once()).open()
    room.finish(alpha_fails)
    assert "no tests" in room.ask(RequestKind.RETRY, "alpha", is_judged=True).answer


def agents_asked(room, name: str) -> list[str]:
    asked = [step.command for step in room.session(name).interactions if step.command.action is Action.ASK_AGENT]
    return [str(command.metadata["agent"]) for command in asked]


def failing(times: int):
    """Of the child `alpha`, that many judgements fail."""
    left = iter([FAILS] * times)
    return lambda name, action: next(left, None) if (name, action) == ("alpha", Action.JUDGE_TESTS) else None


def test_the_next_agent_takes_over_where_one_used_up_its_attempts(make: Make):
    room = make("alpha", retry=once(), escalate=("second", "third")).open()
    room.end("run")
    first = room.session("alpha").agent
    room.finish(failing(2))
    assert room.status("alpha") is COMPLETE
    assert agents_asked(room, "alpha") == [first, "second", "third"]
    assert room.session("alpha").agent == "third"


def test_after_the_last_agent_a_user_is_asked(make: Make):
    room = make("alpha", retry=once(), escalate=("second",)).open()
    room.end("run")
    room.finish(failing(9))
    assert room.status("alpha") is FAILED
    assert agents_asked(room, "alpha")[1:] == ["second"]


def test_a_retry_by_another_agent_may_send_it_the_same_prompt(make: Make):
    room = make("alpha", retry=once()).open()
    room.end("run")
    room.finish(failing(9))
    assert room.status("alpha") is FAILED
    assert room.ask(RequestKind.RETRY, "alpha", agent="second").answer == "shop.alpha is tried again by second"
    room.finish()
    assert room.status("alpha") is COMPLETE
    assert agents_asked(room, "alpha")[-1] == "second"


def prompts(room, name: str) -> list[str]:
    asked = [step.command for step in room.session(name).interactions if step.command.action is Action.ASK_AGENT]
    return [str(command.metadata["prompt"]) for command in asked]


def test_what_an_agent_at_work_is_told_stands_in_its_next_prompt_once(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.ASK_AGENT)
    for words in ("amounts are in cents", "and never negative"):
        assert room.ask(RequestKind.TELL, "alpha", note=words).is_granted
    failures = iter([FAILS, FAILS])
    room.finish(lambda name, action: next(failures, None) if (name, action) == ("alpha", Action.JUDGE_TESTS) else None)
    first, second, third = prompts(room, "alpha")
    assert "amounts are in cents" not in first
    assert "amounts are in cents\n\nand never negative" in second
    assert "amounts are in cents" not in third


def test_what_a_check_found_before_is_not_why_an_agent_failed_that_did_not_answer(make: Make):
    room = make("alpha").open()
    crashed = Done(Result(ResultStatus.ERROR, "gone", {"trouble": "crashed"}), AttemptOutcome.TROUBLED)
    turns = iter([None])
    does = {Action.JUDGE_TESTS: lambda: FAILS, Action.ASK_AGENT: lambda: next(turns, crashed)}
    room.finish(lambda _name, action: does[action]() if action in does else None)
    failure = room.session("alpha").state["failure"]
    assert (failure["rung"], failure["trouble"]) == ("", "crashed")
    assert failure["reason"].startswith("gone")


def test_all_agents_at_work_are_told_together_and_nobody_else_is(make: Make):
    room = make().open()
    room.end("run")
    assert room.ask(RequestKind.TELL, "run", note="use the fixtures").answer == "2 components: told with the next turn"
    assert not room.ask(RequestKind.TELL, "run", note="  ").is_granted
    room.ask(RequestKind.CANCEL, "alpha")
    refused = room.ask(RequestKind.TELL, "alpha", note="too late")
    assert not refused.is_granted
    assert "has ended already" in refused.answer
    assert "retry" in refused.answer


@pytest.mark.parametrize("kind", [RequestKind.SKIP, RequestKind.CANCEL])
def test_a_granted_skip_or_stop_survives_a_kill(make: Make, kind: RequestKind):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    assert room.ask(kind, "alpha").is_granted
    room.kill()
    room.open()
    room.finish()
    assert room.status("alpha") is CANCELLED
    assert room.session("alpha").is_skipped == (kind is RequestKind.SKIP)


def test_the_time_without_an_owner_is_noted_once_for_the_step_under_way(make: Make):
    room = make().open()
    assert run_state(room.session().state).rested == 0
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    for _ in range(2):
        room.kill()
        room.clock.now += timedelta(minutes=5)
        room.open()
    assert run_state(room.session().state).rested == pytest.approx(600, abs=2)
    assert child_state(room.session("alpha").state).rested == {"1": pytest.approx(600, abs=2)}
    room.kill()
    room.open()
    assert run_state(room.session().state).rested == pytest.approx(600, abs=2)
    assert child_state(room.session("alpha").state).rested == {"1": pytest.approx(600, abs=2)}


def test_a_granted_skip_survives_ctrl_c(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    room.ask(RequestKind.SKIP, "alpha")
    room.interrupt()
    room.open()
    room.finish()
    assert room.committed == [["tests/test_beta.py"]]
    assert room.exit_code is ExitCode.FAILED_COMPONENTS


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (RequestKind.RETRY, "alpha"),
        (RequestKind.SKIP, "alpha"),
        (RequestKind.CANCEL, "alpha"),
        (RequestKind.CANCEL, "run"),
        (RequestKind.RETRY, "run"),
        (RequestKind.FINALIZE, "run"),
    ],
)
def test_what_comes_too_late_for_the_commit_is_refused_with_the_reason(make: Make, kind: RequestKind, name: str):
    room = make().open()
    while room.doing("run") is not Action.COMMIT_RESULT:
        room.end(room.busy[0])
    answered = room.ask(kind, name)
    assert not answered.is_granted
    assert answered.answer
    room.finish()
    assert room.status() is COMPLETE
    assert room.committed == [["tests/test_alpha.py", "tests/test_beta.py"]]


def test_ctrl_c_during_the_commit_lets_it_end(make: Make):
    room = make().open()
    while room.doing("run") is not Action.COMMIT_RESULT:
        room.end(room.busy[0])
    room.interrupt()
    assert room.status() is COMPLETE
    assert room.exit_code is ExitCode.OK


def test_a_paused_run_that_is_finalized_ends(make: Make):
    room = make("alpha", "beta", "gamma", jobs=1).open()
    room.end("run")
    room.ask(RequestKind.PAUSE)
    while room.busy:
        room.end(room.busy[0])
    assert room.status("alpha") is COMPLETE
    assert not room.is_over
    room.ask(RequestKind.FINALIZE)
    room.finish()
    assert room.status() is COMPLETE
    assert room.committed == [["tests/test_alpha.py"]]


def test_skipping_the_last_queued_child_of_a_paused_run_ends_it(make: Make):
    room = make(jobs=1).open()
    room.end("run")
    room.ask(RequestKind.PAUSE)
    room.finish()
    room.ask(RequestKind.SKIP, "beta")
    room.finish()
    assert room.status() is COMPLETE


def test_a_retry_while_the_worktree_is_cleared_is_not_lost(make: Make):
    room = make("alpha", retry=once()).open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    room.end("alpha", FAILS)
    assert room.status("alpha") is FAILED
    assert room.busy == ["alpha"]
    assert room.ask(RequestKind.RETRY, "alpha", note="again").is_granted
    room.finish()
    assert room.status() is COMPLETE
    assert room.steps().count("spawn_component_testing_sessions") == 1


def test_a_slot_is_the_childs_until_its_worktree_is_clean(make: Make):
    room = make(jobs=1).open()
    room.end("run")
    room.until("alpha", Action.ACCEPT_FILES)
    room.end("alpha")
    assert room.status("alpha") is COMPLETE
    assert room.busy == ["alpha"]
    room.end("alpha")
    assert room.worktrees.released == ["slot-01"]
    assert room.busy == ["beta"]


def test_a_partial_run_whose_tests_cannot_be_run_together_waits(make: Make):
    room = make(is_partial=True).open()
    room.finish(
        lambda name, _action: ToolchainError("no such interpreter") if name == "run" and together(room) else None
    )
    assert room.status() is ACTIVE
    assert room.is_over
    assert "no such interpreter" in room.session().state[state.WAITING]["message"]


def together(room: EngineRoom) -> bool:
    return room.doing("run") is Action.RUN_CHILDREN


def test_partial_finalizes_what_passed_by_itself(make: Make):
    room = make(is_partial=True, retry=once()).open()
    room.finish(alpha_fails)
    assert room.status() is COMPLETE
    assert room.committed == [["tests/test_beta.py"]]
    assert room.exit_code is ExitCode.FAILED_COMPONENTS


def test_a_retry_while_the_run_is_blocked_and_an_agent_works_is_honoured(make: Make):
    room = make().open()
    room.end("run")
    for name in ("alpha", "beta"):
        room.until(name, Action.ASK_AGENT)
    room.end("alpha", TROUBLE)
    assert room.doing("beta") is Action.ASK_AGENT
    assert room.ask(RequestKind.RETRY).is_granted
    room.finish()
    assert room.status() is COMPLETE


def test_a_blocked_run_waits_and_says_what_for_however_often_it_is_resumed(make: Make):
    room = make().open()
    room.finish(lambda _name, action: TROUBLE if action is Action.ASK_AGENT else None)
    for _time in range(2):
        assert room.is_over
        assert room.exit_code is ExitCode.AGENT_UNAVAILABLE
        room.leave()
        room.open()
    assert room.ask(RequestKind.RETRY).is_granted
    room.finish()
    assert room.status() is COMPLETE


def test_a_rate_limit_costs_no_attempt_and_has_no_count(make: Make):
    room = make("alpha", retry=once()).open()
    room.end("run")
    for _time in range(30):
        room.until("alpha", Action.ASK_AGENT)
        room.end("alpha", BUSY)
        assert room.busy == []
        room.clock.now += timedelta(hours=1)
        room.tick()
    room.finish()
    assert room.status() is COMPLETE


QUESTION = Done(
    Result(ResultStatus.ERROR, "fence: no tests", {"rung": "fence", "evidence": [], "question": "Cents or euros?"}),
    AttemptOutcome.FAILED,
)


def test_a_question_waits_for_its_answer_at_once_and_others_go_on(make: Make):
    room = make(escalate=("second",)).open()
    room.end("run")
    asks = iter([QUESTION])
    room.finish(lambda name, action: next(asks, None) if (name, action) == ("alpha", Action.JUDGE_TESTS) else None)
    assert room.asked.count("alpha") == 1
    assert room.status("beta") is COMPLETE
    rows = {row.name: row for row in room.store.feed.changes(room.session().scope, room.run_id).rows}
    assert shown_state(rows["shop.alpha"], owner_alive=True) == "needs you"
    assert reason_of(rows["shop.alpha"]) == "it asks: Cents or euros?"
    assert room.exit_code is ExitCode.RETRYABLE
    seen = RunView.of(room.store.feed.changes(room.session().scope, room.run_id), (), room.clock())
    assert refused(seen, RequestKind.TELL, rows["shop.alpha"]) is None
    answered = room.ask(RequestKind.TELL, "alpha", note="in cents")
    assert (answered.is_granted, answered.answer) == (True, "shop.alpha has your answer and goes on")
    room.finish()
    assert room.status() is COMPLETE
    assert "in cents" in prompts(room, "alpha")[1]
    assert agents_asked(room, "alpha")[0] == agents_asked(room, "alpha")[1]


def notices(noticed: int, tests: int = 3) -> Done:
    data = {"tests": tests, "kills": {"mutants": 10, "noticed": noticed}}
    files = {state.CANDIDATE: [asdict(file(f"tests/{noticed}.py"))]}
    return Done(Result(ResultStatus.OK, "passed", {**data, **files}), AttemptOutcome.PASSED)


def several_tries(make: Make, *judged: Done) -> EngineRoom:
    """A run of one module with three tries, judged like that."""
    room = make("alpha", retry=once(3)).open()
    room.end("run")
    room.end("alpha")
    room.end("alpha", Done(Result(ResultStatus.OK, "works", {state.CONTEXT: {"best_of": 3}})))
    results = iter(judged)
    room.finish(lambda _name, action: next(results, None) if action is Action.JUDGE_TESTS else None)
    return room


def test_of_several_tries_the_one_that_notices_most_is_kept(make: Make):
    room = several_tries(make, notices(5), notices(8), notices(6))
    assert room.asked == ["alpha"] * 3
    assert room.committed == [["tests/8.py"]]
    assert room.attempts("alpha") == [AttemptOutcome.PASSED] * 3
    assert room.session("alpha").state[state.TESTS] == 3


def test_a_try_that_fails_after_a_proved_one_is_dropped_and_not_mended(make: Make):
    room = several_tries(make, notices(5), FAILS, FAILS)
    assert room.steps("alpha").count("fix_failures") == 0
    assert room.committed == [["tests/5.py"]]
    assert room.status() is COMPLETE


def test_before_a_try_is_proved_failures_are_mended_as_ever(make: Make):
    room = several_tries(make, FAILS, notices(5), notices(4), notices(9))
    assert room.steps("alpha").count("fix_failures") == 1
    assert room.committed == [["tests/9.py"]]
    assert room.asked == ["alpha"] * 4


def test_an_agent_that_is_not_there_for_the_next_try_loses_nothing(make: Make):
    room = make("alpha").open()
    room.end("run")
    room.end("alpha")
    room.end("alpha", Done(Result(ResultStatus.OK, "works", {state.CONTEXT: {"best_of": 2}})))
    room.end("alpha")
    room.end("alpha", notices(5))
    room.end("alpha", Done(Result(ResultStatus.ERROR, "gone", {"trouble": "crashed"}), AttemptOutcome.TROUBLED))
    room.finish()
    assert room.committed == [["tests/5.py"]]


def test_near_the_agents_limit_fewer_children_are_under_way_until_it_is_counted_anew(make: Make):
    room = make(*"abcdefgh", jobs=4).open()
    room.end("run")
    assert len(room.busy) == 4
    room.until("a", Action.ASK_AGENT)
    told = {"usage": {}, "limit_used": 0.95, "limit_ends_in": 600}
    room.end("a", Done(Result(ResultStatus.OK, "wrote tests", told), AttemptOutcome.VALIDATING))
    for name in "abc":
        while name in room.busy:
            room.end(name)
    assert room.busy == ["d"]
    events = room.store.history.events(room.session().scope, room.run_id)
    assert "scripted says that 95% of its limit is used: 1 at a time, not 4" in [item.event.text for item in events]
    run = RunView.of(room.store.feed.changes(room.session().scope, room.run_id), (), room.clock())
    window = limit_window(run, room.clock())
    assert window is not None
    assert (window.agent, window.used) == ("scripted", 0.95)
    assert limit_window(run, room.clock() + timedelta(seconds=601)) is None
    room.clock.now += timedelta(seconds=601)
    room.tick()
    assert len(room.busy) == 4


def test_others_are_asked_when_the_first_agent_begins_to_answer(make: Make):
    room = make(*"abc", jobs=3, is_staggered=True).open()
    room.end("run")
    for name in "abc":
        while room.doing(name) is not Action.ASK_AGENT:
            room.end(name)
    assert room.busy == ["a"]
    room.loop.handle(AgentSpoke(room.course.book.tasks[room.id_of("a")]))
    assert sorted(room.busy) == ["a", "b", "c"]
    room.finish()
    assert room.status() is COMPLETE


def test_an_agent_that_says_nothing_holds_others_back_for_half_a_minute_at_most(make: Make):
    room = make(*"ab", jobs=2, is_staggered=True).open()
    room.end("run")
    for name in "ab":
        while room.doing(name) is not Action.ASK_AGENT:
            room.end(name)
    room.clock.now += timedelta(seconds=29)
    room.tick()
    assert room.busy == ["a"]
    room.clock.now += timedelta(seconds=2)
    room.tick()
    assert sorted(room.busy) == ["a", "b"]


def test_a_first_turn_that_ends_without_a_word_lets_the_next_one_be_asked(make: Make):
    room = make(*"ab", jobs=2, is_staggered=True).open()
    room.end("run")
    for name in "ab":
        while room.doing(name) is not Action.ASK_AGENT:
            room.end(name)
    room.end("a")
    assert "b" in room.busy
    room.finish()
    assert room.status() is COMPLETE


def costs(cost: float) -> Done:
    return Done(
        Result(ResultStatus.OK, "wrote tests", {"usage": {"cost": cost}}),
        AttemptOutcome.VALIDATING,
        usage=Usage(input_tokens=100, cost=cost),
    )


def test_the_days_budget_stops_before_the_turn_that_would_pass_it_until_a_user_lets_it_go_on(make: Make):
    room = make("alpha", "beta", jobs=1, day_budget=Budget(cost=1.0)).open()
    room.end("run")
    room.finish(lambda _name, action: costs(0.6) if action is Action.ASK_AGENT else None)
    assert room.asked == ["alpha"]
    assert room.is_over
    assert (
        "The day's budget does not allow another turn: $0.60 of $1.00" in run_state(room.session().state).blocked.reason
    )
    assert room.ask(RequestKind.RETRY).is_granted
    room.finish()
    assert room.status() is COMPLETE


def test_a_new_day_has_its_budget_anew(make: Make):
    room = make("alpha", "beta", jobs=1, day_budget=Budget(cost=1.0)).open()
    room.end("run")
    room.until("alpha", Action.ASK_AGENT)
    room.end("alpha", costs(0.6))
    room.clock.now += timedelta(days=1)
    room.finish()
    assert room.status() is COMPLETE


def test_a_queued_child_skipped_as_its_turn_comes_stays_skipped(make: Make):
    room = make(jobs=1).open()
    room.end("run")
    assert room.ask(RequestKind.SKIP, "beta").is_granted
    room.finish()
    assert room.asked == ["alpha"]
    assert room.status() is COMPLETE


def test_after_a_failed_push_a_child_that_comes_back_is_worked_on_before_anything_is_committed(make: Make):
    room = make().open()
    room.finish(lambda _name, action: PUSH_REFUSED if action is Action.COMMIT_RESULT else None)
    assert room.status() is FAILED
    assert room.is_over
    assert room.ask(RequestKind.RETRY, "alpha").is_granted
    room.finish()
    assert room.asked.count("alpha") == 2
    assert room.committed == [["tests/test_alpha.py", "tests/test_beta.py"]]
    assert room.status() is COMPLETE


@pytest.mark.parametrize("kind", [RequestKind.RETRY, RequestKind.RESUME])
def test_a_failed_run_that_is_retried_or_resumed_takes_its_last_step_again(make: Make, kind: RequestKind):
    room = make().open()
    room.finish(lambda _name, action: PUSH_REFUSED if action is Action.COMMIT_RESULT else None)
    assert room.ask(kind).is_granted
    room.finish()
    assert room.status() is COMPLETE
    assert len(room.asked) == 2


def test_a_fault_inside_one_child_fails_that_child_with_a_report(make: Make):
    room = make().open()
    room.finish(lambda name, action: KeyError("oops") if name == "alpha" and action is Action.JUDGE_TESTS else None)
    assert room.status("alpha") is FAILED
    assert room.status("beta") is COMPLETE
    reason = room.session("alpha").state[state.FAILURE]["reason"]
    report = Path(reason.partition("the report is ")[2])
    assert "KeyError" in report.read_text()


def test_a_full_disk_ends_the_run_with_its_reason(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.ASK_AGENT)
    with pytest.raises(OSError, match="No space"):
        room.end("alpha", OSError(28, "No space left on device"))


def test_tests_that_could_not_be_judged_can_be_judged_again_when_that_is_mended(make: Make):
    room = make("alpha").open()
    room.finish(lambda _name, action: ToolchainError("rebuilding") if action is Action.JUDGE_TESTS else None)
    assert room.status("alpha") is FAILED
    assert room.ask(RequestKind.RETRY, "alpha", note="rebuilt").is_granted
    room.finish()
    assert room.status() is COMPLETE


def test_a_late_result_is_told_and_changes_nothing(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    room.ask(RequestKind.SKIP, "alpha")
    room.end("alpha", PASSES)
    assert room.status("alpha") is CANCELLED
    events = room.store.history.events(room.session().scope, room.id_of("alpha"))
    assert any("came too late" in item.event.text for item in events)


def test_a_cancelled_run_stays_cancelled(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.ASK_AGENT)
    assert room.ask(RequestKind.CANCEL, note="wrong branch").is_granted
    room.kill()
    room.open()
    assert room.is_over
    assert room.status() is CANCELLED
    assert room.exit_code is ExitCode.INTERRUPTED
    assert not room.ask(RequestKind.RETRY).is_granted


def test_in_manual_mode_each_step_waits_for_the_user(make: Make):
    room = make("alpha", mode=ExecutionMode.MANUAL).open()
    assert room.busy == []
    assert room.is_over
    taken: list[str] = []
    for _step in range(12):
        if room.status() is not ACTIVE:
            break
        assert room.ask(RequestKind.STEP).is_granted
        while room.busy:
            room.end(room.busy[0])
        taken.append("step")
    assert room.status() is COMPLETE
    assert len(taken) >= 7


def test_the_mode_can_be_changed_while_the_run_is_under_way(make: Make):
    room = make(mode=ExecutionMode.MANUAL).open()
    refused = make().open().ask(RequestKind.STEP)
    assert "manual" in refused.answer
    assert room.ask(RequestKind.MODE, mode="auto").is_granted
    room.finish()
    assert room.status() is COMPLETE


def test_bounds_given_anew_take_effect(make: Make):
    room = make("alpha", retry=once()).open()
    room.end("run")
    assert room.ask(RequestKind.SETTINGS, plan={"retry": {"max_attempts": 2}, "push": True}).is_granted
    room.until("alpha", Action.JUDGE_TESTS)
    room.end("alpha", FAILS)
    room.finish()
    assert room.asked == ["alpha", "alpha"]
    assert room.status() is COMPLETE
    assert room.session().state[state.PLAN]["push"]


def test_a_retried_child_goes_before_those_that_wait(make: Make):
    room = make("alpha", "beta", "gamma", jobs=1, retry=once()).open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    room.end("alpha", FAILS)
    room.ask(RequestKind.RETRY, "alpha", note="again")
    room.end("alpha")
    assert room.busy == ["alpha"]


def test_what_a_killed_owner_had_begun_goes_before_children_that_were_called_back(make: Make):
    room = make("alpha", "beta", jobs=1, retry=once()).open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    room.end("alpha", FAILS)
    room.end("alpha")
    assert room.busy == ["beta"]
    assert room.ask(RequestKind.RETRY, "alpha", note="again").is_granted
    room.kill()
    room.open()
    assert room.busy == ["beta"]


def test_a_killed_owner_leaves_every_command_to_the_next_one(make: Make):
    room = make().open()
    room.end("run")
    room.until("alpha", Action.JUDGE_TESTS)
    room.until("beta", Action.ASK_AGENT)
    room.kill()
    room.open()
    assert room.doing("alpha") is Action.JUDGE_TESTS
    assert room.doing("beta") is Action.ASK_AGENT
    room.finish()
    assert room.asked == ["alpha", "beta"]
    assert room.status() is COMPLETE


def test_what_a_step_brings_is_stored_in_one_transaction(make: Make, monkeypatch: pytest.MonkeyPatch):
    room = make("alpha").open()
    room.end("run")
    room.until("alpha", Action.ASK_AGENT)
    stored: list[list[str]] = []
    apply = room.store.ledger.apply

    def spied(scope: Any, lease: Any, writes: Any) -> Any:
        stored.append([type(write).__name__ for write in writes])
        return apply(scope, lease, writes)

    monkeypatch.setattr(room.store.ledger, "apply", spied)
    turn = Result(ResultStatus.OK, "wrote tests", {"usage": {}})
    room.end("alpha", Done(turn, AttemptOutcome.VALIDATING, written=(file("tests/test_alpha.py"),)))
    assert room.doing("alpha") is Action.JUDGE_TESTS
    assert [item["path"] for item in room.session("alpha").state["candidate"]] == ["tests/test_alpha.py"]
    room.end("alpha", replace(PASSES, verdict=RungVerdict(Rung.KILLS, RungOutcome.PASSED, "3 of 3")))
    assert room.doing("alpha") is Action.ACCEPT_FILES
    assert [verdict.rung for verdict in room.store.history.attempts(SCOPE, room.id_of("alpha"))[0].rungs] == ["kills"]
    assert stored == [["Change", "Finish", "Begin"], ["AddVerdict", "AddEvents", "Finish", "Begin"]]


def test_a_worktree_in_which_nothing_was_begun_is_laid_out_again_by_the_next_owner(make: Make):
    room = make("alpha").open()
    room.end("run")
    room.end("alpha")  # its worktree is there, and its first step is under way
    assert "slot" not in room.session("alpha").state
    room.kill()
    room.open()
    assert [task.kind for task in room.course.book.tasks.values()] == [TaskKind.LAY_OUT]
    room.finish()
    assert (room.status(), room.asked) == (COMPLETE, ["alpha"])
