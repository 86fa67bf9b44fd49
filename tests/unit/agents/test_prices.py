"""Costs that an agent does not tell are estimated, said to be so, and never put in place of what it told."""

from __future__ import annotations

import pytest

from ctxtui.core.agents.prices import Prices
from ctxtui.core.domain.attempt import Usage


def usage(model: str, cost: float | None = None) -> Usage:
    return Usage(input_tokens=1_000_000, output_tokens=100_000, cached_tokens=600_000, cost=cost, model=model)


@pytest.mark.parametrize(
    ("model", "cost"),
    [
        ("gpt-5", 0.4 * 1.25 + 0.6 * 0.125 + 0.1 * 10),
        ("gpt-5-2025-08-07", 0.4 * 1.25 + 0.6 * 0.125 + 0.1 * 10),
        ("openai/gpt-5-mini", 0.4 * 0.25 + 0.6 * 0.025 + 0.1 * 2),
        ("anthropic/claude-sonnet-4.5", 0.4 * 3 + 0.6 * 0.3 + 0.1 * 15),
        ("claude-opus-4-5-20251101", 0.4 * 5 + 0.6 * 0.5 + 0.1 * 25),
        ("claude-opus-4-8[1m]", 0.4 * 5 + 0.6 * 0.5 + 0.1 * 25),
        ("claude-opus-4-1", 0.4 * 15 + 0.6 * 1.5 + 0.1 * 75),
    ],
)
def test_a_listed_model_is_priced_by_the_longest_name_that_fits(model: str, cost: float) -> None:
    priced = Prices().priced(usage(model))
    assert priced.cost == pytest.approx(cost)
    assert priced.is_estimated


@pytest.mark.parametrize("model", ["", "somebodys-own-model", "gpt-55", "o3x"])
def test_a_model_that_is_not_listed_has_no_price(model: str) -> None:
    assert Prices().priced(usage(model)).cost is None


def test_a_cost_that_the_agent_told_is_left_alone() -> None:
    told = usage("gpt-5", cost=0.01)
    assert Prices().priced(told) == told


def test_own_prices_come_first_and_price_what_is_not_listed() -> None:
    prices = Prices({"gpt-5": [0.0, 0.0, 1.0], "local-model": [1.0, 1.0, 1.0]})
    assert prices.priced(usage("gpt-5")).cost == pytest.approx(0.1)
    assert prices.priced(usage("local-model")).cost == pytest.approx(1.1)


def test_a_turn_without_tokens_costs_nothing_that_could_be_estimated() -> None:
    assert Prices().priced(Usage(model="gpt-5")).cost is None


def test_no_cost_at_all_is_what_an_agent_says_that_does_not_know_the_price() -> None:
    priced = Prices().priced(usage("gpt-5", cost=0.0))
    assert priced.cost == pytest.approx(0.4 * 1.25 + 0.6 * 0.125 + 0.1 * 10)
    assert priced.is_estimated
    assert Prices({"gpt-5": [0.0, 0.0, 0.0]}).priced(usage("gpt-5", cost=0.0)).cost == 0
    assert Prices().priced(usage("somebodys-own-model", cost=0.0)).cost == 0
