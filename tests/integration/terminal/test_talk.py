"""A user beside the agent: a message while it works, its own conversation afterwards, and steps taken by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario import BAD, writes
from scripted_agent import starts

WAIT = [["wait_for", "{script_dir}/go", 200]]
TALK = ["sh", "-c", "echo this is {conversation}; read answer; sed -i s/!=/==/ {test_path}"]


@pytest.mark.timeout(400)
def test_an_agent_is_told_something_and_talked_to_and_what_that_changed_is_judged(project_of):
    project = project_of({"alpha": [[*WAIT, *writes("alpha", BAD)]], "beta": [writes("beta")]})
    with (Path(project.environ["CTXTUI_CONFIG_DIR"]) / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'\nconversation = "minted"\nresume_args = ["again"]\nopen_command = {TALK}\n')
    window = project.type("run", "shop")
    window.sees("✓ beta", "● alpha", seconds=150)
    window.press("g", "j", "o")
    window.sees("o: scripted has no conversation about shop.alpha that could be opened.")
    window.press("m")
    window.sees("Say something to the agent of shop.alpha")
    window.type("mind the sign\r")
    window.sees("shop.alpha: told with the next turn.")
    (project.script.parent / "go").touch()
    window.sees("1 component needs you", seconds=150)
    window.press("n", "o")
    window.sees("this is ")
    window.type("\r")
    window.sees("shop ✓ finished", "2 files committed", seconds=150)
    assert sorted(name for name, _attempt, _pid in starts(project.script)) == ["shop.alpha", "shop.beta"]
    window.leave()


@pytest.mark.timeout(400)
def test_steps_are_shown_before_they_are_taken_by_hand(project_of):
    project = project_of({"alpha": [writes("alpha")]})
    window = project.type("run", "shop", "--mode", "manual")
    window.sees("by hand · > prepare the run", seconds=150)
    for step in ("begin with the components", "alpha: prepare its working area"):
        window.press(">")
        window.sees(f"> {step}")
    window.press("j", ">")
    window.sees("> ask its agent for tests")
    window.press("A")
    window.sees("shop ✓ finished", seconds=150)
    window.leave()
