"""Agents of the Agent Client Protocol: permissions, conversations that go on by what the agent offers, and its end."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from ctxtui.core.agents import acp_agent
from ctxtui.core.agents.conversation import Conversation
from ctxtui.core.agents.permission import PermissionPolicy
from ctxtui.core.agents.registry import AgentRegistry
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.ports.agents import Trouble, TurnOutcome
from tests.doubles.stubs import stub_agent, stub_descriptor, stub_turn
from tests.doubles.turns import Played, UnusedAgent, agent_of, is_running, next_turn, play, start

OPTIONS = [
    {"optionId": "always", "kind": "allow_always"},
    {"optionId": "once", "kind": "allow_once"},
    {"optionId": "no", "kind": "reject_once"},
]


def test_a_write_outside_the_fence_is_denied_and_recorded(tmp_path: Path) -> None:
    played = play(stub_agent("acp", tmp_path / "state"), stub_turn(tmp_path, f"OUTSIDE {tmp_path}/stolen.py"))

    assert not (tmp_path / "stolen.py").exists()
    (permission,) = (event for event in played.events if event.kind is EventKind.PERMISSION)
    assert permission.text == f"denied: Write {tmp_path}/stolen.py"
    assert permission.data == {"tool": "edit", "granted": False, "paths": [f"{tmp_path}/stolen.py"]}


def identity(played: Played) -> str:
    """Which conversation a turn was in; what it has counted grows with every turn."""
    return Conversation.from_text(played.outcome.conversation).id


def test_a_conversation_goes_on_by_what_the_agent_offers(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = play(stub_agent("acp", state), stub_turn(tmp_path, "Begin."))

    loaded = play(stub_agent("acp", state, "no_resume"), next_turn(first))
    assert identity(loaded) == identity(first)
    assert any("REPLA" in text for text in loaded.texts(EventKind.RAW))
    assert loaded.texts(EventKind.MESSAGE) == ["You first asked: Begin."]

    told = play(stub_agent("acp", state, "no_resume", "no_load"), next_turn(loaded, summary="Before: it failed."))
    assert identity(told) != identity(first)
    assert told.texts(EventKind.MESSAGE) == ["You first asked: Before: it failed.\n\nMend the tests."]


def test_a_stopped_bridge_cancels_in_the_protocol_then_ends_the_agent_within_two_seconds(tmp_path: Path) -> None:
    state = tmp_path / "state"
    launch = stub_agent("acp", state).launch(stub_turn(tmp_path, "HANG"))
    with subprocess.Popen(launch.argv, cwd=launch.cwd, env=launch.env, stdout=subprocess.PIPE) as bridge:
        limit = time.monotonic() + 60
        while not (state / "pid").exists() or not (state / "pid").read_text():
            assert time.monotonic() < limit
            time.sleep(0.01)
        began = time.monotonic()
        bridge.terminate()
        output, _ = bridge.communicate(timeout=30)
    took = time.monotonic() - began

    assert bridge.returncode == 143
    assert took < 2.5
    assert (state / "cancelled").exists()
    sent = [json.loads(line) for line in output.splitlines()[1:] if b'"sent"' in line]
    assert sent[-1]["message"]["method"] == "session/cancel"
    assert not is_running(int((state / "pid").read_text()))


@pytest.mark.parametrize("sandbox", ["off", "auto"])
def test_the_executor_leaves_a_bridge_the_time_to_cancel(sandbox: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    agent = agent_of(
        {**stub_descriptor("acp", state), "state_dirs": [str(state)]}, environ=dict(os.environ), sandbox=sandbox
    )
    _launch, process = start(agent, stub_turn(tmp_path, "HANG"))
    limit = time.monotonic() + 60
    while not (state / "pid").exists() or not (state / "pid").read_text():
        assert time.monotonic() < limit
        time.sleep(0.01)
    began = time.monotonic()
    process.stop()
    assert time.monotonic() - began < 2.5
    assert (state / "cancelled").exists()
    assert not is_running(int((state / "pid").read_text()))


def test_a_refusal_is_told_from_an_end_in_order() -> None:
    for reason, trouble in (("refusal", Trouble.REFUSED), ("end_turn", None), ("max_tokens", None)):
        assert _outcome_of(reason, "I wrote the tests.").trouble is trouble


def test_a_turn_that_ends_without_a_word_is_taken_for_a_limit_and_not_for_work() -> None:
    outcome = _outcome_of("end_turn", "")
    assert outcome.trouble is Trouble.RATE_LIMITED
    assert "ended its turn without a word" in outcome.message


def test_a_notice_of_a_limit_in_place_of_an_answer_is_one() -> None:
    outcome = _outcome_of("end_turn", "You've hit your session limit. Try again in 2 hours.")
    assert (outcome.trouble, outcome.retry_after) == (Trouble.RATE_LIMITED, 7200)


def _outcome_of(reason: str, words: str) -> TurnOutcome:
    """A turn in which the agent said those words and ended for that reason."""
    update = {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": words}}
    said = {"method": "session/update", "params": {"update": update}}
    lines = [
        {"direction": "sent", "message": {"id": 1, "method": "session/prompt", "params": {}}},
        *([{"direction": "received", "message": said}] if words else []),
        {"direction": "received", "message": {"id": 1, "result": {"stopReason": reason}}},
    ]
    reader = agent_of({"base": "claude-acp"}).reader()
    reader.feed(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    return reader.finish(0, "")[1]


def test_a_handshake_tells_version_and_offers_without_a_session(tmp_path: Path) -> None:
    registry = AgentRegistry(UnusedAgent(), {"stub": stub_descriptor("acp", tmp_path / "state", "no_load")})
    health = registry.health("stub")

    assert (health.version, health.problem) == ("1.2.3", "")
    assert health.features == ("messages", "permissions", "resume")
    assert list((tmp_path / "state").iterdir()) == []


def test_a_program_that_speaks_no_protocol_is_a_problem_in_a_handshake(tmp_path: Path) -> None:
    description = {"base": "claude-acp", "command": ["sh", "-c", "echo what >&2; exit 3"]}
    health = AgentRegistry(UnusedAgent(), {"odd": description}).health("odd")

    assert health.problem.startswith("Agent `odd` does not answer: ")
    assert "exit code 3" in health.problem


def test_without_its_sdk_the_protocol_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acp_agent, "has_sdk", lambda: False)
    agent = stub_agent("acp", tmp_path / "state")

    with pytest.raises(AgentError, match=r"pip install 'ctxtui\[acp\]'"):
        agent.launch(stub_turn(tmp_path))
    assert "ctxtui[acp]" in agent.check().problem


@pytest.mark.parametrize(
    ("call", "is_granted"),
    [
        ({"kind": "read", "locations": [{"path": "/etc/passwd"}]}, True),
        ({"kind": "edit", "locations": [{"path": "tests/test_prices.py"}]}, True),
        ({"kind": "edit", "locations": [{"path": "tests/fixtures/data.json"}]}, True),
        ({"kind": "edit", "locations": [{"path": "shop/prices.py"}]}, False),
        ({"kind": "edit", "locations": [{"path": "tests/../shop/prices.py"}]}, False),
        ({"kind": "edit", "locations": [{"path": "tests/fixtures/../../shop/prices.py"}]}, False),
        ({"kind": "edit", "locations": [{"path": "tests/test_prices.py"}, {"path": "conftest.py"}]}, False),
        ({"kind": "edit", "rawInput": {"file_path": "shop/prices.py"}}, False),
        ({"kind": "edit"}, False),
        ({"kind": "delete", "locations": [{"path": "tests/test_prices.py"}]}, True),
        ({"kind": "move", "locations": [{"path": "tests/test_prices.py"}, {"path": "x.py"}]}, False),
        ({"kind": "other", "content": [{"type": "diff", "path": "shop/prices.py"}]}, False),
        ({"kind": "edit", "locations": [{"path": "tests/fixtures/link/prices.py"}]}, False),
        ({"kind": "execute", "rawInput": {"command": "pytest"}}, False),
        ({"kind": "execute", "rawInput": {"command": ".ctxtui/run-tests"}}, True),
        ({"kind": "execute", "rawInput": {"command": "./.ctxtui/run-tests --seed 3"}}, True),
        ({"kind": "execute", "rawInput": {"command": ["/bin/bash", "-lc", ".ctxtui/run-tests"]}}, True),
        ({"kind": "execute", "rawInput": {"command": ".ctxtui/run-tests; rm -rf /"}}, False),
        ({"kind": "execute", "rawInput": {"command": ["sh", "evil", ".ctxtui/run-tests"]}}, False),
        ({"kind": "execute", "rawInput": {"command": []}}, False),
        ({}, False),
    ],
)
def test_writes_are_granted_inside_the_fence_only(call: dict, is_granted: bool, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "tests" / "fixtures").mkdir(parents=True)
    (tmp_path / "tests" / "fixtures" / "link").symlink_to(tmp_path / "shop")
    policy = PermissionPolicy(tmp_path, ("tests/test_prices.py", "tests/fixtures/*"), allows_other=False)

    chosen = policy.answer(call, OPTIONS)["outcome"]["optionId"]
    assert chosen == ("once" if is_granted else "no")


def test_commands_are_granted_where_the_policy_says_so(tmp_path: Path) -> None:
    policy = PermissionPolicy(tmp_path, (), allows_other=True)

    assert policy.is_granted({"kind": "execute"})
    assert not policy.is_granted({"kind": "edit", "locations": [{"path": "setup.py"}]})


def test_a_question_without_a_way_to_say_no_is_cancelled(tmp_path: Path) -> None:
    policy = PermissionPolicy(tmp_path, (), allows_other=False)

    assert policy.answer({"kind": "execute"}, OPTIONS[:2]) == {"outcome": {"outcome": "cancelled"}}
