"""What may be asked of a run, and why not: one answer for the engine, the command line and the screens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.session import ExecutionMode, SessionStatus
from ctxtui.core.domain.step import StepName
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.workflow.refusals import ChildFacts, RunFacts, deaf_agent
from ctxtui.core.workflow.refusals import refusal as refused
from ctxtui.core.workflow.requests import Granted, decide
from tests.unit.workflow.conftest import CART, MONEY, NOW, STOCK, child, run


def refusal(*asked) -> str:
    found = refused(*asked)
    return found.told if found is not None else ""


ACTIVE, COMPLETE = SessionStatus.ACTIVE, SessionStatus.COMPLETE
FAILED, CANCELLED = SessionStatus.FAILED, SessionStatus.CANCELLED
PASSED = ChildFacts("1", "shop.money", COMPLETE)
WORKING = ChildFacts("2", "shop.stock", ACTIVE, is_busy=True)
LOST = ChildFacts("3", "shop.cart", FAILED)
RUN = RunFacts("run", ACTIVE, step=StepName.SPAWN, children=(PASSED, WORKING))
WAITING = replace(RUN, step="", is_waiting=True, children=(PASSED, LOST))


@pytest.mark.parametrize("kind", [kind for kind in RequestKind if kind is not RequestKind.SETTINGS])
@pytest.mark.parametrize("status", [COMPLETE, CANCELLED])
def test_nothing_changes_a_run_that_has_ended(kind, status):
    assert "run" in refusal(kind, replace(RUN, status=status))


@pytest.mark.parametrize(
    "kind", [RequestKind.RETRY, RequestKind.SKIP, RequestKind.CANCEL, RequestKind.FINALIZE, RequestKind.STEP]
)
def test_while_the_commit_is_made_nothing_that_concerns_it_can_be_asked(kind):
    assert "being made" in refusal(kind, replace(RUN, step=StepName.FINALIZE), PASSED)


def test_a_child_under_way_is_not_retried_unless_the_run_waits_with_it():
    assert "being worked on" in refusal(RequestKind.RETRY, RUN, WORKING)
    assert not refusal(RequestKind.RETRY, replace(RUN, blocked=Trouble.NOT_LOGGED_IN), WORKING)


def test_an_agent_that_reads_no_notes_is_not_told_anything():
    assert not refusal(RequestKind.TELL, RUN, WORKING)
    told = refusal(RequestKind.TELL, RUN, replace(WORKING, deaf_agent="builtin"))
    assert told == "builtin reads no notes: `ctxtui retry run shop.stock --agent NAME` asks another agent."


def test_a_run_is_told_something_while_any_agent_reads_it():
    deaf = replace(WORKING, id="4", name="shop.box", deaf_agent="builtin")
    assert refusal(RequestKind.TELL, replace(RUN, children=(PASSED, deaf))) == (
        "builtin reads no notes: `ctxtui retry run MODULE --agent NAME` asks another agent."
    )
    assert not refusal(RequestKind.TELL, replace(RUN, children=(WORKING, deaf)))


class Unread(tuple):
    """Children of whom there may be thousands."""

    __slots__ = ()

    def __iter__(self):
        raise AssertionError("the others were looked at")


@pytest.mark.parametrize("kind", [RequestKind.CANCEL, RequestKind.SKIP, RequestKind.RETRY, RequestKind.STEP])
def test_what_is_asked_of_one_child_is_decided_without_a_look_at_the_others(kind):
    busy = run(children=Unread())
    stock = child(STOCK)
    assert decide(Request("r", busy.id, stock.id, kind, "ada", NOW), busy, stock)


def test_a_retry_says_where_its_note_is_for_nobody():
    lost = child(STOCK, status=FAILED, conversation={"agent": "builtin", "reads_notes": False})
    waits = run(state={"waiting": {"message": "m"}}, children=(lost,))
    told = {}
    for note, agent in (("cents", ""), ("cents", "claude"), ("", "")):
        asked = Request("r", waits.id, lost.id, RequestKind.RETRY, "ada", NOW, {"note": note, "agent": agent})
        decided = decide(asked, waits, lost)
        assert isinstance(decided, Granted)
        told[note, agent] = decided.answer
    assert told["cents", ""].endswith("is tried again; builtin reads no notes")
    assert told["cents", "claude"].endswith("is tried again by claude")
    assert told["", ""].endswith("is tried again")


def test_what_is_known_of_the_agent_before_says_nothing_of_another_one():
    said = {"agent": "builtin", "reads_notes": False}
    assert deaf_agent(said, "builtin") == "builtin"
    assert not deaf_agent(said, "claude")
    assert not deaf_agent({"id": "of an older run"}, "builtin")
    assert not deaf_agent(None, "builtin")


@pytest.mark.parametrize("child", [PASSED, LOST, replace(LOST, status=CANCELLED, is_skipped=True)])
def test_a_settled_child_may_be_retried(child):
    assert not refusal(RequestKind.RETRY, RUN, child)


def test_what_waits_for_a_decision_names_the_commands_that_help():
    told = refusal(RequestKind.RETRY, WAITING)
    assert "shop.cart" in told
    assert "ctxtui retry run --failed" in told


@pytest.mark.parametrize("kind", [RequestKind.RETRY, RequestKind.RESUME])
def test_a_run_that_could_not_be_finished_may_be_retried_or_resumed(kind):
    assert not refusal(kind, replace(RUN, status=FAILED, step=""))


def test_a_run_that_waits_for_no_decision_is_tried_again_by_going_on():
    stuck = replace(WAITING, children=(PASSED,))
    assert stuck.is_stuck
    assert not refusal(RequestKind.RESUME, stuck)
    assert not WAITING.is_stuck
    assert not replace(stuck, mode=ExecutionMode.MANUAL).is_stuck
    assert not replace(stuck, blocked=Trouble.BUDGET).is_stuck


def test_a_used_up_budget_is_not_lifted_by_going_on():
    told = refusal(RequestKind.RESUME, replace(WAITING, blocked=Trouble.BUDGET, children=(PASSED,)))
    assert "ctxtui retry run" in told


def test_nothing_is_finalized_before_something_has_passed():
    assert "nothing to commit" in refusal(RequestKind.FINALIZE, replace(RUN, children=(WORKING,)))


def test_what_is_left_out_of_the_commit_is_counted_whenever_it_was_skipped():
    skipped = child(CART, status=CANCELLED, skipped={"by": "ana", "note": ""})
    shop = replace(run(), children=(child(MONEY, status=COMPLETE), skipped, child(STOCK, status=FAILED)))
    asked = Request("1", "run-1", "run-1", RequestKind.FINALIZE, "ana", NOW)
    decided = decide(asked, shop)
    assert isinstance(decided, Granted)
    assert decided.answer == "finalizing without 2 components"


def test_a_step_is_taken_in_manual_mode_only():
    assert "ctxtui mode run manual" in refusal(RequestKind.STEP, RUN)
    assert not refusal(RequestKind.STEP, replace(RUN, mode=ExecutionMode.MANUAL))


def test_a_skipped_child_is_not_skipped_again_and_a_settled_one_not_stopped():
    assert "already" in refusal(RequestKind.SKIP, RUN, replace(LOST, status=CANCELLED, is_skipped=True))
    assert "already" in refusal(RequestKind.CANCEL, RUN, PASSED)
