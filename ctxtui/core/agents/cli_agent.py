"""Agents that are one program run a turn: its arguments are templates, its output is text or JSON lines."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ctxtui.core.agents.conversation import Conversation
from ctxtui.core.agents.descriptor import Descriptor, fill
from ctxtui.core.agents.environment import clean_environment
from ctxtui.core.agents.formats import FORMATS, OWN_FORMATS
from ctxtui.core.agents.own_records import OwnRecords
from ctxtui.core.agents.prices import Prices
from ctxtui.core.agents.program import find_program, program_version, why_not_found
from ctxtui.core.agents.record_reader import RecordReader
from ctxtui.core.agents.sandbox import Sandbox
from ctxtui.core.agents.test_script import offer_tests
from ctxtui.core.agents.text_reader import TextReader
from ctxtui.core.agents.turn_header import TurnHeader
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.ports.agents import AgentHealth, Launch, Turn, TurnReader

LONGEST_ARGUMENT = 120_000
"""Bytes; Linux refuses a single argument of 128 KiB or more."""

_VARIABLE = re.compile(r"^(?:~(?=/)|\$(\w+))")
_ROOT_PARTS = 2
"""A folder directly below the root, such as an unset variable's `/opencode`, is nobody's own."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Provided:
    """What every agent is given. `test_command` runs tests as the ladder does, told by a file that describes a run."""

    prices: Prices = field(default_factory=Prices)
    test_command: tuple[str, ...] = ()


@dataclass(frozen=True)
class CliAgent:
    """`environ` is where the environment that an agent may see is taken from."""

    name: str
    descriptor: Descriptor
    environ: Mapping[str, str]
    sandbox: Sandbox = field(default_factory=Sandbox)
    now: Callable[[], datetime] = utc_now
    provided: Provided = field(default_factory=Provided)

    reads_notes = True

    @property
    def opens_conversations(self) -> bool:
        return bool(self.descriptor.open_command)

    def check(self) -> AgentHealth:
        program = find_program(self.descriptor.command[0], self.environ)
        if program is None:
            word = self.descriptor.command[0]
            problem = f"The program `{word}` of agent `{self.name}` {why_not_found(word)}."
            return AgentHealth(self.name, is_installed=False, problem=problem, remedy=self.descriptor.install_hint)
        try:
            version = program_version(program, self.descriptor.version_args, self.environ)
        except AgentError as error:
            return AgentHealth(self.name, is_installed=True, problem=str(error), remedy=self.descriptor.install_hint)
        return AgentHealth(self.name, is_installed=True, version=version, features=self.features())

    def features(self) -> tuple[str, ...]:
        has = {
            "conversation": bool(self.descriptor.resume_args),
            "messages": self.descriptor.format != "text",
            "usage": self.descriptor.format != "text",
            "cost": self.descriptor.cost != "none",
        }
        return tuple(name for name, is_there in has.items() if is_there)

    def launch(self, turn: Turn) -> Launch:
        program = find_program(self.descriptor.command[0], self.environ)
        if program is None:
            word = self.descriptor.command[0]
            missing = f"the program `{word}` {why_not_found(word)}."
            raise AgentError(f"Agent `{self.name}` cannot start: {missing} {self.descriptor.install_hint}".strip())
        header = self._header(turn)
        values = self._values(turn, header)
        defaults = {key: text for key, text in self.descriptor.env_defaults.items() if key not in self.environ}
        extra = defaults | {key: fill(text, values) for key, text in self.descriptor.env.items()}
        turn.turn_dir.mkdir(parents=True, exist_ok=True)
        offer_tests(turn, self.provided.test_command)
        env = clean_environment(self.environ, self.descriptor.env_passthrough, extra, turn, scratch_dir(turn))
        argv = self._argv(program, turn, header, values)
        own = [Path(folder) for folder in (Conversation.from_text(header.conversation).folder,) if folder]
        writable = [scratch_dir(turn), *own]
        if self.sandbox.is_in_force:
            writable += state_dirs(self.descriptor, env)
        for folder in writable:
            # What a sandbox is to leave writable has to be there; a name with a suffix is a file.
            if not folder.suffix:
                folder.mkdir(parents=True, exist_ok=True)
        return Launch(
            argv=header.before(self.sandbox.wrap(argv, turn.worktree, writable)),
            cwd=turn.worktree,
            env=env,
            stdin=prompt_file(turn) if self.descriptor.prompt == "stdin" else None,
            spoiled_by=self.descriptor.spoiled_by,
        )

    def reader(self) -> TurnReader:
        if self.descriptor.format == "text":
            return TextReader(self.name, self.descriptor, self.now)
        return RecordReader(
            self.name,
            self.descriptor,
            FORMATS[self.descriptor.format](),
            self.now,
            self.provided.prices,
            self._own_records(),
        )

    def _own_records(self) -> OwnRecords | None:
        own = OWN_FORMATS.get(self.descriptor.own_format or self.descriptor.format)
        if own is None or not self.descriptor.own_records:
            return None
        environ = {**self.environ, **self.descriptor.env}
        return OwnRecords(self.descriptor.own_records, own, environ)

    def _argv(self, program: str, turn: Turn, header: TurnHeader, values: Mapping[str, str]) -> tuple[str, ...]:
        prompt = prompt_with_summary(turn) if header.is_new else turn.prompt
        prompt_file(turn).write_text(prompt, encoding="utf-8")
        if self.descriptor.prompt == "argument" and len(prompt.encode()) > LONGEST_ARGUMENT:
            prompt = f"Your task is written in the file {prompt_file(turn)}. Read all of it and carry it out."
        templates = (*self.descriptor.command[1:], *self._turn_args(header))
        return (program, *(fill(text, {**values, "prompt": prompt}) for text in templates))

    def _can_continue(self) -> bool:
        return bool(self.descriptor.resume_args)

    def _header(self, turn: Turn) -> TurnHeader:
        """Continues the turn's conversation where the agent can, otherwise mints an id where it wants one."""
        is_elsewhere = bool(turn.conversation_cwd) and Path(turn.conversation_cwd) != turn.worktree
        is_lost = self.descriptor.is_bound_to_folder and is_elsewhere
        is_known = bool(Conversation.from_text(turn.conversation).id)
        if is_known and self._can_continue() and not is_lost:
            return TurnHeader(_as_left(turn), is_new=False, worktree=str(turn.worktree))
        minted = Conversation()
        if self.descriptor.conversation == "minted":
            has_file = any("{conversation_file}" in text for text in self.descriptor.command)
            minted = Conversation(str(uuid.uuid4()), folder=str(turn.turn_dir / "conversation") if has_file else "")
        return TurnHeader(minted.to_text(), worktree=str(turn.worktree))

    def _turn_args(self, header: TurnHeader) -> tuple[str, ...]:
        """The turn's arguments, with those for the model where `{model_args}` stands, or else at the end."""
        args = self.descriptor.turn_args if header.is_new else self.descriptor.resume_args
        model_args = self.descriptor.model_args if self.descriptor.model else ()
        place = args.index("{model_args}") if "{model_args}" in args else len(args)
        return (*args[:place], *model_args, *args[place + 1 :])

    def _values(self, turn: Turn, header: TurnHeader) -> dict[str, str]:
        conversation = Conversation.from_text(header.conversation)
        return {
            "attempt": str(turn.attempt),
            "component": turn.component_name,
            "conversation": conversation.id,
            "conversation_file": str(Path(conversation.folder) / conversation.id),
            "model": self.descriptor.model,
            "prompt_file": str(prompt_file(turn)),
            "scratch": str(scratch_dir(turn)),
            "source_path": turn.source_path,
            "test_path": turn.test_path,
            "worktree": str(turn.worktree),
        }


def _as_left(turn: Turn) -> str:
    """The turn's conversation with all that was counted of it, by an earlier launch of the turn, too."""
    is_same = Conversation.from_text(turn.former).id == Conversation.from_text(turn.conversation).id
    return turn.former if is_same else turn.conversation


def prompt_file(turn: Turn) -> Path:
    return turn.turn_dir / "prompt.md"


def scratch_dir(turn: Turn) -> Path:
    """Where the turn's temporary files go."""
    return turn.scratch or turn.turn_dir / "tmp"


def state_dirs(descriptor: Descriptor, env: Mapping[str, str]) -> list[Path]:
    """The agent's own folders, without those that stand in a variable which is not set."""
    filled = (_VARIABLE.sub(lambda found: env.get(found[1] or "HOME", ""), text) for text in descriptor.state_dirs)
    return [Path(text) for text in filled if Path(text).is_absolute() and len(Path(text).parts) > _ROOT_PARTS]


def prompt_with_summary(turn: Turn) -> str:
    """A fresh conversation is first told what happened in the one it replaces."""
    return f"{turn.summary}\n\n{turn.prompt}" if turn.summary else turn.prompt
