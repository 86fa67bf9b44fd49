"""What an agent in a sandbox can write, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxtui.core.agents import sandbox
from ctxtui.core.agents.cli_agent import state_dirs
from ctxtui.core.agents.registry import AgentRegistry
from ctxtui.core.agents.sandbox import Sandbox, SandboxMode, bubblewrap_problem
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.event import EventKind
from tests.doubles import scripted_agent
from tests.doubles.stubs import stub_descriptor
from tests.doubles.turns import UnusedAgent, agent_of, first_turn, is_running, play

needs_bubblewrap = pytest.mark.skipif(bool(bubblewrap_problem()), reason=bubblewrap_problem())


@needs_bubblewrap
def test_a_sandboxed_agent_writes_its_worktree_and_nothing_else(tmp_path: Path) -> None:
    script = scripted_agent.write_script(
        tmp_path / "script",
        {"*": [[["write", "{test_path}", "inside"], ["write", str(tmp_path / "stolen"), "outside"]]]},
    )
    played = play(agent_of(scripted_agent.descriptor(script), sandbox="require"), first_turn(tmp_path))

    assert (played.turn.worktree / played.turn.test_path).read_text() == "inside"
    assert not (tmp_path / "stolen").exists()
    assert "Read-only file system" in played.stderr


@needs_bubblewrap
def test_folders_that_are_reached_by_links_can_be_written(tmp_path: Path) -> None:
    for name in ("state", "place"):
        (tmp_path / f"real-{name}").mkdir()
        (tmp_path / name).symlink_to(tmp_path / f"real-{name}")
    acts = [["write", "{test_path}", "inside"], ["write", str(tmp_path / "state" / "settings"), "mine"]]
    script = scripted_agent.write_script(tmp_path / "script", {"*": [acts]})
    described = scripted_agent.descriptor(script, state_dirs=[str(script.parent), str(tmp_path / "state")])
    played = play(agent_of(described, sandbox="require"), first_turn(tmp_path / "place"))

    assert (played.turn.worktree / played.turn.test_path).read_text() == "inside", played.stderr
    assert (tmp_path / "real-state" / "settings").read_text() == "mine"


@needs_bubblewrap
def test_the_link_to_the_repository_is_read_only(tmp_path: Path) -> None:
    turn = first_turn(tmp_path)
    (turn.worktree / ".git").write_text("gitdir: /hub\n")
    script = scripted_agent.write_script(tmp_path / "script", {"*": [[["append", ".git", "x"]]]})
    played = play(agent_of(scripted_agent.descriptor(script), sandbox="require"), turn)

    assert (turn.worktree / ".git").read_text() == "gitdir: /hub\n"
    assert "Read-only file system" in played.stderr


@needs_bubblewrap
def test_a_daemon_in_a_sandbox_is_ended_with_its_turn(tmp_path: Path) -> None:
    script = scripted_agent.write_script(
        tmp_path / "script", {"*": [[["daemon", "{script_dir}/pid"], ["wait_for", "{script_dir}/pid"]]]}
    )
    play(agent_of(scripted_agent.descriptor(script), sandbox="require"), first_turn(tmp_path))

    assert not is_running(int((tmp_path / "script" / "pid").read_text()))


@needs_bubblewrap
def test_commands_of_a_protocol_agent_are_granted_inside_a_sandbox(tmp_path: Path) -> None:
    description = {**stub_descriptor("acp", tmp_path / "state"), "state_dirs": [str(tmp_path / "state")]}
    played = play(agent_of(description, sandbox="require"), first_turn(tmp_path, prompt="COMMAND"))

    assert any("command ran" in text for text in played.texts(EventKind.MESSAGE)), played.outcome


def test_an_agents_own_folders_are_named_by_home_or_by_variables_that_are_set() -> None:
    registry = AgentRegistry(UnusedAgent(), {"claude": {}, "opencode": {}})
    env = {"HOME": "/home/me", "CLAUDE_CONFIG_DIR": "/data/claude", "XDG_DATA_HOME": "/data/share"}

    assert Path("/data/claude") in state_dirs(registry.descriptor("claude"), env)
    assert Path("/home/me/.claude") in state_dirs(registry.descriptor("claude"), env)
    assert {path.parts[1] for path in state_dirs(registry.descriptor("opencode"), env)} == {"home", "data"}


def test_required_protection_that_is_not_there_refuses_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "bubblewrap_problem", lambda: "bubblewrap (`bwrap`) is not installed.")
    agent = agent_of({"driver": "plain", "command": ["sh"]}, sandbox="require")

    with pytest.raises(AgentError, match=r"not installed\. Install bubblewrap"):
        agent.launch(first_turn(tmp_path))
    assert Sandbox(SandboxMode.AUTO).wrap(("sh",), tmp_path, ()) == ("sh",)


def test_the_protection_in_force_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "switched off" in Sandbox(SandboxMode.OFF).protection
    monkeypatch.setattr(sandbox, "bubblewrap_problem", lambda: "bubblewrap (`bwrap`) is not installed.")
    assert "not sandboxed: bubblewrap (`bwrap`) is not installed." in Sandbox().protection
    monkeypatch.setattr(sandbox, "bubblewrap_problem", lambda: "")
    assert "sandboxed with bubblewrap" in Sandbox().protection
