"""Where a turn's process runs, so that it can outlive the process that started it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ctxtui.core.ports.agents import Launch


class Claim(StrEnum):
    """What a race for a turn's claim showed."""

    WON = "won"
    """Nobody had started it, and now nobody will: the turn is abandoned."""
    ALIVE = "alive"
    ENDED = "ended"
    """It ran and left its exit code."""
    VANISHED = "vanished"
    """It started, its process is gone and it left no exit code."""


class TurnProcess(Protocol):
    """A turn under way: its standard output and error grow in files."""

    @property
    def stdout(self) -> Path: ...

    @property
    def stderr(self) -> Path: ...

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, after waiting at most that long."""
        ...

    def exit_code(self) -> int | None:
        """None while it runs, or when it was killed before it could leave one."""
        ...

    def stop(self, grace: float = 2.0) -> None:
        """Ends it and every process it started, politely for `grace` seconds, then for certain."""
        ...


class Executor(Protocol):
    """Starts turns and finds them again after a crash. Every call names the turn's own folder."""

    def start(self, launch: Launch, turn_dir: Path) -> TurnProcess:
        """Raises AgentError when the program cannot be started."""
        ...

    def claim(self, turn_dir: Path) -> Claim: ...

    def adopt(self, turn_dir: Path) -> TurnProcess:
        """The process that a claim found `alive` or `ended`."""
        ...

    def output(self, turn_dir: Path) -> Path:
        """Where the turn's standard output is, whatever became of it; the file need not be there."""
        ...

    def end_all(self) -> None:
        """Ends every turn that was started or adopted here and still runs, without asking; from any thread."""
        ...
