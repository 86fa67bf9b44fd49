"""A budget is reached before a turn would pass it, not after."""

from __future__ import annotations

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.plan import Budget, Spent

TURN = Usage(input_tokens=900, output_tokens=100, cost=0.5)


def after(turns: int) -> Spent:
    spent = Spent()
    for _ in range(turns):
        spent = spent.plus(TURN, seconds=10.0)
    return spent


def test_the_turn_that_would_pass_a_ceiling_is_not_begun():
    budget = Budget(cost=1.2)
    assert budget.passed_by(after(1), turns=1) == ""
    assert budget.passed_by(after(2), turns=1) == "$1.00 of $1.20, and a turn takes about $0.50"
    assert budget.used_up_by(after(2)) == ""


def test_turns_under_way_count_as_taken():
    budget = Budget(tokens=4000)
    assert budget.passed_by(after(1), turns=3) == ""
    assert budget.passed_by(after(1), turns=4) == "1,000 of 4,000 tokens, and a turn takes about 1,000"


def test_a_turn_that_fits_exactly_is_begun():
    assert Budget(cost=1.0).passed_by(after(1), turns=1) == ""


def test_before_the_first_turn_nothing_is_known_and_without_a_ceiling_nothing_is_passed():
    assert Budget(tokens=1).passed_by(Spent(), turns=9) == ""
    assert Budget().passed_by(after(9), turns=9) == ""


def test_what_a_user_granted_leaves_out_its_turns_too():
    assert after(3).minus(after(2)) == after(1)
