"""The writes of one transaction, and the sessions as they are once it is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome, AttemptStart
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.run_state import run_state
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, Session, SessionStatus, SessionUpdates
from ctxtui.core.ports.ledger import (
    AddEvents,
    AddVerdict,
    Answer,
    Begin,
    Change,
    EndAttempt,
    Finish,
    Keep,
    Spawn,
    Write,
)
from ctxtui.core.ports.store import Store
from ctxtui.core.ports.workspaces import Workspace
from ctxtui.core.workflow.child_in_run import light
from ctxtui.core.workflow.refusals import Refused
from ctxtui.core.workflow.requests import Decided

UNDER_WAY = frozenset({AttemptOutcome.RUNNING, AttemptOutcome.VALIDATING})


@dataclass(frozen=True, slots=True)
class Tries:
    """A child's attempts: how many, the id of the last one, and whether that one is under way."""

    count: int = 0
    last: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A child as it is stored."""

    session: Session
    tries: Tries


@dataclass(slots=True)
class Batch:
    """What one message leads to. Sessions are those that are `known`, or are loaded when they are needed.

    `places` tells where each child stands among the run's children.
    """

    store: Store
    scope: Scope
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    _run: Session
    places: Mapping[str, int]
    known: Mapping[str, Known]
    writes: list[Write] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    changed: dict[str, Session] = field(default_factory=dict)
    _moved: dict[str, Session] = field(default_factory=dict)
    _loaded: dict[str, Session] = field(default_factory=dict)
    _tries: dict[str, Tries] = field(default_factory=dict)

    def fork(self) -> Batch:
        """The same writes so far: what is added to one is not in the other."""
        return replace(
            self,
            writes=list(self.writes),
            begun=set(self.begun),
            changed=dict(self.changed),
            _moved=dict(self._moved),
            _loaded=dict(self._loaded),
            _tries=dict(self._tries),
        )

    @property
    def run(self) -> Session:
        """The parent as it is now. Its children, perhaps thousands, are brought up to date when it is asked for."""
        if self._moved:
            children = list(self._run.children)
            for child in self._moved.values():
                children[self.places[child.id]] = child
            self._run = replace(self._run, children=tuple(children))
            self._moved.clear()
        return self._run

    def session(self, session_id: str) -> Session:
        if session_id == self._run.id:
            return self.run
        if session_id in self.changed:
            return self.changed[session_id]
        if session_id in self.known:
            return self.known[session_id].session
        if session_id not in self._loaded:
            self._loaded[session_id] = self.store.sessions.load(self.scope, session_id)
        return self._loaded[session_id]

    def tries(self, session_id: str) -> Tries:
        if session_id not in self._tries:
            known = self.known.get(session_id)
            self._tries[session_id] = known.tries if known is not None else _stored_tries(self, session_id)
        return self._tries[session_id]

    @property
    def is_blocked(self) -> bool:
        return run_state(self.run.state).blocked is not None

    def begin(self, session_id: str, command: Command, attempt_reason: str | None = None) -> Interaction:
        """A command, and with a reason a new attempt."""
        session = self.session(session_id)
        seq = session.interactions[-1].seq + 1 if session.interactions else 1
        interaction = Interaction(self.new_id(), session_id, seq, command)
        tries = self.tries(session_id)  # of one that has not begun, nothing needs to be looked up
        attempt = None
        if attempt_reason is not None:
            attempt = AttemptStart(self.new_id(), attempt_reason)
            self._tries[session_id] = Tries(tries.count + 1, attempt.id, is_open=True)
        self.writes.append(Begin(session_id, interaction.id, command, attempt))
        self.begun.add(interaction.id)
        self._put(replace(session, interactions=(*session.interactions, interaction)))
        return interaction

    def finish(
        self,
        session_id: str,
        result: Result,
        updates: SessionUpdates,
        attempt: AttemptEnd | None = None,
        files: Sequence[AcceptedFile] | None = None,
    ) -> None:
        """The result of the session's pending command."""
        session = self.session(session_id)
        pending = session.pending
        if pending is None:
            raise AssertionError(f"{session.name} has no command under way")
        self.writes.append(Finish(pending.id, result, updates, attempt, files))
        if attempt is not None and attempt.outcome not in UNDER_WAY:
            self._tries[session_id] = replace(self.tries(session_id), is_open=False)
        done = replace(pending, result=result, completed_at=self.now())
        steps = tuple(done if step.id == pending.id else step for step in session.interactions)
        self._put(_updated(replace(session, interactions=steps), updates))

    def change(
        self,
        session_id: str,
        state: Mapping[str, Any],
        *,
        by: str,
        reason: str,
        status: SessionStatus | None = None,
    ) -> None:
        self.update(session_id, SessionUpdates(status, state), by=by, reason=reason)

    def update(self, session_id: str, updates: SessionUpdates, *, by: str, reason: str) -> None:
        session = self.session(session_id)
        self.writes.append(Change(session_id, session.status, updates, by, reason))
        self._put(_updated(session, updates))

    def spawn(self, children: Sequence[ChildSpec]) -> None:
        self.writes.append(Spawn(self.run.id, children))

    def give_up(self, session_id: str, reason: str) -> None:
        """Ends the session's pending command, which could not be carried out."""
        attempt_id = self.open_attempt(session_id)
        end = AttemptEnd(attempt_id, AttemptOutcome.TROUBLED) if attempt_id else None
        self.finish(session_id, Result(ResultStatus.ERROR, reason, {"is_free": True}), SessionUpdates(), end)

    def add_verdict(self, session_id: str, interaction_id: str, added: AddVerdict) -> None:
        verdict = added.verdict
        data = {"rung": verdict.rung, "outcome": verdict.outcome}
        event = Event(EventKind.RUNG, self.now(), f"{verdict.rung} {verdict.outcome}: {verdict.summary}", data)
        self.writes += [added, AddEvents(session_id, interaction_id, [event])]

    def answer(self, request_id: str, decided: Decided) -> None:
        if isinstance(decided, Refused):
            answer = Answer(request_id, is_granted=False, text=decided.told, reason=decided.reason, helps=decided.helps)
        else:
            answer = Answer(request_id, is_granted=True, text=decided.answer)
        self.writes.append(answer)

    def keep(self, workspace: Workspace, files: Sequence[AcceptedFile]) -> None:
        """What is in judged files goes into a shared store: whoever takes the run over may have no folder of ours."""
        if self.store.is_shared and files:
            self.writes.append(Keep({file.digest: workspace.read(file) for file in files}))

    def end_attempt(self, session_id: str, outcome: AttemptOutcome) -> None:
        """Ends the session's attempt, if one is under way."""
        if attempt_id := self.open_attempt(session_id):
            self.writes.append(EndAttempt(AttemptEnd(attempt_id, outcome)))
            self._tries[session_id] = replace(self.tries(session_id), is_open=False)

    def open_attempt(self, session_id: str) -> str:
        """The id of the session's attempt that has not ended, or an empty text."""
        tries = self.tries(session_id)
        return tries.last if tries.is_open else ""

    def tell(self, session_id: str, text: str, data: Mapping[str, Any] | None = None) -> None:
        """A line in the session's history."""
        event = Event(EventKind.STATUS, self.now(), text, dict(data or {}))
        self.writes.append(AddEvents(session_id, "", [event]))

    def _put(self, session: Session) -> None:
        if session.id == self._run.id:
            self._run = session
            return
        self.changed[session.id] = session
        former = self._run.children[self.places[session.id]]
        # What a child was loaded with again is what its run holds already.
        self._moved[session.id] = light(replace(session, id=former.id, component=former.component))


def _stored_tries(batch: Batch, session_id: str) -> Tries:
    has_begun = bool(batch.session(session_id).interactions)
    attempts = batch.store.history.attempts(batch.scope, session_id) if has_begun else ()
    if not attempts:
        return Tries()
    return Tries(len(attempts), attempts[-1].id, attempts[-1].outcome in UNDER_WAY)


def _updated(session: Session, updates: SessionUpdates) -> Session:
    return replace(
        session,
        status=updates.status or session.status,
        state={**session.state, **updates.state},
        execution_mode=updates.mode or session.execution_mode,
        retry=updates.retry or session.retry,
        agent=updates.agent or session.agent,
    )
