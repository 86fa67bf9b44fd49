"""Turns played for real: an agent's launch run by the local executor, its output read as it grows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psutil

from ctxtui.core.agents.cli_agent import utc_now
from ctxtui.core.agents.registry import AgentRegistry
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.ports.agents import Agent, AgentHealth, Launch, Turn, TurnOutcome, TurnReader
from ctxtui.core.ports.executors import TurnProcess


class UnusedAgent:
    """Stands where the embedded agent stands, in tests that ask others."""

    name = "builtin"
    opens_conversations = False
    reads_notes = True

    def check(self) -> AgentHealth:
        return AgentHealth(self.name, is_installed=True)

    def launch(self, turn: Turn) -> Launch:
        raise NotImplementedError

    def reader(self) -> TurnReader:
        raise NotImplementedError


@dataclass(frozen=True)
class Played:
    turn: Turn
    launch: Launch
    events: Sequence[Event]
    outcome: TurnOutcome
    stderr: str

    def texts(self, kind: EventKind) -> list[str]:
        return [event.text for event in self.events if event.kind is kind]


def agent_of(
    descriptor: Mapping[str, object],
    name: str = "double",
    environ: Mapping[str, str] | None = None,
    sandbox: str = "off",
    now: Callable[[], datetime] = utc_now,
) -> Agent:
    registry = AgentRegistry(UnusedAgent(), {name: descriptor}, environ=environ, sandbox=sandbox, now=now)
    return registry.get(name)


def first_turn(folder: Path, **changes: object) -> Turn:
    """A turn in a fresh worktree below the folder."""
    worktree = folder / "worktree"
    (worktree / "tests").mkdir(parents=True, exist_ok=True)
    turn = Turn(
        worktree=worktree,
        turn_dir=folder / "child" / "turn-1" / "1",
        prompt="Write the tests.",
        component_name="shop.prices",
        source_path="shop/prices.py",
        test_path="tests/test_prices.py",
        package_name="shop",
        import_roots=(".",),
        interpreter=Path(sys.executable),
        owned=("tests/test_prices.py", "tests/fixtures/*"),
    )
    return replace(turn, **changes)


def next_turn(played: Played, **changes: object) -> Turn:
    """The turn that goes on where one ended."""
    attempt = played.turn.attempt + 1
    follow_up = replace(
        played.turn,
        attempt=attempt,
        turn_dir=played.turn.turn_dir.parent.parent / f"turn-{attempt}" / "1",
        prompt="Mend the tests.",
        conversation=played.outcome.conversation,
        conversation_cwd=str(played.turn.worktree),
    )
    return replace(follow_up, **changes)


def start(agent: Agent, turn: Turn) -> tuple[Launch, TurnProcess]:
    launch = agent.launch(turn)
    return launch, LocalExecutor().start(launch, turn.turn_dir)


def read(agent: Agent, turn: Turn, launch: Launch, process: TurnProcess) -> Played:
    """What came of a turn whose process has ended."""
    reader = agent.reader()
    events = list(reader.feed(process.stdout.read_bytes()))
    stderr = process.stderr.read_text(errors="replace")
    last, outcome = reader.finish(process.exit_code(), stderr[-4000:])
    return Played(turn, launch, [*events, *last], outcome, stderr)


def play(agent: Agent, turn: Turn, seconds: float = 60.0) -> Played:
    """Runs a turn to its end, and sweeps what it left running."""
    launch, process = start(agent, turn)
    has_ended = process.wait(seconds)
    process.stop()
    assert has_ended, process.stderr.read_text(errors="replace")[-2000:]
    return read(agent, turn, launch, process)


def is_running(pid: int) -> bool:
    """Whether a process is there and not just waiting to be reaped by a parent that is not ours."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
