"""Agents that speak the Agent Client Protocol: a bridge process holds the conversation for a turn."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from ctxtui.core.agents.acp_task import AcpTask, write_task
from ctxtui.core.agents.cli_agent import CliAgent
from ctxtui.core.agents.conversation import Conversation
from ctxtui.core.agents.descriptor import fill
from ctxtui.core.agents.program import find_program
from ctxtui.core.agents.turn_header import TurnHeader
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.ports.agents import AgentHealth, Launch, Turn
from ctxtui.core.processes.bounded import BoundedProcess
from ctxtui.core.processes.temporary import temporary_folder

_decode = msgspec.json.Decoder().decode
_HANDSHAKE_SECONDS = 30.0
_STOP_SECONDS = 5.0
_MARKER = "CTXTUI_HANDSHAKE"
"""Names the variable by which everything that a handshake started is known."""
_MISSING_SDK = (
    "agents of the Agent Client Protocol need its Python SDK. "
    "Install it with `pip install 'ctxtui[acp]'` in the environment that ctxtui is in."
)


@dataclass(frozen=True)
class AcpAgent(CliAgent):
    """Like any agent, but started through the bridge, which also answers its questions for permission."""

    def check(self) -> AgentHealth:
        health = super().check()
        if health.is_installed and not has_sdk():
            problem = f"Agent `{self.name}` cannot start: {_MISSING_SDK}"
            return AgentHealth(self.name, is_installed=True, version=health.version, problem=problem)
        return health

    def features(self) -> tuple[str, ...]:
        return ("conversation", "messages", "permissions", "usage")

    def handshake(self) -> AgentHealth:
        """Starts the agent, asks what it is and ends it: no session and no model call."""
        health = self.check()
        program = find_program(self.descriptor.command[0], self.environ)
        if health.problem or program is None:
            return health
        with temporary_folder("handshake") as folder:
            task_file = folder / "task.json"
            command = (program, *(fill(text, {}) for text in self.descriptor.command[1:]))
            write_task(
                task_file, AcpTask(command=command, worktree=str(folder), version=version("ctxtui"), is_handshake=True)
            )
            env = {**self.environ, **self.descriptor.env}
            output, problem = _run(_bridge(task_file), folder, env)
        about = _initialized(output)
        if about is None:
            said = problem or "it gave no answer to `initialize`"
            return AgentHealth(
                self.name,
                is_installed=True,
                version=health.version,
                problem=f"Agent `{self.name}` does not answer: {said}.",
                remedy=self.descriptor.login_hint,
            )
        told = (about.get("agentInfo") or {}).get("version") or health.version
        return AgentHealth(self.name, is_installed=True, version=told, features=_offers(about))

    def launch(self, turn: Turn) -> Launch:
        if not has_sdk():
            raise AgentError(f"Agent `{self.name}` cannot start: {_MISSING_SDK}")
        return super().launch(turn)

    def _argv(self, program: str, turn: Turn, header: TurnHeader, values: Mapping[str, str]) -> tuple[str, ...]:
        allows_contained = self.descriptor.permission == "fence" and self.sandbox.is_in_force
        task = AcpTask(
            command=(program, *(fill(text, values) for text in self.descriptor.command[1:])),
            worktree=str(turn.worktree),
            version=version("ctxtui"),
            prompt=turn.prompt,
            summary=turn.summary,
            conversation="" if header.is_new else Conversation.from_text(header.conversation).id,
            owned=turn.owned,
            allows_other=self.descriptor.permission == "allow" or allows_contained,
            mode=self.descriptor.mode,
            login_method=self.descriptor.login_method,
            model=self.descriptor.model,
        )
        task_file = turn.turn_dir / "acp.json"
        write_task(task_file, task)
        return _bridge(task_file)

    def _can_continue(self) -> bool:
        return True


def has_sdk() -> bool:
    return importlib.util.find_spec("acp") is not None


def _bridge(task_file: Path) -> tuple[str, ...]:
    """`-P` keeps the project's own modules from standing in for the bridge's."""
    return (sys.executable, "-P", "-m", "ctxtui.core.agents.acp_bridge", str(task_file))


def _run(argv: tuple[str, ...], folder: Path, env: Mapping[str, str]) -> tuple[bytes, str]:
    """The command's output and, when it failed, why; nothing of it is left running."""
    process = BoundedProcess(
        argv=argv,
        cwd=folder,
        env={**env, _MARKER: folder.name},
        output=folder / "output",
        errors=folder / "errors",
        marker=_MARKER,
        timeout=_HANDSHAKE_SECONDS,
        grace=_STOP_SECONDS,
    )
    exit_code, cut_short = process.run()
    output = process.output.read_bytes()
    if cut_short is not None:
        return output, f"no answer within {_HANDSHAKE_SECONDS:.0f} s"
    lines = (folder / "errors").read_text(errors="replace").strip().splitlines()
    return output, lines[-1] if exit_code and lines else ""


def _initialized(output: bytes) -> Mapping[str, Any] | None:
    """The agent's answer to `initialize`, the only request a handshake sends."""
    for line in output.splitlines():
        record = _decode(line)
        if record["direction"] == "received" and "result" in record["message"]:
            return dict(record["message"]["result"])
    return None


def _offers(about: Mapping[str, Any]) -> tuple[str, ...]:
    capabilities = about.get("agentCapabilities") or {}
    session = capabilities.get("sessionCapabilities") or {}
    offers = {
        "messages": True,
        "permissions": True,
        "resume": session.get("resume") is not None,
        "load": bool(capabilities.get("loadSession")),
    }
    return tuple(name for name, is_offered in offers.items() if is_offered)
