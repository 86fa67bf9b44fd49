"""Real agents from npm against a scripted model: a bad test on the first turn, mended in the same conversation."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctxtui.core.domain.event import EventKind
from ctxtui.core.ports.agents import Agent, Trouble
from tests.doubles.model_server import Act, Fail, ModelServer, Say, Write
from tests.doubles.real_agents import SETTINGS, environment, install, own_folder
from tests.doubles.turns import agent_of, first_turn, next_turn, play

pytestmark = [pytest.mark.npm, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def folder() -> Iterator[Path]:
    with own_folder() as path:
        yield path


def _agent(name: str, url: str, folder: Path) -> Agent:
    return agent_of(SETTINGS[name](url, folder), name, environ=environment(folder), sandbox="auto")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_real_agent_mends_its_bad_test_in_the_same_conversation(name: str, folder: Path) -> None:
    install(name)
    turn = first_turn(folder)
    subprocess.run(["git", "init", "-q", str(turn.worktree)], check=True)
    target = turn.worktree / turn.test_path

    def model(prompt: str, step: int) -> Act:
        text = "assert True\n" if "Mend" in prompt else "assert False\n"
        return Say("I wrote the test.") if step else Write(str(target), text)

    with ModelServer(model) as server:
        agent = _agent(name, server.url, folder)
        assert agent.check().problem == ""
        first = play(agent, turn, seconds=240)
        assert first.outcome.trouble is None, first.outcome.message + first.stderr
        assert target.read_text().strip() == "assert False"
        second = play(agent, next_turn(first), seconds=240)

    assert second.outcome.trouble is None, second.outcome.message + second.stderr
    assert target.read_text().strip() == "assert True"
    assert second.outcome.conversation.split("#")[0] == first.outcome.conversation.split("#")[0]
    assert "Write the tests." in json.dumps(server.requests[-1][1])
    assert second.texts(EventKind.MESSAGE)[-1] == "I wrote the test."
    usages = [
        (usage.input_tokens, usage.cached_tokens, usage.output_tokens)
        for usage in (first.outcome.usage, second.outcome.usage)
    ]
    # Gemini asks its model for more than the person sees; both turns ask for the same.
    assert usages == ([usages[0]] * 2 if name == "gemini" else [(2000, 400, 100)] * 2)


@pytest.mark.parametrize("name", ["codex", "claude"])
@pytest.mark.parametrize(
    ("status", "kind", "trouble"),
    [(429, "rate_limit_error", Trouble.RATE_LIMITED), (401, "authentication_error", Trouble.NOT_LOGGED_IN)],
)
def test_what_a_real_agent_makes_of_a_refusing_service_is_understood(
    name: str, status: int, kind: str, trouble: Trouble, folder: Path
) -> None:
    install(name)
    body = {"type": "error", "error": {"type": kind, "message": "no"}}
    with ModelServer(lambda prompt, step: Fail(status, body)) as server:
        played = play(_agent(name, server.url, folder), first_turn(folder), seconds=240)

    assert played.outcome.trouble is trouble, played.outcome.message
