"""One unit of work inside the writer's transaction: its connection, its version, and what most units do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.store.encoding import from_json, to_json, to_micros, to_text
from ctxtui.core.store.models import CounterRecord, EventRecord, Scoped, SessionRecord

TELLING = frozenset(
    {EventKind.MESSAGE, EventKind.TOOL, EventKind.FILE, EventKind.RUNG, EventKind.STATUS, EventKind.NOTE}
)
"""The kinds of event that say what a session did last."""


def in_scope(model: type[Scoped | EventRecord]) -> ColumnElement[bool]:
    """The condition that every query carries, for statements built once; `scoped` gives its values."""
    return and_(model.account == bindparam("in_account"), model.project == bindparam("in_project"))


def scoped(scope: Scope, **values: object) -> dict[str, object]:
    return {"in_account": scope.account, "in_project": scope.project, **values}


# Building a statement costs several times what running it does, so those of the hot path are built once.
_THE_SESSION = and_(in_scope(SessionRecord), SessionRecord.id == bindparam("of_session"))
_FIND_SESSION = select(SessionRecord.status, SessionRecord.state, SessionRecord.parent_id).where(_THE_SESSION)
_TOUCHED: dict[str, ColumnElement[Any]] = {
    "version": bindparam("at_version"),
    "updated_at": bindparam("now"),
    "telling_event_id": func.coalesce(bindparam("newest"), SessionRecord.telling_event_id),
}
_TOUCH = update(SessionRecord).where(_THE_SESSION).values(_TOUCHED)
_WRITE = _TOUCH.values(status=bindparam("new_status"), state=bindparam("new_state"))
_ADD_EVENTS = insert(EventRecord)
_TAKE_EVENT_IDS = (
    update(CounterRecord)
    .where(CounterRecord.name == "event")
    .values(value=CounterRecord.value + bindparam("taken"))
    .returning(CounterRecord.value)
)
"""A count of its own and not the highest id: a role that sees only some accounts' events still takes the next."""


class EventRow(TypedDict):
    """An event, encoded and without its id, ready to be written."""

    account: str
    project: str
    session_id: str
    interaction_id: str | None
    kind: str
    at: int
    text: str
    data: str


def event_row(scope: Scope, session_id: str, interaction_id: str, event: Event) -> EventRow:
    return EventRow(
        account=scope.account,
        project=scope.project,
        session_id=session_id,
        interaction_id=interaction_id or None,
        kind=event.kind.value,
        at=to_micros(event.at),
        text=to_text(event.text),
        data=to_json(event.data),
    )


def within(model: type[Scoped | EventRecord], scope: Scope) -> ColumnElement[bool]:
    """The condition that every query carries."""
    return and_(model.account == scope.account, model.project == scope.project)


def the_session(scope: Scope, session_id: str) -> ColumnElement[bool]:
    return and_(within(SessionRecord, scope), SessionRecord.id == session_id)


def find_session(connection: Connection, scope: Scope, session_id: str) -> Row[str, str, str | None]:
    """Status, state and parent of a session. Raises NotFoundError."""
    found = connection.execute(_FIND_SESSION, scoped(scope, of_session=session_id)).one_or_none()
    if found is None:
        raise _unknown(scope, session_id)
    return found


def find_run(connection: Connection, scope: Scope, run_id: str) -> None:
    """Raises NotFoundError unless that is a parent session."""
    if find_session(connection, scope, run_id).parent_id is not None:
        raise NotFoundError(f"There is no run {run_id} in project {scope.project}: that is one of a run's sessions.")


def _unknown(scope: Scope, session_id: str) -> NotFoundError:
    return NotFoundError(f"There is no session {session_id} in project {scope.project}.")


@dataclass(slots=True)
class SessionRow:
    """A session as a transaction has found it and leaves it: however often it changes, it is written once."""

    status: str
    parent_id: str | None
    stored: str
    state: dict[str, Any] | None = None
    is_changed: bool = False
    last_ended: int | None = None
    """The number of its last interaction, if that one has ended in this transaction."""

    def merge(self, updates: Mapping[str, Any]) -> None:
        if updates:
            self.state = {**(from_json(self.stored) if self.state is None else self.state), **updates}

    @property
    def encoded(self) -> str:
        return self.stored if self.state is None else to_json(self.state)


_Key = tuple[str, str, str]
"""A session's account, project and id."""


@dataclass(slots=True)
class Transaction:
    """`version` is the store's version that this transaction makes; `now` is in microseconds.

    Events and what changes of sessions are written by `flush`, each in one statement.
    """

    connection: Connection
    version: int
    now: int
    _sessions: dict[_Key, SessionRow] = field(default_factory=dict)
    _touched: dict[_Key, int | None] = field(default_factory=dict)
    _events: list[EventRow] = field(default_factory=list)

    def beside(self) -> Transaction:
        """For another unit of the same transaction: what one leaves unwritten when it fails is not the other's."""
        return Transaction(self.connection, self.version, self.now)

    def session(self, scope: Scope, session_id: str) -> SessionRow:
        """Raises NotFoundError."""
        key = (scope.account, scope.project, session_id)
        if key not in self._sessions:
            found = find_session(self.connection, scope, session_id)
            self._sessions[key] = SessionRow(found.status, found.parent_id, found.state)
        return self._sessions[key]

    def touch(self, scope: Scope, session_id: str) -> SessionRow:
        """Marks a session as changed for those who follow it. Raises NotFoundError."""
        row = self.session(scope, session_id)
        self._touched.setdefault((scope.account, scope.project, session_id), None)
        return row

    def add_events(self, rows: Sequence[EventRow]) -> None:
        """Appends events in order and points their sessions at the newest telling one."""
        self._events.extend(rows)

    def flush(self) -> None:
        """Writes what the transaction still holds back."""
        self._write_events()
        touched, changed = [], []
        for key, newest in self._touched.items():
            account, project, session_id = key
            values: dict[str, object] = {
                "in_account": account,
                "in_project": project,
                "of_session": session_id,
                "newest": newest,
                "at_version": self.version,
                "now": self.now,
            }
            row = self._sessions.get(key)
            if row is not None and row.is_changed:
                changed.append({**values, "new_status": row.status, "new_state": row.encoded})
            else:
                touched.append(values)
        if touched:
            self.connection.execute(_TOUCH, touched)
        if changed:
            self.connection.execute(_WRITE, changed)
        self._touched.clear()
        self._sessions.clear()

    def _write_events(self) -> None:
        rows = self._events
        if not rows:
            return
        first = self.connection.execute(_TAKE_EVENT_IDS, {"taken": len(rows)}).scalar_one() - len(rows) + 1
        self.connection.execute(_ADD_EVENTS, [{"id": number, **row} for number, row in enumerate(rows, start=first)])
        for number, row in enumerate(rows, start=first):
            if row["kind"] in TELLING:
                self._touched[row["account"], row["project"], row["session_id"]] = number
        self._events = []
