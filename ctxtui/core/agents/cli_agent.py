"""Agents that are one program run a turn: its arguments are templates, its output is text or JSON lines."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ctxtui.core.agents.conversation import Conversation
from ctxtui.core.agents.descriptor import Descriptor, fill
from ctxtui.core.agents.environment import clean_environment
from ctxtui.core.agents.formats import FORMATS
from ctxtui.core.agents.record_reader import RecordReader
from ctxtui.core.agents.text_reader import TextReader
from ctxtui.core.agents.turn_header import TurnHeader
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.ports.agents import AgentHealth, Launch, Turn, TurnReader

LONGEST_ARGUMENT = 120_000
"""Bytes; Linux refuses a single argument of 128 KiB or more."""

_VERSION_SECONDS = 20.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class CliAgent:
    """`environ` is where the environment that an agent may see is taken from."""

    name: str
    descriptor: Descriptor
    environ: Mapping[str, str]
    now: Callable[[], datetime] = utc_now

    def check(self) -> AgentHealth:
        program = self._program()
        if program is None:
            problem = f"The program `{self.descriptor.command[0]}` of agent `{self.name}` is not on the PATH."
            return AgentHealth(self.name, is_installed=False, problem=problem, remedy=self.descriptor.install_hint)
        version = ""
        if self.descriptor.version_args:
            try:
                version = program_version((program, *self.descriptor.version_args), self.environ)
            except AgentError as error:
                return AgentHealth(
                    self.name, is_installed=True, problem=str(error), remedy=self.descriptor.install_hint
                )
        return AgentHealth(self.name, is_installed=True, version=version, features=self._features())

    def launch(self, turn: Turn) -> Launch:
        program = self._program()
        if program is None:
            missing = f"the program `{self.descriptor.command[0]}` is not on the PATH."
            raise AgentError(f"Agent `{self.name}` cannot start: {missing} {self.descriptor.install_hint}".strip())
        turn.turn_dir.mkdir(parents=True, exist_ok=True)
        header = self._header(turn)
        prompt_file = turn.turn_dir / "prompt.md"
        prompt = turn.prompt if header.continues else prompt_with_summary(turn)
        prompt_file.write_text(prompt, encoding="utf-8")
        if self.descriptor.prompt == "argument" and len(prompt.encode()) > LONGEST_ARGUMENT:
            prompt = f"Your task is written in the file {prompt_file}. Read all of it and carry it out."
        values = self._values(turn, header, prompt)
        argv = (program, *(fill(text, values) for text in (*self.descriptor.command[1:], *self._turn_args(header))))
        extra = {key: fill(text, values) for key, text in self.descriptor.env.items()}
        return Launch(
            argv=header.before(argv),
            cwd=turn.worktree,
            env=clean_environment(self.environ, self.descriptor.env_passthrough, extra, turn),
            stdin=prompt_file if self.descriptor.prompt == "stdin" else None,
        )

    def reader(self) -> TurnReader:
        if self.descriptor.format == "text":
            return TextReader(self.name, self.descriptor, self.now)
        return RecordReader(self.name, self.descriptor, FORMATS[self.descriptor.format], self.now)

    def _program(self) -> str | None:
        return shutil.which(self.descriptor.command[0], path=self.environ.get("PATH"))

    def _features(self) -> tuple[str, ...]:
        has = {
            "conversation": bool(self.descriptor.resume_args),
            "messages": self.descriptor.format != "text",
            "usage": self.descriptor.format != "text",
            "cost": self.descriptor.cost != "none",
        }
        return tuple(name for name, is_there in has.items() if is_there)

    def _header(self, turn: Turn) -> TurnHeader:
        """Continues the turn's conversation where the agent can, otherwise mints an id where it wants one."""
        is_elsewhere = bool(turn.conversation_cwd) and Path(turn.conversation_cwd) != turn.worktree
        can_continue = self.descriptor.resume_args and not (self.descriptor.is_bound_to_folder and is_elsewhere)
        if turn.conversation and can_continue:
            return TurnHeader(continues=turn.conversation, worktree=str(turn.worktree))
        minted = str(uuid.uuid4()) if self.descriptor.conversation == "minted" else ""
        return TurnHeader(minted=minted, worktree=str(turn.worktree))

    def _turn_args(self, header: TurnHeader) -> tuple[str, ...]:
        args = self.descriptor.resume_args if header.continues else self.descriptor.turn_args
        model_args = self.descriptor.model_args if self.descriptor.model else ()
        position = args.index("{model_args}") if "{model_args}" in args else None
        if position is None:
            return (*args, *model_args)
        return (*args[:position], *model_args, *args[position + 1 :])

    def _values(self, turn: Turn, header: TurnHeader, prompt: str) -> dict[str, str]:
        conversation = Conversation.from_text(header.continues).id if header.continues else header.minted
        return {
            "agent_dir": str(turn.turn_dir.parent),
            "attempt": str(turn.attempt),
            "component": turn.component_name,
            "conversation": conversation,
            "conversation_file": str(turn.turn_dir.parent / f"conversation-{conversation}"),
            "model": self.descriptor.model,
            "prompt": prompt,
            "prompt_file": str(turn.turn_dir / "prompt.md"),
            "source_path": turn.source_path,
            "test_path": turn.test_path,
            "turn_dir": str(turn.turn_dir),
            "worktree": str(turn.worktree),
        }


def prompt_with_summary(turn: Turn) -> str:
    """A fresh conversation is first told what happened in the one it replaces."""
    return f"{turn.summary}\n\n{turn.prompt}" if turn.summary else turn.prompt


def program_version(argv: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The first line a program's version command writes. Raises AgentError when it fails or hangs."""
    try:
        done = subprocess.run(
            argv,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AgentError(f"`{' '.join(argv)}` does not answer: {error}.") from error
    text = (done.stdout or done.stderr).decode("utf-8", errors="replace").strip()
    if done.returncode != 0:
        raise AgentError(f"`{' '.join(argv)}` failed with exit code {done.returncode}: {text[:200]}")
    return text.splitlines()[0] if text else ""
