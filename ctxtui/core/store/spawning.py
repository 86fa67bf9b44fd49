"""The fan-out: one child session per component of a parent, however often it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, Session, SessionStatus
from ctxtui.core.ports.store import Spawned
from ctxtui.core.store.components import known_ids
from ctxtui.core.store.encoding import to_json
from ctxtui.core.store.models import SessionRecord
from ctxtui.core.store.statistics import insert_many
from ctxtui.core.store.transaction import Transaction, the_session, within


def spawn_children(transaction: Transaction, scope: Scope, parent_id: str, children: Sequence[ChildSpec]) -> Spawned:
    """A child that cannot be stored is a failure of its own; the others go on."""
    connection = transaction.connection
    if connection.execute(select(SessionRecord.id).where(the_session(scope, parent_id))).first() is None:
        raise NotFoundError("Session not found")
    ids = _child_ids(connection, scope, parent_id)
    components = known_ids(connection, scope, [spec.component_id for spec in children])
    existing: list[str] = []
    failures: dict[str, str] = {}
    rows: list[tuple[str, dict[str, Any]]] = []
    for spec in children:
        if spec.component_id in ids:
            existing.append(ids[spec.component_id])
            continue
        if spec.component_id not in components:
            failures[spec.name] = f"its component {spec.component_id} is not in project {scope.project}"
            continue
        try:
            rows.append((spec.name, _row(transaction, scope, parent_id, spec)))
        except (TypeError, ValueError) as error:
            failures[spec.name] = f"its state cannot be stored: {error}"
        else:
            ids[spec.component_id] = spec.id
    created = _store(connection, rows, failures)
    if created:
        transaction.touch(scope, parent_id)
    return Spawned(tuple(created), tuple(existing), failures)


def session_columns(scope: Scope, session: Session | ChildSpec) -> dict[str, Any]:
    """The columns that a session and the wish for one have in common."""
    return {
        "account": scope.account,
        "project": scope.project,
        "id": session.id,
        "type": session.type,
        "execution_mode": session.execution_mode.value,
        "agent": session.agent,
        "environment": session.environment,
        "state": to_json(session.state),
        "max_attempts": session.retry.max_attempts,
        "max_rounds": session.retry.max_rounds,
        "max_step_errors": session.retry.max_step_errors,
    }


def _child_ids(connection: Connection, scope: Scope, parent_id: str) -> dict[str | None, str]:
    """The ids of the parent's children by component."""
    found = connection.execute(
        select(SessionRecord.component_id, SessionRecord.id).where(
            within(SessionRecord, scope), SessionRecord.parent_id == parent_id
        )
    )
    return {row.component_id: row.id for row in found}


def _store(connection: Connection, rows: list[tuple[str, dict[str, Any]]], failures: dict[str, str]) -> list[str]:
    """All at once; one by one when that is refused, to find out which ones are."""
    if not rows:
        return []
    try:
        with connection.begin_nested():
            insert_many(connection, SessionRecord, [row for _, row in rows])
    except IntegrityError:
        return [row["id"] for name, row in rows if _is_stored(connection, name, row, failures)]
    return [row["id"] for _, row in rows]


def _is_stored(connection: Connection, name: str, row: dict[str, Any], failures: dict[str, str]) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(insert(SessionRecord).values(**row))
    except IntegrityError as error:
        failures[name] = f"the database refused it: {error.orig}"
        return False
    return True


def _row(transaction: Transaction, scope: Scope, parent_id: str, spec: ChildSpec) -> dict[str, Any]:
    return {
        **session_columns(scope, spec),
        "parent_id": parent_id,
        "component_id": spec.component_id,
        "status": SessionStatus.ACTIVE.value,
        "created_at": transaction.now,
        "updated_at": transaction.now,
        "version": transaction.version,
    }
