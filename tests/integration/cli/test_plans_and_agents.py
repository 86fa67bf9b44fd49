"""What a plan may cost, and which agents there are."""

from __future__ import annotations

import json
import re

from tests.integration.cli.conftest import git


def test_a_plan_tells_what_it_may_cost_and_which_ceilings_are_in_force(person):
    (person.root / "ctxtui.toml").write_text("[budget.run]\ncost = 5.0\n[budget.child]\ntokens = 200000\n")
    told = person.types("plan", "shop")
    assert told.code == 0
    assert re.search(r"cost +\d+k to [\d.]+M tokens, guessed from the size of the sources", told.out)
    assert "$5.00 for the run, 200,000 tokens for a component" in told.out
    (plan,) = person.types("plan", "shop", "--json").lines
    least, most = plan["estimate"]["tokens"]
    assert 0 < least < most
    assert plan["estimate"]["cost"] is None
    assert plan["budget"]["run"]["cost"] == 5.0
    assert plan["budget"]["component"]["tokens"] == 200_000


def test_a_plan_with_the_embedded_agent_says_that_it_is_free(person):
    assert "cost         none: no model is called" in person.types("plan", "shop", "--agent", "builtin").out
    (plan,) = person.types("plan", "shop", "--agent", "builtin", "--json").lines
    assert plan["estimate"] == {"tokens": [0.0, 0.0], "cost": [0.0, 0.0], "past_turns": 0}


def test_all_agents_are_asked_at_the_same_time(person):
    """Ten agents, none of which answers before all of them were asked."""
    meeting = person.folder / "meeting"
    meeting.mkdir()
    count = 10
    wait = f'touch "{meeting}/$0"; while [ "$(ls "{meeting}" | wc -l)" -lt {count} ]; do sleep 0.02; done; echo 1.2.3'
    for number in range(count):
        name = f"slow{number}"
        table = {"driver": "plain", "command": ["sh"], "version_args": ["-c", wait, name]}
        lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items())
        with (person.folder / "config" / "config.toml").open("a") as file:
            file.write(f"\n[agents.{name}]\n{lines}\n")
    told = person.types("agents", "--json")
    assert told.code == 0
    (agents,) = told.lines
    versions = {agent["name"]: agent["version"] for agent in agents}
    assert [versions[f"slow{number}"] for number in range(count)] == ["1.2.3"] * count
    assert agents[0]["name"] == "builtin"
    assert [agent["name"] for agent in agents[1:]] == sorted(agent["name"] for agent in agents[1:])


def test_a_plan_asked_again_rehearses_once_and_says_what_changed(person):
    first = person.types("plan", "shop")
    assert "Different from the plan" not in first.out
    again = person.types("plan", "shop")
    assert "Different from the plan" not in again.out
    assert "note: rehearsed before at this commit and in this environment" in again.err
    assert "rehearsed before" not in first.err + person.types("doctor", "shop").err
    (person.root / "shop" / "fresh.py").write_text("def one():\n    return 1\n")
    git(person.root, "add", ".")
    git(person.root, "commit", "-q", "-m", "more")
    later = person.types("plan", "shop", "--json")
    assert later.lines[0]["changes"]["told"] == ["shop.fresh is new"]
    assert not any("rehearsed before" in note for note in later.lines[0]["notes"])


def test_a_rehearsal_that_failed_is_made_again(person):
    (person.root / "conftest.py").write_text("import nosuchlibrary\n")
    git(person.root, "add", ".")
    git(person.root, "commit", "-q", "-m", "conftest")
    for _ in range(2):
        told = person.types("plan", "shop")
        assert "No module named 'nosuchlibrary'" in told.err
        assert "rehearsed before" not in told.err


def test_a_variable_of_the_shell_that_conftest_needs_is_named_and_can_be_handed_on(person):
    (person.root / "conftest.py").write_text("import os\n\nTOKEN = os.environ['SHOP_TOKEN']\n")
    git(person.root, "add", ".")
    git(person.root, "commit", "-q", "-m", "conftest")
    refused = person.types("plan", "shop", SHOP_TOKEN="t")
    assert refused.code == 2
    assert 'hand it on with `pass_env = ["SHOP_TOKEN"]` in the settings' in refused.err
    (person.root / "ctxtui.toml").write_text('pass_env = ["SHOP_TOKEN"]\n')
    assert person.types("run", "shop", "--headless", SHOP_TOKEN="t").code == 0
    assert "`pass_env` names SHOP_TOKEN, not set in this shell" in person.types("plan", "shop").err
