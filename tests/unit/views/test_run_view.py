"""One run as it stands: its counts and its clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.lease import Lease, Owner
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.session import ExecutionMode, SessionStatus
from ctxtui.core.ports.store import ChildRow, RunChanges
from ctxtui.core.views.durations import took
from ctxtui.core.views.ownership import is_owned
from ctxtui.core.views.phases import SPAWN
from ctxtui.core.views.run_view import Delta, RunView
from ctxtui.core.views.states import ShownState
from ctxtui.core.views.summary import summarize
from ctxtui.screens.presentation.overview import child_overview
from ctxtui.screens.presentation.run_head import head_lines
from ctxtui.screens.presentation.run_overview import run_overview
from ctxtui.screens.presentation.spans import plain
from ctxtui.screens.run.tree_filter import TreeFilter
from ctxtui.screens.run.tree_nodes import Node, TreeShape, list_nodes

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
PARENT = ChildRow(
    "run", None, "shop", "shop", "tests", 0, SessionStatus.ACTIVE, {"jobs": 2}, "builtin", SPAWN, NOW, (), 3,
    "", None, NOW, NOW, 1,
)  # fmt: skip


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def child(name: str, status=SessionStatus.ACTIVE, *spans, **changes) -> ChildRow:
    attempts = tuple(
        Attempt(f"{name}-{n}", name, n, "", at(begin), AttemptOutcome.FAILED, at(end) if end is not None else None)
        for n, (begin, end) in enumerate(spans, 1)
    )
    changed = {"parent_id": "run", "pending_step": "", "pending_since": None, "state": {"slot": "slot-01"}, **changes}
    return replace(PARENT, id=name, name=name, status=status, attempts=attempts, **changed)


def step(seq: int, begin: float, end: float | None) -> Interaction:
    result = None if end is None else Result(ResultStatus.ERROR, "waits")
    command = Command(SPAWN, Action.RUN_CHILDREN, {}, at(begin))
    return Interaction(f"i{seq}", "run", seq, command, result, None if end is None else at(end))


def seen(*rows, steps=(), lease=None, is_alive=True) -> RunView:
    run = RunView()
    run.owner_alive = is_alive
    run.apply(Delta({row.id: row for row in (PARENT, *rows)}, {}, lease, tuple(steps)))
    return run


def test_only_tests_that_go_into_the_result_are_counted():
    run = seen(
        child("a", SessionStatus.COMPLETE, state={"tests": 10}),
        child("b", SessionStatus.FAILED, state={"tests": 3}),
        child("c", SessionStatus.CANCELLED, state={"tests": 5, "skipped": {"by": "ana"}}),
    )
    assert run.totals.tests == 10


def test_what_was_left_out_has_not_passed():
    run = seen(
        child("a", SessionStatus.COMPLETE),
        child("b", SessionStatus.COMPLETE, state={"reused_from": "x"}),
        child("c", SessionStatus.CANCELLED, state={"skipped": {"by": "ana"}}),
        child("d", SessionStatus.CANCELLED),
    )
    assert (run.proved, run.left_out, run.total) == (2, 2, 4)


def test_a_run_that_was_stopped_offers_no_key_that_would_be_refused():
    run = RunView()
    failed = child("a", SessionStatus.FAILED)
    run.apply(Delta({row.id: row for row in (replace(PARENT, status=SessionStatus.CANCELLED), failed)}))
    assert "R retries" not in plain(run_overview(run, at(1), 80))
    head = plain(head_lines(run, at(1), 120))
    assert "The run was stopped; nothing is committed." in head
    assert "R retries" not in head


def test_what_is_searched_for_is_not_hidden_in_a_package_that_was_folded():
    parent = replace(PARENT, state={"plan": {"package_name": "shop"}})
    rows = [child("shop.deep.cart"), child("shop.deep.stock"), child("shop.money")]
    run = RunView()
    run.apply(Delta({row.id: row for row in (parent, *rows)}))
    shape = TreeShape()
    shape.fold(Node("", package="deep"), folded=True)
    assert Node("shop.deep.cart") not in [node for node, _depth in list_nodes(run, shape, at(1))]
    shape.filter = TreeFilter(text="cart")
    assert [node for node, _depth in list_nodes(run, shape, at(1))][-1] == Node("shop.deep.cart")


def test_what_stops_the_run_itself_is_told_beside_what_its_components_need():
    failed = child("a", SessionStatus.FAILED)
    for message, is_told in (("The repository is gone: put it back.", True), ("Child sessions failed: a (why)", False)):
        run = RunView()
        parent = replace(PARENT, state={"waiting": {"message": message, "is_all_of_children": not is_told}})
        run.apply(Delta({row.id: row for row in (parent, failed)}))
        head, overview = plain(head_lines(run, at(1), 120)), plain(run_overview(run, at(1), 80))
        assert (message in head, message in overview) == (is_told, is_told)
        assert "R retries" in head


def test_a_new_run_is_about_to_start_until_that_takes_too_long():
    new = replace(PARENT, pending_step="", created_at=at(0))
    assert is_owned(new, None, at(0.5))
    assert not is_owned(new, None, at(2))


def test_a_run_that_its_owner_left_is_interrupted_at_once():
    dead = Lease("run", Owner("elsewhere", "boot", 1, 1.0), 1, at(0))
    assert not is_owned(PARENT, dead, at(0.9))
    assert not is_owned(replace(PARENT, state={"branch_name": "test"}), None, at(0.1))
    assert not is_owned(replace(PARENT, status=SessionStatus.COMPLETE), None, at(0.1))


def test_a_run_is_settled_when_nothing_is_worked_on_or_waits_to_be():
    passed, failed = child("a", SessionStatus.COMPLETE), child("b", SessionStatus.FAILED)
    assert seen(passed, failed).is_settled
    assert not seen(passed, child("c", pending_step="run_tests")).is_settled
    assert not seen(passed, child("d", state={})).is_settled
    assert not seen().is_settled


def test_a_run_in_manual_mode_names_the_keys_that_take_its_steps():
    waiting = {"waiting": {"step": "initialize", "message": "takes each step when you ask for it"}}
    run = RunView()
    parent = replace(PARENT, mode=ExecutionMode.MANUAL, state=waiting)
    run.apply(Delta({"run": parent}))
    told = plain(run_overview(run, at(1), 80))
    assert "> takes that of the selected row" in told
    assert "ctxtui step" not in told


def test_what_a_passed_component_was_tried_again_for_is_not_told_against_it():
    row = child("a", SessionStatus.COMPLETE, (0, 1), (2, 3))
    row = replace(row, attempts=(row.attempts[0], replace(row.attempts[1], reason="passes: 1 of 3 tests failed")))
    assert "tests failed" not in plain(child_overview(row, ShownState.PASSED, 0, 80))
    assert "tests failed" in plain(child_overview(row, ShownState.FAILED, 0, 80))


def test_a_run_tells_how_long_it_takes_only_while_that_is_a_second_or_more():
    rows = [child(name, SessionStatus.COMPLETE, (0, 1)) for name in "abcdef"]
    working = child("g", SessionStatus.ACTIVE, (6, None), pending_step="run_tests")
    run = seen(*rows, working, steps=[step(1, 0, None)])
    assert "left" in plain([head_lines(run, at(6.5), 120)[0]])
    assert "left" not in plain([head_lines(run, at(9), 120)[0]])


def test_a_retry_without_a_job_waits_in_the_queue_and_takes_no_job():
    waiting = child("a", SessionStatus.ACTIVE, (0, 1), state={"attempts_from": 1, "slot": None})
    run = seen(waiting, child("b", pending_step="fix_failures"))
    assert run.states["a"] is ShownState.QUEUED
    assert run.busy == 1


def test_a_component_s_clock_counts_its_work_and_not_its_waiting():
    waits = child("a", SessionStatus.FAILED, (0, 2), (30, 31))
    works = child("b", SessionStatus.ACTIVE, (0, 2), (30, None), pending_step="fix_failures")
    run = seen(waits, works)
    assert run.worked("a", at(45)) == timedelta(minutes=3)
    assert run.worked("b", at(32)) == timedelta(minutes=4)


def test_the_run_s_clock_stands_still_while_it_waits_for_a_person():
    run = seen(steps=[step(1, 0, 8), step(2, 34, None)])
    assert run.worked("run", at(36)) == timedelta(minutes=10)


def test_the_run_s_clock_leaves_out_what_nobody_worked_of_a_step():
    run = RunView()
    run.owner_alive = True
    run.apply(Delta({"run": replace(PARENT, state={"rested": 180.0})}, steps=(step(1, 0, None),)))
    assert run.worked("run", at(10)) == timedelta(minutes=7)


def test_a_component_s_clock_leaves_out_the_time_without_an_owner():
    row = child("a", SessionStatus.ACTIVE, (0, 5), (10, None), pending_step="run_tests", state={"rested": {"2": 240.0}})
    run = seen(row)
    assert run.worked("a", at(20)) == timedelta(minutes=11)
    assert [took(row, one, at(20)) for one in row.attempts] == [timedelta(minutes=5), timedelta(minutes=6)]
    done = child("a", SessionStatus.COMPLETE, (0, 5), state={"rested": {"1": 240.0}})
    assert seen(done).totals.settled_seconds == 60.0


def test_a_clock_does_not_go_back_when_the_owner_dies():
    lease = Lease("run", Owner("elsewhere", "boot", 1, 1.0), 1, at(5))
    row = child("a", SessionStatus.ACTIVE, (0, None), pending_step="generate_tests", last_action_at=at(1))
    living, dead = seen(row, lease=lease), seen(row, lease=lease, is_alive=False)
    assert living.worked("a", at(5)) == timedelta(minutes=5)
    assert dead.worked("a", at(60)) == timedelta(minutes=5)


def test_the_summary_of_the_command_line_says_what_the_screen_says():
    rows = (
        PARENT,
        child("a", SessionStatus.COMPLETE, (0, 2), (30, 31), state={"tests": 10}),
        child("b", SessionStatus.FAILED, (0, 2), state={"tests": 3}),
        child("c", SessionStatus.CANCELLED, (0, 1), state={"tests": 5, "skipped": {"by": "ana"}}),
        child("d", SessionStatus.ACTIVE, (0, 1), state={"attempts_from": 1}),
    )
    changes = RunChanges(1, rows, (), None)
    run, told = RunView.of(changes, (), at(60)), summarize(changes, at(60))
    assert (told.tests, told.passed) == (run.totals.tests, run.proved)
    assert {one.name: one.verdict for one in told.components} == {row.name: run.states[row.id] for row in run.children}
    assert {one.name: one.seconds for one in told.components} == {
        row.name: run.worked(row.id, at(60)).total_seconds() for row in run.children
    }


def test_what_waits_for_its_next_step_by_hand_has_nothing_against_it():
    waits = {"jobs": 2, "waiting": {"message": "Each next step waits."}}
    parent = replace(PARENT, mode=ExecutionMode.MANUAL, state=waits)
    rested = child("a", SessionStatus.ACTIVE, (0, 1), last_action="written files kept: 1")
    run = RunView()
    run.owner_alive = True
    run.apply(Delta({row.id: row for row in (parent, rested)}))
    assert run.states["a"] is ShownState.NEEDS_YOU
    assert not run.against
    assert "next step waits for you" in plain(head_lines(run, at(2), 120))
    assert "written files" not in plain(run_overview(run, at(2), 60))
    assert "its next step waits for you" in plain(child_overview(rested, ShownState.NEEDS_YOU, 0, 60))
    run.apply(Delta({"b": child("b", SessionStatus.FAILED, (0, 1))}))
    assert [row.name for row in run.against] == ["b"]


def test_a_run_that_waits_for_what_was_stopped_says_so_and_offers_what_is_granted():
    message = "Child sessions cancelled: b"
    parent = replace(
        PARENT, state={"waiting": {"message": message, "step": "spawn_children", "is_all_of_children": True}}
    )
    done, stopped = child("a", SessionStatus.COMPLETE, (0, 1)), child("b", SessionStatus.CANCELLED, (0, 1))
    run = RunView()
    run.owner_alive = True
    run.apply(Delta({row.id: row for row in (parent, done, stopped)}))
    told = plain(head_lines(run, at(2), 120))
    assert "1 component needs you: it was stopped" in told
    assert "n next · r retries one · s leaves one out · f commits what passed" in told
    assert "it was stopped" in plain(run_overview(run, at(2), 60))
    run.apply(Delta({"run": replace(parent, status=SessionStatus.CANCELLED)}))
    assert not run.undecided


def test_an_answer_that_comes_together_with_its_request_is_told_and_an_old_one_is_not():
    old = Request("1", "run", "a", RequestKind.RETRY, "ana", at(0), {}, is_granted=False, answered_at=at(0))
    run = RunView()
    assert run.apply(Delta({"run": PARENT}, {"1": old})).answered == ()
    new = replace(old, id="2")
    assert run.apply(Delta({}, {"2": new})).answered == (new,)
    assert run.apply(Delta({}, {"2": new})).answered == ()
