"""Work that is known is not done again, and work stops where the money does."""

from __future__ import annotations

import json

import pytest

from ctxtui.config import Budget, BudgetLimits
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.views.states import ShownState
from tests.doubles.scripted_agent import descriptor

MONEY = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
STOCK = "from shop import stock\n\n\ndef test_put():\n    stock.ITEMS.clear()\n    assert stock.put('a') == 1\n"
TURNS = {"shop.money": [[["write", "{test_path}", MONEY]]], "shop.stock": [[["write", "{test_path}", STOCK]]]}


RESULT = {"type": "result", "subtype": "success", "result": "done", "session_id": "s"}
TELL = ["say", json.dumps({**RESULT, "usage": {"input_tokens": 900, "output_tokens": 100}})]


@pytest.fixture
def make_costly(make_project, tmp_path):
    """A project whose agent uses 1000 tokens a turn and says so."""

    def make(turns, **changes):
        agent = descriptor(tmp_path / "project-0" / "agent" / "script.json", driver="jsonl", format="claude")
        told = {name: [[*turn, TELL] for turn in own] for name, own in turns.items()}
        return make_project(told, agents={"scripted": agent}, **changes)

    return make


def commit_change(project, run_git):
    (project.root / "shop" / "stock.py").write_text("ITEMS = []\n\n\ndef put(item):\n    return 1\n")
    run_git(project.root, "commit", "-q", "-a", "-m", "simpler")


def test_a_component_that_did_not_change_is_reused_and_proved_again(make_project, run_git):
    project = make_project(TURNS)
    first = project.start()
    assert project.work() is ExitCode.OK
    commit_change(project, run_git)
    assert project.start() != first
    assert project.work() is ExitCode.OK
    assert project.verdicts() == {"shop.money": ShownState.REUSED, "shop.stock": ShownState.PASSED}
    assert [component for component, _attempt in project.starts()].count("shop.money") == 1
    assert project.child("shop.money").state["reused_from"] == first
    assert "run_tests" in [step.command.step for step in project.child("shop.money").interactions]
    assert project.branch_files() == {"tests/test_money.py", "tests/test_stock.py"}


def test_fresh_asks_the_agent_again(make_project):
    project = make_project(TURNS)
    first = project.start(only=("money",))
    project.work()
    assert project.start(only=("money",), is_fresh=True) != first
    assert project.work() is ExitCode.OK
    assert len(project.starts()) == 2


def test_nothing_is_reused_from_a_workspace_that_was_cleaned(make_project, run_git):
    project = make_project(TURNS)
    first = project.start()
    project.work()
    project.parts.workspaces.discard(project.root, first)
    commit_change(project, run_git)
    project.start()
    assert project.work() is ExitCode.OK
    assert set(project.verdicts().values()) == {ShownState.PASSED}


def test_a_run_at_the_end_of_its_budget_waits_and_a_person_may_grant_it_again(make_costly):
    project = make_costly(TURNS, jobs=1, budget=Budget(run=BudgetLimits(tokens=1000)))
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    assert "budget is used up" in project.session().state["waiting"]["message"]
    assert len(project.starts()) == 1
    project.ask(RequestKind.RETRY)
    assert project.work() is ExitCode.OK
    assert len(project.starts()) == 2


def test_a_component_at_the_end_of_its_budget_fails_alone(make_costly):
    bad = [["write", "{test_path}", MONEY.replace("==", "!=")]]
    project = make_costly({**TURNS, "shop.money": [bad]}, budget=Budget(child=BudgetLimits(tokens=1000)))
    project.start()
    assert project.work() is ExitCode.RETRYABLE
    assert project.verdicts() == {"shop.money": ShownState.FAILED, "shop.stock": ShownState.PASSED}
    assert "budget is used up" in project.child("shop.money").state["failure"]["reason"]


def test_a_turn_ends_when_the_time_budget_does(make_project):
    endless = [["say", "working"], ["sleep_forever"]]
    project = make_project({"*": [endless]}, budget=Budget(child=BudgetLimits(seconds=0.5)))
    project.start(only=("money",))
    assert project.work() is ExitCode.RETRYABLE
    assert len(project.starts()) == 1
    turn = next(step for step in project.child("shop.money").interactions if step.command.step == "generate_tests")
    assert turn.result.data["trouble"] == "timed_out"
    assert turn.result.message == "The agent was ended after 0.5 s, all that its budget left."
    assert "budget is used up" in project.child("shop.money").state["failure"]["reason"]


def test_an_agent_bears_no_more_than_its_own_jobs(make_project, in_thread, wait_until):
    held = [["wait_for", "{script_dir}/go"]]
    turns = {name: [held + turn for turn in turns] for name, turns in TURNS.items()}
    project = make_project(turns, jobs=2, agent_jobs={"scripted": 1})
    project.start()
    working = in_thread(project.work)
    wait_until(project.starts)
    assert len(project.starts()) == 1
    (project.script.parent / "go").touch()
    assert working.result() is ExitCode.OK


def test_a_turn_that_a_user_ends_counts_what_it_had_told(make_project, tmp_path, in_thread, wait_until):
    content = [{"type": "text", "text": "I look at it."}]
    message = {"id": "m1", "content": content, "usage": {"input_tokens": 70, "output_tokens": 5}}
    said = ["say", json.dumps({"type": "assistant", "message": message})]
    told = [said, ["write", "{script_dir}/said-{component}", ""], ["sleep_forever"]]
    agent = descriptor(tmp_path / "project-0" / "agent" / "script.json", driver="jsonl", format="claude")
    project = make_project({"*": [told]}, agents={"scripted": agent})
    project.start()
    working = in_thread(project.work)

    def used(name):
        attempts = project.parts.store.history.attempts(project.scope, project.child(name).id)
        return [(attempt.outcome, attempt.usage.input_tokens, attempt.usage.output_tokens) for attempt in attempts]

    wait_until(lambda: len(list(project.script.parent.glob("said-*"))) == 2)
    project.ask(RequestKind.SKIP, "shop.money")
    wait_until(lambda: used("shop.money") == [(AttemptOutcome.CANCELLED, 70, 5)])
    project.ask(RequestKind.CANCEL)
    assert working.result() is ExitCode.INTERRUPTED
    assert used("shop.stock") == [(AttemptOutcome.CANCELLED, 70, 5)]
    assert used("shop.money") == [(AttemptOutcome.CANCELLED, 70, 5)]


@pytest.fixture
def ended_early(make_project, tmp_path, in_thread, wait_until):
    """A paused run whose one turn was ended by a skip or a cancel after 75 tokens, and which has no owner any more."""

    def make(kind, budget):
        message = {"id": "m1", "content": [], "usage": {"input_tokens": 70, "output_tokens": 5}}
        said = ["say", json.dumps({"type": "assistant", "message": message})]
        endless = [said, ["write", "{script_dir}/said", ""], ["sleep_forever"]]
        agent = descriptor(tmp_path / "project-0" / "agent" / "script.json", driver="jsonl", format="claude")
        turns = {**TURNS, "shop.money": [endless]}
        project = make_project(
            turns, jobs=1, agents={"scripted": agent}, budget=budget, priorities={"shop.money": 2000}
        )
        project.start()
        runner = project.runner()
        working = in_thread(runner.work)
        wait_until((project.script.parent / "said").exists)
        project.ask(RequestKind.PAUSE)
        project.ask(kind, "shop.money")
        attempts = project.parts.store.history.attempts
        wait_until(lambda: attempts(project.scope, project.child("shop.money").id)[0].usage.output_tokens)
        runner.stop("the test")
        working.result()
        return project

    return make


def test_the_next_owner_counts_an_ended_turn_against_the_budget_of_the_run(ended_early):
    project = ended_early(RequestKind.SKIP, Budget(run=BudgetLimits(tokens=75)))
    project.ask(RequestKind.RESUME)
    assert project.work() is ExitCode.RETRYABLE
    assert "The run's budget is used up: 75 of 75 tokens" in project.session().state["waiting"]["message"]
    assert len(project.starts()) == 1


def test_an_ended_turn_counts_against_the_budget_of_its_component(ended_early):
    project = ended_early(RequestKind.CANCEL, Budget(child=BudgetLimits(tokens=75)))
    project.ask(RequestKind.RESUME)
    project.ask(RequestKind.RETRY, "shop.money")
    assert project.work() is ExitCode.RETRYABLE
    assert "budget is used up: 75 of 75 tokens" in project.child("shop.money").state["failure"]["reason"]
    assert [name for name, _attempt in project.starts()].count("shop.money") == 1
