"""One stub for every way an agent can be driven, each under the description that the real agent ships with."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from ctxtui.core.agents.registry import AgentRegistry
from ctxtui.core.ports.agents import Agent, Turn
from tests.doubles.turns import UnusedAgent, first_turn

HERE = Path(__file__).resolve().parent
MINTED = ("claude", "qwen", "gemini")
REPORTED = ("codex", "opencode", "pi")
CLI_AGENTS = (*MINTED, *REPORTED)
KINDS = ("plain", *CLI_AGENTS, "acp")


def stub_descriptor(kind: str, state_dir: Path, *words: str) -> dict[str, object]:
    if kind == "acp":
        command = [sys.executable, str(HERE / "stub_acp.py"), str(state_dir), *words]
        told = {"cost": "cumulative_thread"}
        return {
            "base": "claude-acp",
            "command": command,
            "install_hint": "Install the stub.",
            "version_args": [],
            **told,
        }
    output = "text" if kind == "plain" else kind
    command = [sys.executable, "-S", str(HERE / "stub_cli.py"), output, str(state_dir)]
    args = {
        "command": command,
        "turn_args": ["new", "" if kind in REPORTED else "{conversation}"],
        "resume_args": ["resume", "{conversation}"],
        "version_args": [],
    }
    if kind == "plain":
        forgotten = {"kind": "crashed", "pattern": "No conversation found", "is_forgotten": True}
        return {"driver": "plain", "conversation": "minted", "trouble": [forgotten], **args}
    forgotten = {"kind": "crashed", "pattern": "No conversation found", "is_forgotten": True}
    return {"base": kind, "trouble": [forgotten], **args}


def stub_agent(kind: str, state_dir: Path, *words: str) -> Agent:
    descriptors = {"stub": stub_descriptor(kind, state_dir, *words)}
    return AgentRegistry(UnusedAgent(), descriptors, sandbox="off").get("stub")


def stub_turn(folder: Path, prompt: str = "Write the tests.", **changes: object) -> Turn:
    return replace(first_turn(folder), prompt=prompt, **changes)
