"""Who writes the tests: an agent is a program that is launched once a turn and leaves its output in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.ports.toolchains import TestRun

__all__ = [
    "TEST_SCRIPT",
    "Agent",
    "AgentHealth",
    "Agents",
    "Launch",
    "LimitBoard",
    "Talk",
    "Trouble",
    "Turn",
    "TurnOutcome",
    "TurnReader",
]


TEST_SCRIPT = ".ctxtui/run-tests"
"""The command, relative to the worktree, with which an agent may run its tests; its folder is never a change."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One prompt for an agent, with the same facts as data for agents that do not read prose.

    `worktree` is the agent's working directory; `turn_dir` is a folder of this turn alone, outside the worktree,
    for whatever the agent's launch needs. Paths in `owned` (globs) are relative to the worktree; `feedback` is
    the evidence that the last attempt failed with. `interpreter` runs the project; `import_roots` are folders
    (relative to the worktree) to put on its path. `conversation` is what an earlier turn of the same child
    reported, empty for a first turn, and `former` what an earlier launch of this very turn did. `test_run` is how the
    tests will be run when they are judged. `trace_parent` is the turn's place in a distributed trace. `scratch` is for
    temporary files: empty when the turn starts, and the same for all turns in that worktree, since agents tell their
    model where it is and what requests begin with alike costs less.
    """

    worktree: Path
    turn_dir: Path
    prompt: str
    component_name: str
    source_path: str
    test_path: str
    package_name: str
    import_roots: tuple[str, ...]
    interpreter: Path
    owned: tuple[str, ...]
    attempt: int = 1
    conversation: str = ""
    conversation_cwd: str = ""
    former: str = ""
    feedback: tuple[Evidence, ...] = ()
    summary: str = ""
    time_limit: float = 600.0
    test_run: TestRun | None = None
    trace_parent: str = ""
    scratch: Path | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """A program to run: `env` is its whole environment, `stdin` a file to read from (None: the null device).

    `spoiled_by` is a pattern of what it says in its errors when it has begun in a way that it cannot work in, and may
    begin rightly the next time.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    stdin: Path | None = None
    spoiled_by: str = ""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What a finished turn says of itself; whether the tests are good is decided elsewhere.

    `trouble` is None when the agent ended its turn in order. `retry_after` is in seconds. `limit_used` is the share
    of its limit that the agent said is used, None where it says nothing; `limit_ends_in` is when it is counted anew.
    """

    message: str = ""
    trouble: Trouble | None = None
    conversation: str = ""
    usage: Usage = field(default_factory=Usage)
    retry_after: float | None = None
    limit_used: float | None = None
    limit_ends_in: float | None = None


class TurnReader(Protocol):
    """Reads one turn's output as it grows; one instance a turn, used from one thread."""

    @property
    def is_over(self) -> bool:
        """Whether the agent said that its turn has ended: its process has no reason to stay."""
        ...

    def feed(self, chunk: bytes) -> Sequence[Event]:
        """Events in the next piece of standard output; half a line is kept until its end arrives."""
        ...

    def finish(self, exit_code: int | None, stderr_tail: str) -> tuple[Sequence[Event], TurnOutcome]:
        """The last events and the outcome. `exit_code` is None when the process had to be ended."""
        ...


@dataclass(frozen=True, slots=True)
class AgentHealth:
    """Whether an agent can be used here, found out without a model call."""

    name: str
    is_installed: bool
    version: str = ""
    problem: str = ""
    remedy: str = ""
    features: tuple[str, ...] = ()


class Agent(Protocol):
    """One kind of agent, as a descriptor and its driver make it."""

    @property
    def name(self) -> str: ...

    @property
    def opens_conversations(self) -> bool:
        """Whether a person can go on with its conversations in a terminal."""
        ...

    @property
    def reads_notes(self) -> bool:
        """Whether what a person says to it in words has any effect."""
        ...

    def check(self) -> AgentHealth: ...

    def launch(self, turn: Turn) -> Launch:
        """Writes what the turn needs into `turn.turn_dir` and says what to run. Raises AgentError."""
        ...

    def reader(self) -> TurnReader: ...


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that an agent reported of its turns, and what it is about; paths are relative to the worktree."""

    conversation: str
    component_name: str
    source_path: str
    test_path: str


class LimitBoard(Protocol):
    """When an agent's account may be used again, known to every run on this machine and after a restart."""

    def until(self, agent: str) -> datetime | None: ...

    def hold(self, agent: str, until: datetime) -> None:
        """Nobody is to use the agent's account before that time."""
        ...

    def forget(self, agent: str) -> None: ...


class Agents(Protocol):
    """The agents known here: those that come with the program and those the person added."""

    def names(self) -> tuple[str, ...]: ...

    def get(self, name: str) -> Agent:
        """Raises AgentError naming the nearest known agent."""
        ...
