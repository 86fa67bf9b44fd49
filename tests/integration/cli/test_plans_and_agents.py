"""What a plan may cost, and which agents there are."""

from __future__ import annotations

import json
import re


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
