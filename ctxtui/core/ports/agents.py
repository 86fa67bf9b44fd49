"""Who writes the tests: an agent is a program that is launched once a turn and leaves its output in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event
from ctxtui.core.domain.verdict import Evidence


@dataclass(frozen=True, slots=True)
class Turn:
    """One prompt for an agent, with the same facts as data for agents that do not read prose.

    `worktree` is the agent's working directory; `turn_dir` is a folder of this turn alone, outside the worktree,
    for whatever the agent's launch needs. Paths in `owned` (globs) are relative to the worktree; `feedback` is
    the evidence that the last attempt failed with. `interpreter` runs the project; `import_roots` are folders
    (relative to the worktree) to put on its path. `conversation` is what an earlier turn of the same child
    reported, empty for a first turn.
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
    feedback: tuple[Evidence, ...] = ()
    summary: str = ""
    time_limit: float = 600.0


@dataclass(frozen=True, slots=True)
class Launch:
    """A program to run: `env` is its whole environment, `stdin` a file to read from (None: the null device)."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    stdin: Path | None = None


class Trouble(StrEnum):
    """Why a turn gave nothing to judge; each has its own remedy."""

    NOT_INSTALLED = "not_installed"
    NOT_LOGGED_IN = "not_logged_in"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    HUNG = "hung"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    REFUSED = "refused"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What a finished turn says of itself; whether the tests are good is decided elsewhere.

    `trouble` is None when the agent ended its turn in order. `retry_after` is in seconds.
    """

    message: str = ""
    trouble: Trouble | None = None
    conversation: str = ""
    usage: Usage = field(default_factory=Usage)
    retry_after: float | None = None


class TurnReader(Protocol):
    """Reads one turn's output as it grows; one instance a turn, used from one thread."""

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

    def check(self) -> AgentHealth: ...

    def launch(self, turn: Turn) -> Launch:
        """Writes what the turn needs into `turn.turn_dir` and says what to run. Raises AgentError."""
        ...

    def reader(self) -> TurnReader: ...


class Agents(Protocol):
    """The agents known here: those that come with the program and those the person added."""

    def names(self) -> tuple[str, ...]: ...

    def get(self, name: str) -> Agent:
        """Raises AgentError naming the nearest known agent."""
        ...
