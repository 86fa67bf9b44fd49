"""One unit of work inside the writer's transaction: its connection, its version, and what most units do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.store.encoding import to_json, to_micros, to_text
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
_CHANGED: dict[str, BindParameter[int]] = {"version": bindparam("at_version"), "updated_at": bindparam("now")}
_TOUCH = update(SessionRecord).where(_THE_SESSION).values(_CHANGED).returning(SessionRecord.status, SessionRecord.state)
_POINT_AT_EVENT = update(SessionRecord).where(_THE_SESSION).values(telling_event_id=bindparam("newest"), **_CHANGED)
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
class Transaction:
    """`version` is the store's version that this transaction makes; `now` is in microseconds."""

    connection: Connection
    version: int
    now: int

    def touch(self, scope: Scope, session_id: str) -> Row[str, str]:
        """Marks a session as changed for those who follow it; its status and state come back."""
        found = self.connection.execute(
            _TOUCH, scoped(scope, of_session=session_id, at_version=self.version, now=self.now)
        ).one_or_none()
        if found is None:
            raise _unknown(scope, session_id)
        return found

    def add_events(self, rows: Sequence[EventRow]) -> None:
        """Appends events in order and points their sessions at the newest telling one."""
        if not rows:
            return
        first = self.connection.execute(_TAKE_EVENT_IDS, {"taken": len(rows)}).scalar_one() - len(rows) + 1
        numbered = [{"id": number, **row} for number, row in enumerate(rows, start=first)]
        self.connection.execute(_ADD_EVENTS, numbered)
        newest = {
            (row["account"], row["project"], row["session_id"]): number
            for number, row in enumerate(rows, start=first)
            if row["kind"] in TELLING
        }
        if newest:
            self.connection.execute(
                _POINT_AT_EVENT,
                [
                    {
                        "in_account": account,
                        "in_project": project,
                        "of_session": session_id,
                        "newest": number,
                        "at_version": self.version,
                        "now": self.now,
                    }
                    for (account, project, session_id), number in newest.items()
                ],
            )
