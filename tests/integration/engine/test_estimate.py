"""What a plan says a run may take: nothing, a guess by the sources, or what turns of that agent took before."""

from __future__ import annotations

import json

import pytest

from ctxtui.config import Budget, BudgetLimits, Settings
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.views.estimate import Band, Estimate
from ctxtui.services.cost import budgets_in_words, estimate_of
from ctxtui.services.starting import run_settings
from tests.doubles.scripted_agent import descriptor

GOOD = "import {component} as module\n\n\ndef test_name():\n    assert module.__name__ == '{component}'\n"


def result(tokens, cost):
    usage = {"input_tokens": tokens, "output_tokens": 0}
    record = {"type": "result", "subtype": "success", "result": "done", "session_id": "s", "usage": usage}
    return json.dumps({**record, "total_cost_usd": cost} if cost is not None else record) + "\n"


@pytest.fixture
def make_costly(make_project, tmp_path):
    """A project whose agent says what its turns cost: tokens and US dollars."""

    def make(*turns, **changes):
        agent = descriptor(tmp_path / "project-0" / "agent" / "script.json", driver="jsonl", format="claude")
        taken = [
            [["write", "{test_path}", GOOD.format(component="{component}")], ["say", result(tokens, cost)]]
            for tokens, cost in turns
        ]
        return make_project({"*": taken}, agents={"scripted": {**agent, "cost": "per_turn"}}, **changes)

    return make


def test_the_embedded_agent_costs_nothing(make_project):
    project = make_project({}, agent="builtin")
    expected = estimate_of(project.parts, project.plan())
    assert expected == Estimate(is_free=True)
    assert expected.in_words == ""


def test_without_past_turns_the_size_of_the_sources_is_all_there_is(make_project):
    project = make_project({})
    both = estimate_of(project.parts, project.plan())
    one = estimate_of(project.parts, project.plan(only=("money",)))
    assert both.past_turns == 0
    assert both.cost is None
    assert both.in_words.endswith("tokens, guessed from the size of the sources")
    assert 0 < one.tokens.least < both.tokens.least < both.tokens.most


def test_past_turns_of_the_same_agent_tell_tokens_and_cost(make_costly):
    project = make_costly((1000, 0.5))
    for _again in range(2):
        project.start(is_fresh=True)
        assert project.work() is ExitCode.OK
    expected = estimate_of(project.parts, project.plan())
    assert expected == Estimate(tokens=Band(2000, 6000), cost=Band(1.0, 3.0), past_turns=4)
    assert expected.in_words == "2k to 6k tokens, $1.00 to $3.00, by 4 past turns"


def test_a_cost_that_no_turn_told_is_not_guessed(make_costly):
    project = make_costly((1000, None))
    for _again in range(2):
        project.start(is_fresh=True)
        assert project.work() is ExitCode.OK
    assert estimate_of(project.parts, project.plan()).cost is None


def test_the_ceilings_in_force_are_told():
    budget = Budget(run=BudgetLimits(cost=5.0, seconds=900), child=BudgetLimits(tokens=200_000))
    assert budgets_in_words(run_settings(Settings(budget=budget))) == (
        "$5.00 or 900 s of agent time for the run, 200,000 tokens for a component"
    )
    assert budgets_in_words(run_settings(Settings())) == ""
