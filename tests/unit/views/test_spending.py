"""What all runs cost is summed by day, agent and model, and no guess is taken for a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome, Usage
from ctxtui.core.views.spending import spending
from tests.unit.views.test_shown_states import CHILD

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def attempt(at: datetime = NOON, outcome=AttemptOutcome.PASSED, **usage) -> Attempt:
    told = Usage(**{"input_tokens": 100, "output_tokens": 10, "model": "opus", **usage})
    return Attempt("a", "s", 1, "first", at, outcome, usage=told)


def row(agent: str, *attempts: Attempt):
    return replace(CHILD, agent="its present one", attempts=tuple(replace(one, agent=agent) for one in attempts))


def test_attempts_of_one_day_agent_and_model_are_one_row():
    failed = attempt(outcome=AttemptOutcome.FAILED, cost=0.25)
    (item,) = spending([row("claude", failed, attempt(cost=0.5)), row("claude", attempt())], UTC)
    assert (item.day, item.agent, item.model) == (date(2026, 3, 1), "claude", "opus")
    assert (item.attempts, item.passed, item.input_tokens, item.output_tokens) == (3, 2, 300, 30)
    assert item.cost == 0.75
    assert not item.is_estimated


def test_the_newest_day_is_first_and_agents_and_models_are_apart():
    later = attempt(NOON + timedelta(days=1))
    rows = spending([row("claude", attempt(), attempt(model="haiku"), later), row("codex", attempt())], UTC)
    assert [(item.day.day, item.agent, item.model) for item in rows] == [
        (2, "claude", "opus"),
        (1, "claude", "haiku"),
        (1, "claude", "opus"),
        (1, "codex", "opus"),
    ]


def test_a_day_is_one_of_the_zone():
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert spending([row("claude", attempt(late))], ZoneInfo("Asia/Tokyo"))[0].day == date(2026, 3, 2)


def test_an_estimate_among_the_costs_makes_their_sum_one_and_no_cost_is_none():
    (item,) = spending([row("codex", attempt(cost=0.5), attempt(cost=0.1, is_estimated=True))], UTC)
    assert item.is_estimated
    assert spending([row("codex", attempt())], UTC)[0].cost is None
