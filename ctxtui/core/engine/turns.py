"""One turn of an agent: started or found again, followed while it works, and ended for certain."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import AgentError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Interaction, Result, ResultStatus
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.engine.control import Control, StoppedError
from ctxtui.core.engine.driver import Done
from ctxtui.core.engine.launches import launches_in, turn_folder
from ctxtui.core.engine.run import Run
from ctxtui.core.engine.watching import watch_files
from ctxtui.core.engine.worktrees import ensure_worktree, owned_patterns
from ctxtui.core.ports.agents import Agent, Trouble, Turn, TurnOutcome, TurnReader
from ctxtui.core.ports.executors import Claim, TurnProcess
from ctxtui.core.ports.store import AttemptEnd
from ctxtui.core.workflow import state

POLL_SECONDS = 0.05
TAIL_BYTES = 1 << 20
STDERR_KEPT = 4000
WAITING_TROUBLES = {Trouble.RATE_LIMITED: 60.0, Trouble.OVERLOADED: 20.0}
"""Troubles that pass by waiting, with the seconds to wait when the agent does not say; they cost no attempt."""
JUDGED_ANYWAY = frozenset({Trouble.CRASHED, Trouble.TIMED_OUT, Trouble.HUNG})
"""After these, tests that were written are judged all the same: running them is what decides."""
BLOCKING = frozenset({Trouble.NOT_INSTALLED, Trouble.NOT_LOGGED_IN, Trouble.BUDGET})
"""Troubles that every other child would have too: nothing new is started until a person has helped."""
MOST_WAITS = 10
MOST_LAUNCHES = 5


@dataclass(slots=True)
class _Tail:
    """Follows a turn's output files. Events of standard output are numbered, so that none is stored twice."""

    reader: TurnReader
    stored: int
    offset: int = 0
    error_offset: int = 0
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
class TurnHandler:
    """Carries out ASK_AGENT."""

    run: Run

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:
        attempt = self.run.parts.store.history.attempts(self.run.scope, session.id)[-1]
        try:
            agent = self.run.parts.agents.get(session.agent)
            self._await_cooldown(session, control)
            outcome = self._take_turn(agent, session, interaction, attempt.n, control)
        except StoppedError:
            raise
        except AgentError as error:
            outcome = TurnOutcome(str(error), Trouble.NOT_INSTALLED)
        return self._done(session, attempt.id, outcome)

    def _take_turn(
        self, agent: Agent, session: Session, interaction: Interaction, attempt_n: int, control: Control
    ) -> TurnOutcome:
        folder = turn_folder(self.run, session.id, interaction.id)
        process, turn_dir = self._process(agent, session, interaction, attempt_n, folder)
        tail = _Tail(agent.reader(), stored=self._stored(session.id, interaction.id, turn_dir.name))
        stop_watching = threading.Event()
        worktree = ensure_worktree(self.run, session)
        watcher = watch_files(worktree, stop_watching, lambda text: self._saw(session, interaction, tail, text))
        trouble: Trouble | None = None
        try:
            trouble = self._follow(process, tail, session, interaction, control)
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
        self._record(session, interaction, turn_dir.name, events)
        return outcome if trouble is None else self._overrun(outcome, trouble)

    def _process(
        self, agent: Agent, session: Session, interaction: Interaction, attempt_n: int, folder: Path
    ) -> tuple[TurnProcess, Path]:
        """The turn's process: the one that a former runner started if it lives or has ended, else a new one."""
        launches = launches_in(folder)
        if launches:
            claim = self.run.parts.executor.claim(launches[-1])
            if claim in (Claim.ALIVE, Claim.ENDED):
                self.run.note(session.id, interaction.id, "found the agent's turn again and went on with it")
                return self.run.parts.executor.adopt(launches[-1]), launches[-1]
            if len(launches) >= MOST_LAUNCHES:
                raise AgentError(f"The agent {agent.name} was started {len(launches)} times and vanished every time.")
            self.run.note(session.id, interaction.id, "the agent's turn was lost with the runner; started it again")
        turn_dir = folder / str(len(launches) + 1)
        turn_dir.mkdir(parents=True)
        launch = agent.launch(self._turn(session, interaction, attempt_n, turn_dir))
        return self.run.parts.executor.start(launch, turn_dir), turn_dir

    def _turn(self, session: Session, interaction: Interaction, attempt_n: int, turn_dir: Path) -> Turn:
        settings, component = self.run.settings, session.component
        if component is None:
            raise AgentError(f"Session {session.id} has no component.")
        conversation = session.state.get(state.CONVERSATION) or {}
        return Turn(
            worktree=ensure_worktree(self.run, session),
            turn_dir=turn_dir,
            prompt=str(interaction.command.metadata["prompt"]),
            component_name=component.name,
            source_path=component.source_path,
            test_path=component.test_path,
            package_name=settings.package_name,
            import_roots=settings.import_roots,
            interpreter=Path(settings.interpreter),
            owned=owned_patterns(component),
            attempt=attempt_n,
            conversation=str(conversation.get("id", "")),
            conversation_cwd=str(conversation.get("cwd", "")),
            feedback=tuple(Evidence(**item) for item in interaction.command.metadata.get("feedback", ())),
            summary=str(interaction.command.metadata.get("reason", "")),
            time_limit=settings.limits.agent_seconds,
        )

    def _follow(
        self, process: TurnProcess, tail: _Tail, session: Session, interaction: Interaction, control: Control
    ) -> Trouble | None:
        limits = self.run.settings.limits
        deadline = time.monotonic() + limits.agent_seconds
        turn = process.stdout.parent.name
        while not process.wait(POLL_SECONDS):
            control.check()
            self._record(session, interaction, turn, tail.read(process))
            now = time.monotonic()
            if now > deadline:
                return Trouble.TIMED_OUT
            if now - tail.grew_at > limits.agent_stall_seconds:
                return Trouble.HUNG
        return None

    def _await_cooldown(self, session: Session, control: Control) -> None:
        while (left := self.run.cooldowns.remaining(session.agent, self.run.parts.now())) > 0:
            control.wait(min(left, 1.0))

    def _done(self, session: Session, attempt_id: str, outcome: TurnOutcome) -> Done:
        data: dict[str, Any] = {"usage": asdict(outcome.usage)}
        if outcome.conversation:
            cwd = str(ensure_worktree(self.run, session))
            data[state.CONVERSATION] = {"id": outcome.conversation, "cwd": cwd}
        conversation = outcome.conversation or None
        if outcome.trouble is None:
            end = AttemptEnd(attempt_id, AttemptOutcome.VALIDATING, conversation, outcome.usage)
            return Done(Result(ResultStatus.OK, outcome.message, data), end)
        data["trouble"] = str(outcome.trouble)
        if outcome.trouble in JUDGED_ANYWAY and self._wrote_something(session):
            end = AttemptEnd(attempt_id, AttemptOutcome.VALIDATING, conversation, outcome.usage)
            return Done(Result(ResultStatus.WARNING, outcome.message, data), end)
        data |= self._consequences(session, outcome)
        end = AttemptEnd(attempt_id, AttemptOutcome.TROUBLED, conversation, outcome.usage)
        return Done(Result(ResultStatus.ERROR, outcome.message, data), end)

    def _consequences(self, session: Session, outcome: TurnOutcome) -> dict[str, Any]:
        """What trouble means for the run: a shared pause, or nothing more with this agent."""
        if outcome.trouble in BLOCKING:
            self.run.blocked_reason = outcome.message
        if outcome.trouble not in WAITING_TROUBLES:
            return {}
        seconds = outcome.retry_after or WAITING_TROUBLES[outcome.trouble]
        until = self.run.cooldowns.start(session.agent, self.run.parts.now(), seconds)
        waits = sum(bool(step.result and step.result.data.get("is_free")) for step in session.interactions)
        return {state.COOLDOWN_UNTIL: until.isoformat(), "is_free": waits < MOST_WAITS}

    def _wrote_something(self, session: Session) -> bool:
        slot = session.state.get(state.SLOT)
        return bool(slot) and bool(self.run.workspace.changes(str(slot)))

    def _overrun(self, outcome: TurnOutcome, trouble: Trouble) -> TurnOutcome:
        limits = self.run.settings.limits
        message = {
            Trouble.TIMED_OUT: f"The agent was ended after {limits.agent_seconds:g} s, the limit for one turn.",
            Trouble.HUNG: f"The agent was ended after {limits.agent_stall_seconds:g} s without a sign of life.",
        }[trouble]
        return replace(outcome, trouble=trouble, message=message)

    def _saw(self, session: Session, interaction: Interaction, tail: _Tail, text: str) -> None:
        tail.grew_at = time.monotonic()
        if text != tail.last_note:
            tail.last_note = text
            self.run.note(session.id, interaction.id, text, EventKind.STATUS)

    def _record(self, session: Session, interaction: Interaction, turn: str, events: Sequence[Event]) -> None:
        if events:
            marked = [replace(event, data={**event.data, "turn": turn}) for event in events]
            self.run.parts.store.history.record(self.run.scope, session.id, interaction.id, marked)

    def _stored(self, session_id: str, interaction_id: str, turn: str) -> int:
        """How many of a turn's numbered events are in the store already."""
        stored = self.run.parts.store.history.events(self.run.scope, session_id, limit=100_000, newest=True)
        return max(
            (
                int(item.event.data.get("n", 0))
                for item in stored
                if item.interaction_id == interaction_id and item.event.data.get("turn") == turn
            ),
            default=0,
        )


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
