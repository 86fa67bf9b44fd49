"""Sessions: created, fanned out, loaded, and changed only from the status their caller believes they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select, text, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, Session, SessionStatus, SessionUpdates, may_become
from ctxtui.core.domain.statuses import move_in_words
from ctxtui.core.ports.store import RunRow, Spawned
from ctxtui.core.store.components import known_ids, load_component_tree, save_component_tree, save_project
from ctxtui.core.store.database import Database
from ctxtui.core.store.encoding import from_json, from_micros, to_micros, to_text
from ctxtui.core.store.mapping import COMPONENT, INTERACTION, SESSION, as_component, as_interaction, as_session
from ctxtui.core.store.models import ComponentRecord, InteractionRecord, SessionRecord
from ctxtui.core.store.runs import Rows, list_runs
from ctxtui.core.store.spawning import session_columns, spawn_children
from ctxtui.core.store.transaction import Transaction, event_row, find_session, in_scope, scoped, the_session, within
from ctxtui.core.store.writer import Writer
from ctxtui.core.workflow.child_in_run import light

_THE_SESSION = select(*SESSION).where(in_scope(SessionRecord), SessionRecord.id == bindparam("of_session"))
_STEPS = (
    select(*INTERACTION)
    .where(in_scope(InteractionRecord), InteractionRecord.session_id == bindparam("of_session"))
    .order_by(InteractionRecord.seq)
)
_THE_COMPONENT = select(*COMPONENT).where(in_scope(ComponentRecord), ComponentRecord.id == bindparam("of_component"))
_OF_THAT_NAME = and_(in_scope(ComponentRecord), ComponentRecord.name == bindparam("of_name"))
_NAMED = select(*COMPONENT).where(_OF_THAT_NAME)
_PROVED = (
    select(*SESSION)
    .where(
        in_scope(SessionRecord),
        SessionRecord.component_id.in_(select(ComponentRecord.id).where(_OF_THAT_NAME)),
        func.coalesce(SessionRecord.parent_id, "") != "",  # not looked up: nearly all sessions have one
        SessionRecord.status == SessionStatus.COMPLETE.value,
    )
    .order_by(SessionRecord.updated_at.desc(), SessionRecord.id)
    .limit(bindparam("most"))
)


READ_AT_ONCE = 500
"""Rows of children that are read at a time."""


class SqlSessions:
    """Sessions and components in tables."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    def save_component(self, scope: Scope, component: Component) -> None:
        self._writer.run(lambda transaction: save_component_tree(transaction, scope, component))

    def create(self, session: Session) -> None:
        row = _session_row(session)
        self._writer.run(lambda transaction: _create(transaction, session, row))

    def create_once(self, session: Session, key: str) -> str:
        row = _session_row(session)

        def work(transaction: Transaction) -> str:
            existing = _run_with(transaction.connection, session.scope, key)
            if not existing:
                _create(transaction, session, row)
            return existing or session.id

        return self._writer.run(work)

    def spawn(self, scope: Scope, parent_id: str, children: Sequence[ChildSpec]) -> Spawned:
        return self._writer.run(lambda transaction: spawn_children(transaction, scope, parent_id, children))

    def load(self, scope: Scope, session_id: str) -> Session:
        """A child session has one component and no children, so its tree is not looked for."""
        asked = scoped(scope, of_session=session_id)
        with self._database.reading() as connection:
            row = connection.execute(_THE_SESSION, asked).one_or_none()
            if row is None:
                raise NotFoundError(f"There is no session {session_id} in project {scope.project}.")
            steps = tuple(as_interaction(step) for step in connection.execute(_STEPS, asked))
            if row.parent_id is not None:
                return as_session(row, scope, _load_component(connection, scope, row.component_id), steps)
            component = load_component_tree(connection, scope, row.component_id) if row.component_id else None
            below = component.child_components if component else ()
            known = {child.id: child for child in below if not child.is_context}
            return as_session(row, scope, component, steps, _load_children(connection, scope, session_id, known))

    def change(
        self,
        scope: Scope,
        session_id: str,
        expected: SessionStatus,
        updates: SessionUpdates,
        *,
        by: str,
        reason: str,
    ) -> None:
        self._writer.run(
            lambda transaction: change_session(transaction, scope, session_id, expected, updates, by=by, reason=reason)
        )

    def proved(self, scope: Scope, component_name: str, limit: int = 10) -> tuple[Session, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(_PROVED, scoped(scope, of_name=component_name, most=limit)).all()
            if not rows:
                return ()
            named = connection.execute(_NAMED, scoped(scope, of_name=component_name))
            components = {row.id: as_component(row) for row in named}
            return tuple(as_session(row, scope, components[row.component_id]) for row in rows)

    def runs(self, scope: Scope | None = None, account: str = "") -> tuple[RunRow, ...]:
        with self._database.reading() as connection:

            def execute(statement: str, parameters: Mapping[str, str | bool]) -> Rows:
                return connection.execute(text(statement), parameters).all()

            if scope is None:
                return list_runs(execute, account, None)
            return list_runs(execute, scope.account, scope.project)


def change_session(  # noqa: PLR0913 - all that a change records
    transaction: Transaction,
    scope: Scope,
    session_id: str,
    expected: SessionStatus,
    updates: SessionUpdates,
    *,
    by: str,
    reason: str,
) -> None:
    """A guarded change, recorded in the history. Raises ConflictError when the session is not as expected."""
    apply_updates(transaction, scope, session_id, expected, updates)
    event = _status_event(transaction, expected, updates.status or expected, by, reason)
    transaction.add_events([event_row(scope, session_id, "", event)])


def apply_updates(
    transaction: Transaction,
    scope: Scope,
    session_id: str,
    expected: SessionStatus,
    updates: SessionUpdates,
) -> None:
    """Merges the state and sets the status of a session, if it has the expected one. Raises ConflictError."""
    found = transaction.touch(scope, session_id)
    wanted = updates.status or expected
    if not may_become(expected, wanted, is_run=found.parent_id is None):
        raise ConflictError(f"Session {session_id} is {expected}, and cannot become {wanted} any more.")
    if found.status != expected:
        raise ConflictError(f"Session {session_id} is {found.status}, not {expected}: somebody changed it; look again.")
    _set_bounds(transaction.connection, scope, session_id, updates)
    found.status, found.is_changed = wanted.value, True
    found.merge(updates.state)


def _set_bounds(connection: Connection, scope: Scope, session_id: str, updates: SessionUpdates) -> None:
    """The columns that may change while a session is under way: its bounds, its mode and who works on it."""
    columns: dict[str, object] = {}
    if updates.retry is not None:
        columns |= {
            "max_attempts": updates.retry.max_attempts,
            "max_rounds": updates.retry.max_rounds,
            "max_step_errors": updates.retry.max_step_errors,
        }
    if updates.mode is not None:
        columns["execution_mode"] = updates.mode.value
    if updates.agent is not None:
        columns["agent"] = updates.agent
    if columns:
        connection.execute(update(SessionRecord).where(the_session(scope, session_id)).values(columns))


def _run_with(connection: Connection, scope: Scope, key: str) -> str:
    """The newest run whose plan has that key and that was not cancelled, or an empty text."""
    rows = connection.execute(
        select(SessionRecord.id, SessionRecord.state)
        .where(
            within(SessionRecord, scope),
            SessionRecord.parent_id.is_(None),
            SessionRecord.status != SessionStatus.CANCELLED.value,
        )
        .order_by(SessionRecord.created_at.desc(), SessionRecord.id)
    )
    return next((str(row.id) for row in rows if (from_json(row.state).get("plan") or {}).get("key") == key), "")


def _create(transaction: Transaction, session: Session, row: dict[str, Any]) -> None:
    scope, connection = session.scope, transaction.connection
    if session.parent_id is not None:
        find_session(connection, scope, session.parent_id)
    if session.component is not None and not known_ids(connection, scope, [session.component.id]):
        raise NotFoundError(f"There is no component {session.component.id} in project {scope.project}; save it first.")
    if connection.execute(select(SessionRecord.id).where(the_session(scope, session.id))).first() is not None:
        raise ConflictError(f"There is a session {session.id} already.")
    save_project(transaction, scope)
    connection.execute(insert(SessionRecord).values(**row, updated_at=transaction.now, version=transaction.version))


def _session_row(session: Session) -> dict[str, Any]:
    return {
        **session_columns(session.scope, session),
        "parent_id": session.parent_id,
        "component_id": session.component.id if session.component else None,
        "status": session.status.value,
        "created_at": to_micros(session.created_at),
    }


def _load_component(connection: Connection, scope: Scope, component_id: str | None) -> Component | None:
    if component_id is None:
        return None
    return as_component(connection.execute(_THE_COMPONENT, scoped(scope, of_component=component_id)).one())


def _load_children(
    connection: Connection, scope: Scope, session_id: str, known: Mapping[str, Component]
) -> tuple[Session, ...]:
    """Child sessions in the order they are worked on, each with its component, which may be `known` already.

    There may be thousands: they come without their interactions, and without what their agents are told.
    """
    of_run = and_(within(SessionRecord, scope), SessionRecord.parent_id == session_id)
    ids = select(SessionRecord.component_id).where(of_run)
    components = known
    if any(component_id not in known for component_id in connection.scalars(ids)):
        found = connection.execute(
            select(*COMPONENT).where(within(ComponentRecord, scope), ComponentRecord.id.in_(ids))
        )
        components = {row.id: known.get(row.id) or as_component(row) for row in found}
    # A part at a time: a driver's own row takes several times the room of what is made of it.
    rows = connection.execute(select(*SESSION).where(of_run), execution_options={"yield_per": READ_AT_ONCE})
    children = [light(as_session(row, scope, components.get(row.component_id))) for row in rows]
    return tuple(sorted(children, key=lambda child: (-child.component.priority if child.component else 0, child.name)))


def _status_event(transaction: Transaction, before: SessionStatus, after: SessionStatus, by: str, reason: str) -> Event:
    told = move_in_words(after, reason) if after is not before else reason or f"changed by {by}"
    return Event(
        EventKind.STATUS,
        from_micros(transaction.now),
        to_text(told),
        {"by": by, "from": before.value, "to": after.value, "reason": reason},
    )
