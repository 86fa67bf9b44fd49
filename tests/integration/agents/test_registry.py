"""Agents by name, and sentences for descriptions that are not right."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.agents import program
from ctxtui.core.agents.registry import AgentRegistry, shipped_names
from ctxtui.core.domain.errors import AgentError, UsageError
from ctxtui.core.ports.toolchains import TestRun
from tests.doubles.turns import UnusedAgent, agent_of, first_turn, next_turn, play

SHIPPED = {
    "aider", "claude", "claude-acp", "codex", "codex-acp", "command", "gemini", "gemini-acp", "mini-swe-agent",
    "opencode", "opencode-acp", "pi", "qwen", "qwen-acp",
}  # fmt: skip


def test_the_embedded_agent_comes_first_and_all_shipped_ones_are_known() -> None:
    names = AgentRegistry(UnusedAgent(), {"mine": {}}).names()

    assert names[0] == "builtin"
    assert set(names) == {"builtin", "mine", *SHIPPED}


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_description_is_right_and_says_how_to_install_it(name: str) -> None:
    descriptor = AgentRegistry(UnusedAgent()).descriptor(name)

    assert descriptor.title
    assert descriptor.install_hint.endswith(".")


def test_an_unknown_agent_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(AgentError, match=r"There is no agent `cluade`: did you mean `claude`\?"):
        AgentRegistry(UnusedAgent()).get("cluade")


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ({"driver": "plain", "comand": ["x"]}, "unknown key `comand`: did you mean `command`?"),
        ({"driver": "plain"}, "missing required field `command`"),
        ({"driver": "magic", "command": ["x"]}, "Invalid enum value 'magic'"),
        ({"driver": "plain", "command": []}, "empty `command`"),
        ({"driver": "plain", "command": ["x", "{promt}"]}, "unknown placeholder {promt}: did you mean `prompt`?"),
        ({"driver": "jsonl", "command": ["x"], "format": "codx"}, "unknown format `codx`: did you mean `codex`?"),
        ({"driver": "plain", "command": ["x"], "trouble": [{"kind": "crashed", "patern": ""}]}, "key `patern`"),
        ({"driver": "plain", "command": ["x"], "trouble": [{"kind": "crashed", "pattern": "("}]}, "regular expression"),
    ],
)
def test_a_description_that_is_not_right_is_refused_in_a_sentence(description: dict, sentence: str) -> None:
    with pytest.raises(UsageError) as refusal:
        agent_of(description, "mine")

    assert "`mine`" in str(refusal.value)
    assert sentence in str(refusal.value)


def test_a_person_changes_keys_of_a_shipped_agent_and_keeps_the_rest() -> None:
    registry = AgentRegistry(UnusedAgent(), {"claude": {"model": "opus"}, "mine": {"base": "codex", "model": "m"}})

    assert registry.descriptor("claude").model == "opus"
    assert registry.descriptor("claude").format == "claude"
    assert registry.descriptor("mine").command == ("codex", "exec")


def test_a_name_may_say_the_model_too() -> None:
    registry = AgentRegistry(UnusedAgent(), {"mine": {"base": "codex"}, "odd:name": {"command": ["x"]}})

    assert registry.descriptor("claude:opus").model == "opus"
    assert registry.descriptor("claude:opus").command == registry.descriptor("claude").command
    assert registry.descriptor("mine:llama3:8b").model == "llama3:8b"
    assert registry.descriptor("claude-acp:haiku").model == "haiku"
    assert registry.descriptor("odd:name").command == ("x",)
    with pytest.raises(AgentError, match="There is no agent `cluade`"):
        registry.get("cluade:opus")
    for name in ("claude:", "command:gpt", "builtin:opus"):
        with pytest.raises(UsageError, match="give a model that agent"):
            registry.get(name)


def test_a_missing_program_is_told_with_how_to_install_it(tmp_path: Path) -> None:
    agent = agent_of({"base": "codex"}, "codex", environ={"PATH": str(tmp_path)})

    health = agent.check()
    assert not health.is_installed
    assert "npm install" in health.remedy
    with pytest.raises(AgentError, match=r"`codex` is not on the PATH\. Install it with `npm install"):
        agent.launch(first_turn(tmp_path))


def test_a_program_that_cannot_tell_its_version_is_a_problem(tmp_path: Path) -> None:
    agent = agent_of({"driver": "plain", "command": [sys.executable], "version_args": ["-c", "raise SystemExit(3)"]})

    assert "exit code 3" in agent.check().problem


def script(folder: Path, text: str) -> dict[str, object]:
    file = folder / "my-agent"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return {"command": [str(file)]}


def test_a_program_that_nobody_described_is_never_run_to_look_at_it(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for own in (script(tmp_path, f"touch {ran}"), {"base": "claude", **script(tmp_path, f"touch {ran}")}):
        health = agent_of(own).check()
        assert (health.is_installed, health.version, health.problem) == (True, "", "")
    assert not ran.exists()


def test_a_version_is_asked_for_in_an_empty_folder_and_is_one_short_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    own = script(tmp_path, "ls -A; touch left; head -c 60000 /dev/zero | tr '\\0' v; echo; echo second")
    health = agent_of({**own, "version_args": ["version"]}).check()

    assert health.version == "v" * 100
    assert not list((tmp_path / "here").iterdir())


def test_a_program_that_is_slow_to_tell_its_version_is_used_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_VERSION_SECONDS", 0.2)
    own = script(tmp_path, "sleep 60")
    health = agent_of({**own, "version_args": ["--version"]}).check()

    assert (health.is_installed, health.version, health.problem) == (True, "", "")


def test_every_shipped_agent_that_is_a_program_of_its_own_says_how_to_ask_its_version() -> None:
    registry = AgentRegistry(UnusedAgent(), {})
    silent = {name for name in shipped_names() if not registry.descriptor(name).version_args}
    assert silent == {"command", "claude-acp", "codex-acp", "mini-swe-agent"}


def test_an_agent_sees_only_the_environment_it_needs(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin:/bin", "HOME": "/home/me", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "HTTPS_PROXY": "http://p",
        "GIT_DIR": "/elsewhere", "GIT_API_KEY": "g", "PYTHONPATH": "/p", "SECRET": "s", "OPENAI_API_KEY": "k",
        "VIRTUAL_ENV": "/v",
    }  # fmt: skip
    description = {"driver": "plain", "command": ["sh"], "env_passthrough": ["*_API_KEY"], "env": {"X": "{component}"}}
    turn = first_turn(tmp_path)
    env = agent_of(description, environ=environ).launch(turn).env

    assert set(env) == {
        "PATH", "HOME", "LC_ALL", "XDG_CACHE_HOME", "HTTPS_PROXY", "OPENAI_API_KEY", "X", "TERM", "NO_COLOR",
        "GIT_TERMINAL_PROMPT", "PYTHONDONTWRITEBYTECODE", "TMPDIR",
    }  # fmt: skip
    assert env["X"] == "shop.prices"
    assert Path(env["TMPDIR"]).is_relative_to(turn.turn_dir)
    assert env["PATH"].split(":")[0] == str(turn.interpreter.parent)


def test_a_default_variable_of_an_agent_gives_way_to_the_users_own(tmp_path: Path) -> None:
    description = {"driver": "plain", "command": ["sh"], "env_defaults": {"X_API_KEY": "{default}"}}
    description["env_passthrough"] = ["*_API_KEY"]
    agent = agent_of(description, environ={"PATH": "/usr/bin:/bin"})
    own = agent_of(description, environ={"PATH": "/usr/bin:/bin", "X_API_KEY": "mine"})

    assert agent.launch(first_turn(tmp_path)).env["X_API_KEY"] == "{default}"
    assert own.launch(first_turn(tmp_path)).env["X_API_KEY"] == "mine"


def test_opencode_is_asked_for_no_title_that_nobody_reads() -> None:
    content = AgentRegistry(UnusedAgent()).descriptor("opencode-acp").env_defaults["OPENCODE_CONFIG_CONTENT"]
    assert json.loads(content) == {"agent": {"title": {"disable": True}}}


def test_an_agent_is_given_the_variables_that_its_tests_are_given(tmp_path: Path) -> None:
    agent = agent_of({"driver": "plain", "command": ["sh"]}, environ={"PATH": "/usr/bin:/bin", "SHOP_TOKEN": "t"})
    turn = first_turn(tmp_path)
    test_run = TestRun(tmp_path, (), "shop", (), Path(sys.executable), pass_env=("SHOP_TOKEN",))

    assert "SHOP_TOKEN" not in agent.launch(turn).env
    assert agent.launch(replace(turn, test_run=test_run)).env["SHOP_TOKEN"] == "t"


def test_a_prompt_too_long_for_an_argument_is_left_in_a_file(tmp_path: Path) -> None:
    agent = agent_of({"driver": "plain", "command": ["sh"], "turn_args": ["{prompt}"], "prompt": "argument"})
    turn = first_turn(tmp_path, prompt="p" * 200_000)
    launch = agent.launch(turn)

    assert max(map(len, launch.argv)) < 130_000
    assert str(turn.turn_dir / "prompt.md") in launch.argv[-1]
    assert (turn.turn_dir / "prompt.md").read_text() == turn.prompt


def test_values_are_not_looked_at_for_placeholders(tmp_path: Path) -> None:
    agent = agent_of({"driver": "plain", "command": ["sh"], "turn_args": ["{prompt}"], "prompt": "argument"})
    launch = agent.launch(first_turn(tmp_path, prompt="{model} $(reboot) `x`"))

    assert launch.argv[-1] == "{model} $(reboot) `x`"


def test_a_conversation_kept_in_a_file_is_found_again_by_later_turns(tmp_path: Path) -> None:
    command = ["sh", "-c", 'cat "$0" 2>/dev/null; cat >> "$0"', "{conversation_file}"]
    agent = agent_of({"driver": "plain", "command": command, "conversation": "minted", "resume_args": [""]})
    first = play(agent, first_turn(tmp_path, prompt="first\n"))
    second = play(agent, next_turn(first, prompt="second\n"))
    third = play(agent, next_turn(second))

    assert [played.outcome.message for played in (first, second, third)] == ["", "first", "first\nsecond"]


@pytest.mark.parametrize("kind", [Path.mkdir, Path.touch, None])
def test_a_program_named_by_its_place_is_no_matter_of_the_path(
    tmp_path: Path, kind: Callable[[Path], None] | None
) -> None:
    program = tmp_path / "agent"
    if kind:
        kind(program)
    agent = agent_of({"driver": "plain", "command": [str(program)]})
    assert agent.check().problem.endswith(f"`{program}` of agent `double` is no file that can be run.")
    with pytest.raises(AgentError, match="is no file that can be run"):
        agent.launch(first_turn(tmp_path))
