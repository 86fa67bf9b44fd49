"""Criteria are read from specs as people write them, and a test may name one however it cuts the id."""

from __future__ import annotations

import pytest

from ctxtui.core.workflow.component_testing.criteria import criteria_in
from ctxtui.core.workflow.component_testing.prompts import generate_prompt
from tests.unit.workflow.conftest import MONEY

SPEC = """\
# Money

As a shopkeeper I want sums that are right (see RFC 2119 and HTTP 404).

## Acceptance criteria

- **AC-1**: sums are exact
- AC-2 - a negative price is refused
1. [ ] [US3.1] rounding is half to even
* `R7`: no float leaves the module
AC-1: told twice

Scenario: A basket is *emptied*
  Given a basket
"""


def test_criteria_are_those_with_an_id_and_scenarios_in_their_order():
    assert [(one.id, one.text) for one in criteria_in(SPEC)] == [
        ("AC-1", "sums are exact"),
        ("AC-2", "a negative price is refused"),
        ("US3.1", "rounding is half to even"),
        ("R7", "no float leaves the module"),
        ("a basket is emptied", "A basket is *emptied"),
    ]


@pytest.mark.parametrize("text", ["", "Prices are exact.\n- no id here\n", "- UTF-8 is read\n", "2026-11-26: written"])
def test_prose_has_no_criteria(text):
    assert criteria_in(text) == ()


@pytest.mark.parametrize("words", ["def test_ac_1_sums():", '"""AC-1: exact."""', "test_ac1", "# AC 1", "us, ac-1."])
def test_a_test_names_a_criterion_however_it_cuts_the_id(words):
    assert criteria_in(SPEC)[0].is_named_in(words)


@pytest.mark.parametrize("words", ["def test_ac_12():", "mac-1", "ac", "ac-x1"])
def test_another_id_is_not_taken_for_it(words):
    assert not criteria_in(SPEC)[0].is_named_in(words)


def test_a_scenario_is_named_by_its_words():
    assert criteria_in(SPEC)[-1].is_named_in("def test_a_basket_is_emptied(): ...")


def test_criteria_are_told_to_the_agent_where_they_are_checked():
    specs = [{"path": "docs/money.md", "text": SPEC}]
    prompt = generate_prompt(MONEY, {"specs": specs, "rungs": ["passes", "stories"]}, "")
    assert "2. each criterion that is listed below is named by a test that shows it;" in prompt
    assert "- AC-2: a negative price is refused\n" in prompt
    assert "name each by its id" not in generate_prompt(MONEY, {"specs": specs, "rungs": ["passes"]}, "")
    assert "criterion" not in generate_prompt(MONEY, {"specs": [], "rungs": ["passes", "stories"]}, "")
