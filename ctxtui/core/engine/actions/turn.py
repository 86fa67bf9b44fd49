"""One turn of an agent: its process started or found again, followed into the history, and ended for certain."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Command
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.step import StepName
from ctxtui.core.domain.trace import trace_parent
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.engine.actions.beginning import MOST_SPOILED, Beginning, SpoiledStartError
from ctxtui.core.engine.actions.launches import (
    launches_in,
    scratch_folder,
    stop_launch,
    told_once,
    turn_folder,
    was_stopped,
)
from ctxtui.core.engine.actions.watching import watch_files
from ctxtui.core.engine.actions.work import Work
from ctxtui.core.engine.actions.worktree import ensure, owned_patterns, test_run
from ctxtui.core.ports.agents import Agent, Turn, TurnOutcome, TurnReader
from ctxtui.core.ports.executors import Claim, TurnProcess
from ctxtui.core.ports.points import reached
from ctxtui.core.ports.stop import StoppedError
from ctxtui.core.processes.temporary import remove

POLL_SECONDS = 0.05
TAIL_BYTES = 1 << 20
STDERR_KEPT = 4000
MOST_LAUNCHES = 5
LINGER_SECONDS = 5.0
"""How long an agent that has said its result may take to end."""


class CannotLaunchError(AgentError):
    """The agent's program cannot be started here."""


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How a turn ended; `exit_code` is None for one that had to be ended."""

    outcome: TurnOutcome
    exit_code: int | None
    stderr: str
    seconds: float


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
class AgentTurn:
    """One turn of one session by one agent."""

    work: Work
    agent: Agent

    def take(self) -> TurnEnd:
        """Raises CannotLaunchError, AgentError when its processes get out of hand, StoppedError when told to stop."""
        for _start in range(MOST_SPOILED):
            try:
                return self._taken(may_be_spoiled=True)
            except SpoiledStartError:
                self.work.note(f"{self.agent.name} had not begun properly and was ended; started it again")
        return self._taken(may_be_spoiled=False)

    def _taken(self, *, may_be_spoiled: bool) -> TurnEnd:
        order = self.work.order
        folder = turn_folder(self.work.tools.turns_dir, order.run_id, order.session.id, order.interaction.id)
        worktree = ensure(self.work)
        process, launch, spoiled_by = self._process(folder)
        beginning = Beginning(spoiled_by if may_be_spoiled else "")
        reached("agent_started")
        tail = _Tail(self.agent.reader(), stored=order.recorded.get(launch.name, 0))
        stop_watching = threading.Event()
        watcher = watch_files(worktree, stop_watching, lambda text: self._saw(tail, text))
        started = time.monotonic()
        try:
            trouble = self._follow(process, tail, launch, beginning)
        finally:
            stop_watching.set()
            watcher.join()
        if trouble is not None:
            process.stop()
        return self._end(process, launch, tail, trouble, time.monotonic() - started)

    def _process(self, folder: Path) -> tuple[TurnProcess, Path, str]:
        """The turn's process: the one that a former owner started if it lives or has ended, else a new one.

        A launch that was told to stop is ended for certain before another one is made. Of a new one it is told what it
        says when it was spoiled.
        """
        executor, launches = self.work.tools.executor, launches_in(folder)
        for launch in launches:
            if was_stopped(launch) and executor.claim(launch) in (Claim.ALIVE, Claim.ENDED):
                executor.adopt(launch).stop()
        vanished = [launch for launch in launches if not was_stopped(launch)]
        if launches and launches[-1] not in vanished:
            if self.work.order.is_taken_over:
                self.work.note("the agent's turn was ended with the runner; started it again")
        elif launches:
            if executor.claim(launches[-1]) in (Claim.ALIVE, Claim.ENDED):
                self.work.note("found the agent's turn again and went on with it")
                return executor.adopt(launches[-1]), launches[-1], ""
            if len(vanished) >= MOST_LAUNCHES:
                raise AgentError(f"{self.agent.name} was started {len(vanished)} times and vanished every time.")
            self.work.note("the agent's turn was lost with the runner; started it again")
        launch = folder / str(len(launches) + 1)
        launch.mkdir(parents=True)
        remove(self._scratch)
        reached("launch_made")
        self.work.stop.check()
        try:
            made = self.agent.launch(self._turn(launch))
            return executor.start(made, launch), launch, made.spoiled_by
        except AgentError as error:
            raise CannotLaunchError(str(error)) from error

    def _turn(self, turn_dir: Path) -> Turn:
        order, command = self.work.order, self.work.order.interaction.command
        component, conversation = order.component, order.state.conversation or {}
        return Turn(
            worktree=self.work.worktree,
            turn_dir=turn_dir,
            prompt=str(command.metadata["prompt"]),
            component_name=component.name,
            source_path=component.source_path,
            test_path=component.test_path,
            package_name=order.plan.package_name,
            import_roots=order.plan.import_roots,
            interpreter=Path(order.plan.interpreter),
            owned=owned_patterns(component),
            attempt=order.attempt,
            conversation=str(conversation.get("id", "")),
            conversation_cwd=str(conversation.get("cwd", "")),
            former=next((told.conversation for told in reversed(self._told_before(turn_dir)) if told.conversation), ""),
            feedback=tuple(Evidence.from_data(item) for item in command.metadata.get("feedback", ())),
            summary=_task_so_far(order.session, command),
            time_limit=order.time_limit,
            test_run=test_run(self.work, self.work.worktree, (component.test_path,)),
            trace_parent=trace_parent(order.run_id, order.interaction.id),
            scratch=self._scratch,
        )

    @property
    def _scratch(self) -> Path:
        return scratch_folder(self.work.tools.turns_dir, self.work.order.run_id) / self.work.order.slot

    def _told_before(self, launch: Path) -> list[TurnOutcome]:
        """What came of each earlier launch of the turn, as far as it got, oldest first."""
        earlier = [folder for folder in launches_in(launch.parent) if int(folder.name) < int(launch.name)]
        output = self.work.tools.executor.output
        return [told_once(folder, partial(self._told_by, output(folder))) for folder in earlier]

    def _told_by(self, output: Path) -> TurnOutcome:
        reader, offset = self.agent.reader(), 0
        while chunk := _chunk(output, offset):
            offset += len(chunk)
            reader.feed(chunk)
        return reader.finish(None, "")[1]

    def _follow(self, process: TurnProcess, tail: _Tail, launch: Path, beginning: Beginning) -> Trouble | None:
        stall = self.work.order.plan.limits.agent_stall_seconds
        deadline = time.monotonic() + self.work.order.time_limit
        while not process.wait(POLL_SECONDS):
            self._end_when_told(process, launch, tail)
            if beginning.is_spoiled(process):
                stop_launch(launch, process)
                raise SpoiledStartError
            self._record(launch.name, tail.read(process))
            now = time.monotonic()
            if now > deadline:
                return Trouble.TIMED_OUT
            if tail.reader.is_over and now - tail.grew_at > LINGER_SECONDS:
                self.work.note("the agent had said that it was done; its process was ended")
                return None
            if now - tail.grew_at > stall:
                return Trouble.HUNG
        return None

    def _end_when_told(self, process: TurnProcess, launch: Path, tail: _Tail) -> None:
        """Told to stop, the agent is ended; an owner that lost its lease leaves it to whoever has the run now."""
        try:
            self.work.stop.check()
        except StoppedError:
            if not self.work.stop.is_abandoned:
                stop_launch(launch, process)
                self._tell_used(process, launch, tail)
            raise

    def _tell_used(self, process: TurnProcess, launch: Path, tail: _Tail) -> None:
        events = tail.read(process)
        last, outcome = tail.reader.finish(None, "")
        self._record(launch.name, [*events, *tail.number(last)])
        usage = self._with_earlier(launch, outcome).usage
        if usage != Usage():
            self.work.report.used(usage)

    def _end(self, process: TurnProcess, launch: Path, tail: _Tail, trouble: Trouble | None, seconds: float) -> TurnEnd:
        self.work.stop.check()
        process.stop()
        events = tail.read(process)
        exit_code = process.exit_code() if trouble is None else None
        stderr = _end_of(process.stderr)
        last, outcome = tail.reader.finish(exit_code, stderr)
        events += tail.number(last)
        if stderr.strip():
            events.append(Event(EventKind.STDERR, self.work.tools.now(), stderr))
        self._record(launch.name, events)
        if trouble is not None:
            outcome = replace(outcome, trouble=trouble, message=self._overrun(trouble))
        return TurnEnd(self._with_earlier(launch, outcome), exit_code, stderr, seconds)

    def _with_earlier(self, launch: Path, outcome: TurnOutcome) -> TurnOutcome:
        """What a launch used before it was lost was paid for all the same."""
        for told in self._told_before(launch):
            outcome = replace(outcome, usage=told.usage.plus(outcome.usage))
        return outcome

    def _overrun(self, trouble: Trouble) -> str:
        limits, limit = self.work.order.plan.limits, self.work.order.time_limit
        if trouble is Trouble.HUNG:
            return f"The agent was ended after {limits.agent_stall_seconds:g} s without a sign of life."
        whose = "the limit for one turn" if limit == limits.agent_seconds else "all that its budget left"
        return f"The agent was ended after {limit:g} s, {whose}."

    def _saw(self, tail: _Tail, text: str) -> None:
        tail.grew_at = time.monotonic()
        if text != tail.last_note:
            tail.last_note = text
            self.work.note(text, EventKind.STATUS)

    def _record(self, turn: str, events: Sequence[Event]) -> None:
        if events:
            self.work.report.events([replace(event, data={**event.data, "turn": turn}) for event in events])


def _task_so_far(session: Session, command: Command) -> str:
    """What an agent is told that takes a child over without its conversation: the task as it was first given."""
    if command.step == StepName.GENERATE:
        return ""
    given = (
        str(step.command.metadata["prompt"]) for step in session.interactions if step.command.step == StepName.GENERATE
    )
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
