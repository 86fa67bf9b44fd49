"""What a session and its steps say of themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ctxtui.core.domain.component import Component, in_order
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ExecutionMode, Session, SessionStatus

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def component(name="shop.money", priority=0, *children):
    return Component(f"c-{name}", name, "shop/money.py", "tests/test_money.py", priority, child_components=children)


def session(*results, status=SessionStatus.ACTIVE, state=None, of=None):
    steps = tuple(
        Interaction(f"i-{seq}", "s-1", seq, Command("run_tests", Action.JUDGE_TESTS, {}, NOW), result)
        for seq, result in enumerate(results, 1)
    )
    return Session(
        "s-1", Scope("ana", "shop"), "t", of, "builtin", "local", NOW, status, state=state or {}, interactions=steps
    )


DONE = Result(ResultStatus.OK)


def test_a_new_session_is_active_agentic_and_has_a_policy():
    assert (session().status, session().execution_mode) == (SessionStatus.ACTIVE, ExecutionMode.AGENTIC)
    assert session().retry == RetryPolicy(max_attempts=3, max_rounds=3, max_step_errors=3)


def test_a_session_is_called_after_its_component_or_its_id():
    assert session(of=component()).name == "shop.money"
    assert session().name == "s-1"


def test_the_last_completed_step_is_the_last_with_a_result():
    assert session().last_completed is None
    assert session(None).last_completed is None
    assert session(DONE, DONE, None).last_completed.seq == 2


def test_the_pending_step_is_the_one_without_a_result():
    assert session().pending is None
    assert session(DONE).pending is None
    assert session(DONE, None).pending.seq == 2


SKIPPED = {"skipped": {"by": "ana", "at": "2026-03-01T12:00:00+00:00", "note": ""}}


@pytest.mark.parametrize(
    ("status", "state", "is_skipped"),
    [
        (SessionStatus.CANCELLED, SKIPPED, True),
        (SessionStatus.CANCELLED, {}, False),
        (SessionStatus.CANCELLED, {"skipped": None}, False),
        (SessionStatus.ACTIVE, SKIPPED, False),
        (SessionStatus.FAILED, SKIPPED, False),
        (SessionStatus.COMPLETE, SKIPPED, False),
    ],
)
def test_a_session_is_skipped_when_a_person_left_it_out_and_not_when_it_was_only_cancelled(status, state, is_skipped):
    assert session(status=status, state=state).is_skipped is is_skipped


@pytest.mark.parametrize(("status", "is_ok"), [("ok", True), ("warning", False), ("error", False)])
def test_only_ok_is_ok(status, is_ok):
    assert Result(ResultStatus(status)).is_ok is is_ok


def test_components_are_worked_on_by_priority_descending_then_name_ascending():
    components = tuple(component(name, priority) for name, priority in [("b", 1), ("z", 7), ("a", 1), ("c", -1)])
    assert [one.name for one in in_order(components)] == ["z", "a", "b", "c"]
    assert in_order(()) == ()


def test_a_context_is_a_component_with_child_components():
    assert component("shop", 0, component()).is_context
    assert not component().is_context
