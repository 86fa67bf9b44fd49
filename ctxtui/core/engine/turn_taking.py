"""Takes one turn: starts the agent or finds it again, follows what it writes, and ends it for certain."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Command, Interaction
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.engine.control import Control, StoppedError
from ctxtui.core.engine.launches import launches_in, mark_stopped, turn_folder, was_stopped
from ctxtui.core.engine.run import Run
from ctxtui.core.engine.watching import watch_files
from ctxtui.core.engine.worktrees import ensure_worktree, owned_patterns
from ctxtui.core.ports.agents import Agent, Trouble, Turn, TurnOutcome, TurnReader
from ctxtui.core.ports.executors import Claim, TurnProcess
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing import GENERATE

POLL_SECONDS = 0.05
TAIL_BYTES = 1 << 20
STDERR_KEPT = 4000
MOST_LAUNCHES = 5


@dataclass(slots=True)
class _Tail:
    """Follows a turn's output files. Events of standard output are numbered, so that none is stored twice."""

    reader: TurnReader
    stored: int
    offset: int = 0
    produced: int = 0
    grew_at: float = field(default_factory=time.monotonic)
    last_note: str = ""

    def read(self, process: TurnProcess) -> list[Event]:
        """Events that are new since the last call."""
        events: list[Event] = []
        while chunk := _chunk(process.stdout, self.offset):
            self.offset += len(chunk)
            self.grew_at = time.monotonic()
            events += self.number(self.reader.feed(chunk))
        return events

    def number(self, events: Sequence[Event]) -> list[Event]:
        fresh: list[Event] = []
        for event in events:
            self.produced += 1
            if self.produced > self.stored:
                fresh.append(replace(event, data={**event.data, "n": self.produced}))
        return fresh


@dataclass(frozen=True, slots=True)
class TurnTaker:
    """One turn of one session; `attempt_n` counts the session's attempts, `time_limit` is in seconds."""

    run: Run
    agent: Agent
    session: Session
    interaction: Interaction
    attempt_n: int
    time_limit: float

    def take(self, control: Control) -> TurnOutcome:
        """Raises AgentError when the agent cannot be started, StoppedError when the control is pressed."""
        folder = turn_folder(self.run, self.session.id, self.interaction.id)
        process, turn_dir = self._process(folder)
        tail = _Tail(self.agent.reader(), stored=self._stored(turn_dir.name))
        stop_watching = threading.Event()
        worktree = ensure_worktree(self.run, self.session)
        watcher = watch_files(worktree, stop_watching, lambda text: self._saw(tail, text))
        trouble: Trouble | None = None
        try:
            trouble = self._follow(process, tail, control)
        except StoppedError:
            if process.exit_code() is None:
                mark_stopped(turn_dir)
            raise
        finally:
            stop_watching.set()
            process.stop()
            watcher.join()
        events = tail.read(process)
        last, outcome = tail.reader.finish(process.exit_code() if trouble is None else None, _end_of(process.stderr))
        events += tail.number(last)
        stderr = _end_of(process.stderr)
        if stderr.strip():
            events.append(Event(EventKind.STDERR, self.run.parts.now(), stderr))
        self._record(turn_dir.name, events)
        return outcome if trouble is None else self._overrun(outcome, trouble)

    def _process(self, folder: Path) -> tuple[TurnProcess, Path]:
        """The turn's process: the one that a former runner started if it lives or has ended, else a new one."""
        launches = launches_in(folder)
        vanished = [launch for launch in launches if not was_stopped(launch)]
        if launches and launches[-1] not in vanished:
            self._note("the agent's turn was ended with the runner; started it again")
        elif launches:
            claim = self.run.parts.executor.claim(launches[-1])
            if claim in (Claim.ALIVE, Claim.ENDED):
                self._note("found the agent's turn again and went on with it")
                return self.run.parts.executor.adopt(launches[-1]), launches[-1]
            if len(vanished) >= MOST_LAUNCHES:
                raise AgentError(f"{self.agent.name} was started {len(vanished)} times and vanished every time.")
            self._note("the agent's turn was lost with the runner; started it again")
        turn_dir = folder / str(len(launches) + 1)
        turn_dir.mkdir(parents=True)
        launch = self.agent.launch(self._turn(turn_dir))
        return self.run.parts.executor.start(launch, turn_dir), turn_dir

    def _turn(self, turn_dir: Path) -> Turn:
        settings, component, command = self.run.settings, self.session.component, self.interaction.command
        if component is None:
            raise AgentError(f"Session {self.session.id} has no component.")
        conversation = self.session.state.get(state.CONVERSATION) or {}
        return Turn(
            worktree=ensure_worktree(self.run, self.session),
            turn_dir=turn_dir,
            prompt=str(command.metadata["prompt"]),
            component_name=component.name,
            source_path=component.source_path,
            test_path=component.test_path,
            package_name=settings.package_name,
            import_roots=settings.import_roots,
            interpreter=Path(settings.interpreter),
            owned=owned_patterns(component),
            attempt=self.attempt_n,
            conversation=str(conversation.get("id", "")),
            conversation_cwd=str(conversation.get("cwd", "")),
            feedback=tuple(Evidence(**item) for item in command.metadata.get("feedback", ())),
            summary=_task_so_far(self.session, command),
            time_limit=self.time_limit,
        )

    def _follow(self, process: TurnProcess, tail: _Tail, control: Control) -> Trouble | None:
        limits = self.run.settings.limits
        deadline = time.monotonic() + self.time_limit
        turn = process.stdout.parent.name
        while not process.wait(POLL_SECONDS):
            control.check()
            self._record(turn, tail.read(process))
            now = time.monotonic()
            if now > deadline:
                return Trouble.TIMED_OUT
            if now - tail.grew_at > limits.agent_stall_seconds:
                return Trouble.HUNG
        return None

    def _overrun(self, outcome: TurnOutcome, trouble: Trouble) -> TurnOutcome:
        limits = self.run.settings.limits
        whose = "the limit for one turn" if self.time_limit == limits.agent_seconds else "all that its budget left"
        message = {
            Trouble.TIMED_OUT: f"The agent was ended after {self.time_limit:g} s, {whose}.",
            Trouble.HUNG: f"The agent was ended after {limits.agent_stall_seconds:g} s without a sign of life.",
        }[trouble]
        return replace(outcome, trouble=trouble, message=message)

    def _saw(self, tail: _Tail, text: str) -> None:
        tail.grew_at = time.monotonic()
        if text != tail.last_note:
            tail.last_note = text
            self._note(text, EventKind.STATUS)

    def _note(self, text: str, kind: EventKind = EventKind.NOTE) -> None:
        self.run.note(self.session.id, self.interaction.id, text, kind)

    def _record(self, turn: str, events: Sequence[Event]) -> None:
        if events:
            marked = [replace(event, data={**event.data, "turn": turn}) for event in events]
            self.run.parts.store.history.record(self.run.scope, self.session.id, self.interaction.id, marked)

    def _stored(self, turn: str) -> int:
        """How many of a turn's numbered events are in the store already."""
        stored = self.run.parts.store.history.events(self.run.scope, self.session.id, limit=100_000, newest=True)
        return max(
            (
                int(item.event.data.get("n", 0))
                for item in stored
                if item.interaction_id == self.interaction.id and item.event.data.get("turn") == turn
            ),
            default=0,
        )


def _task_so_far(session: Session, command: Command) -> str:
    """What an agent is told that takes a child over without its conversation: the task as it was first given."""
    if command.step == GENERATE:
        return ""
    given = (str(step.command.metadata["prompt"]) for step in session.interactions if step.command.step == GENERATE)
    task = next(given, "")
    return f"You were given this task before, and wrote tests:\n\n{task}" if task else ""


def _chunk(path: Path, offset: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(TAIL_BYTES)
    except FileNotFoundError:
        return b""


def _end_of(path: Path) -> str:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return ""
    return _chunk(path, max(0, size - STDERR_KEPT)).decode("utf-8", "replace")
