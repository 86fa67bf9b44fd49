"""`jobs` bounds agents at work: what is prepared and judged goes on beside them, up to a bound of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ctxtui.core.domain.attempt import AttemptOutcome, Usage
from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.plan import Budget
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.run_state import run_state
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import ShownState
from tests.doubles.engine_room import FAILS, TROUBLE, EngineRoom

Make = Callable[..., EngineRoom]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[EngineRoom] = []

    def room(*names: str, **plan: Any) -> EngineRoom:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(EngineRoom(folder, names, plan).open())
        made[-1].end("run")
        return made[-1]

    yield room
    for one in made:
        one.store.close()


def asking(room: EngineRoom) -> list[str]:
    return [name for name in room.busy if room.doing(name) is Action.ASK_AGENT]


def prepare(room: EngineRoom) -> None:
    """Lets everything end that is done before an agent is asked."""
    while ready := [name for name in room.busy if room.doing(name) is Action.PREPARE_WORKTREE]:
        room.end(ready[0])


def seen(room: EngineRoom) -> RunView:
    view = RunView.of(room.store.feed.changes(room.session().scope, room.run_id), (), room.clock())
    view.see_owner(is_alive=True)
    return view


def test_a_module_that_is_judged_leaves_its_agent_to_the_next_one(make: Make):
    room = make(*"abcd", jobs=2, ahead=1)
    prepare(room)
    assert asking(room) == ["a", "b"]
    room.end("a")
    assert room.doing("a") is Action.JUDGE_TESTS
    assert asking(room) == ["b", "c"]


def test_open_are_no_more_than_the_jobs_and_those_judged_meanwhile(make: Make):
    room = make(*"abcdef", jobs=2, ahead=1)
    prepare(room)
    for name in "abc":
        room.end(name)
    assert sorted(room.busy) == ["a", "b", "c"]
    assert room.asked == ["a", "b", "c"]


def test_without_anything_beside_the_jobs_a_module_keeps_its_job_while_it_is_judged(make: Make):
    room = make(*"abc", jobs=2)
    prepare(room)
    room.end("a")
    assert sorted(room.busy) == ["a", "b"]


def test_a_module_whose_tests_failed_has_its_agent_before_a_new_one(make: Make):
    room = make(*"abcd", jobs=1, ahead=1)
    prepare(room)
    room.end("a")
    prepare(room)
    assert asking(room) == ["b"]
    room.end("a", FAILS)
    assert room.doing("a") is None
    room.end("b")
    assert asking(room) == ["a"]
    room.finish()
    assert room.asked == ["a", "b", "a", "c", "d"]
    assert room.status() is SessionStatus.COMPLETE


def test_a_module_that_waits_for_its_agent_is_shown_as_that_and_takes_no_job(make: Make):
    room = make(*"ab", jobs=1, ahead=1)
    prepare(room)
    view = seen(room)
    states = {row.name.removeprefix("shop."): view.states[row.id] for row in view.children}
    assert states == {"a": ShownState.RUNNING, "b": ShownState.QUEUED}
    assert (view.jobs_taken, view.jobs) == (1, 1)
    room.end("a")
    view = seen(room)
    assert (view.busy, view.jobs_taken) == (2, 1)


def test_a_module_that_was_only_prepared_waits_for_its_agent_after_an_interruption_too(make: Make):
    room = make(*"abcd", jobs=2, ahead=2)
    prepare(room)
    room.kill()
    room.clock.now += timedelta(minutes=5)
    room.open()
    assert sorted(asking(room)) == ["a", "b"]


def test_a_paused_run_asks_no_agent_for_a_module_that_is_only_prepared(make: Make):
    room = make(*"abc", jobs=1, ahead=1)
    prepare(room)
    room.ask(RequestKind.PAUSE)
    room.finish()
    assert room.asked == ["a"]
    room.ask(RequestKind.RESUME)
    room.finish()
    assert room.status() is SessionStatus.COMPLETE


def test_a_run_that_no_agent_can_go_on_with_asks_for_no_prepared_module_before_that_is_mended(make: Make):
    room = make(*"abc", jobs=1, ahead=1)
    prepare(room)
    room.end("a", TROUBLE)
    assert room.is_over
    assert room.asked == ["a"]
    room.ask(RequestKind.RETRY)
    room.finish()
    assert room.status() is SessionStatus.COMPLETE


@pytest.mark.parametrize("kind", [RequestKind.SKIP, RequestKind.CANCEL])
def test_a_prepared_module_can_be_left_out_and_its_worktree_is_cleared(make: Make, kind: RequestKind):
    room = make(*"ab", jobs=1, ahead=1)
    prepare(room)
    assert room.ask(kind, "b").is_granted
    room.end("b")
    assert room.worktrees.released == ["slot-02"]
    room.finish()
    assert room.asked == ["a"]


def test_a_killed_owner_leaves_prepared_modules_to_the_next_one_who_makes_no_more_worktrees(make: Make):
    room = make(*"abcdef", jobs=2, ahead=2)
    prepare(room)
    room.kill()
    room.open()
    room.finish()
    assert room.status() is SessionStatus.COMPLETE
    assert set(room.worktrees.released) == {"slot-01", "slot-02", "slot-03", "slot-04"}


def test_fewer_jobs_hold_for_the_next_turns_of_what_is_open(make: Make):
    room = make(*"ab", jobs=2)
    prepare(room)
    room.ask(RequestKind.JOBS, jobs=1)
    room.end("a")
    room.end("a", FAILS)
    assert asking(room) == ["b"]
    room.finish()
    assert room.status() is SessionStatus.COMPLETE


def test_what_an_agent_bears_holds_for_one_that_takes_over_too(make: Make):
    room = make(*"abc", jobs=3, retry=RetryPolicy(max_attempts=1), escalate=("dear",), agent_jobs={"dear": 1})
    prepare(room)
    for name in "abc":
        room.end(name)
    for name in "abc":
        room.end(name, FAILS)
    assert asking(room) == ["a"]
    assert room.session("a").agent == "dear"
    room.end("a")
    assert asking(room) == ["b"]
    room.finish()
    assert room.status() is SessionStatus.COMPLETE


@pytest.mark.parametrize("agent", ["dear", "dear:large"])
def test_what_an_agent_bears_holds_for_modules_that_a_user_gives_it(make: Make, agent: str):
    room = make(*"ab", jobs=2, retry=RetryPolicy(max_attempts=1), agent_jobs={"dear": 1})
    room.finish(lambda _name, action: FAILS if action is Action.JUDGE_TESTS else None)
    for name in "ab":
        assert room.ask(RequestKind.RETRY, name, agent=agent).is_granted
    while room.busy and not asking(room):
        room.end(room.busy[0])
    assert len(room.busy) == 1
    room.finish()
    assert room.status() is SessionStatus.COMPLETE


def costs(cost: float) -> Done:
    usage = Usage(input_tokens=100, cost=cost)
    result = Result(ResultStatus.OK, "wrote tests", {"usage": {"cost": cost}})
    return Done(result, AttemptOutcome.VALIDATING, usage=usage)


def test_turns_of_others_under_way_count_before_a_budget_is_passed(make: Make):
    room = make(*"abc", jobs=2, run_budget=Budget(cost=1.0))
    prepare(room)
    room.end("a", costs(0.4))
    room.end("a")
    while "a" in room.busy:
        room.end("a")
    prepare(room)
    assert asking(room) == ["b"]
    assert "does not allow another turn" in run_state(room.session().state).blocked.reason
