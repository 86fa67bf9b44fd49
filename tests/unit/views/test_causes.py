"""Failures put together by their cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.ports.store import ChildRow
from ctxtui.core.views.causes import causes_of, last_said, reason_of
from ctxtui.core.views.round_report import report_in_words

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
ROW = ChildRow("c", "r", "c", "shop.a", "t", 0, SessionStatus.FAILED, {}, "a", "", NOW, (), 3, "", None, NOW, NOW, 1)


def failed(name: str, reason: str) -> ChildRow:
    return replace(ROW, id=name, name=name, state={"failure": {"reason": reason}})


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (("1 of 3 tests failed: test_a", "2 of 3 tests failed: test_other"), "… of 3 tests failed: …"),
        (("it wrote shop/a.py", "it wrote shop/compat/b.py"), "it wrote …"),
        (("assert not '/tmp/x/shop/a.py'", "assert not '/tmp/x/shop/b.py'"), "assert not '…'"),
        (("the tests reach nothing of shop.a", "the tests reach nothing of shop.b"), "the tests reach nothing of …"),
    ],
)
def test_names_of_tests_and_files_and_numbers_do_not_make_two_causes_of_one(reasons, told):
    [cause] = causes_of([failed("shop.a", reasons[0]), failed("shop.b", reasons[1])])
    assert [row.name for row in cause.rows] == ["shop.a", "shop.b"]
    assert cause.told == told


def test_a_cause_is_told_as_it_was_where_it_is_one_component_s():
    [cause] = causes_of([failed("shop.a", "1 of 3 tests failed: test_a")])
    assert cause.told == "1 of 3 tests failed: test_a"


def test_that_a_step_began_is_nothing_that_a_component_said():
    assert last_said(replace(ROW, last_action="begins")) == ""
    assert last_said(replace(ROW, last_action="wrote tests")) == "wrote tests"
    assert reason_of(replace(ROW, last_action="begins")) == "it failed"


def test_a_check_is_named_once():
    told = replace(ROW, state={"failure": {"rung": "together", "reason": "together: tests/test_a.py is missing"}})
    assert reason_of(told) == "together: tests/test_a.py is missing"
    assert reason_of(replace(told, state={"failure": {"rung": "fence", "reason": "gone"}})) == "fence: gone"


def test_modules_that_are_missing_stay_apart():
    assert len(causes_of([failed("a", "No module named 'yaml'"), failed("b", "No module named 'attr'")])) == 2


def test_a_child_session_is_told_as_its_component():
    assert report_in_words("Child sessions failed: a (why)\nTests failing: b") == (
        "Components failed: a (why)\nTests failing: b"
    )
