"""Components: stored with all that is below them, loaded the same way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.store.encoding import to_json, to_text
from ctxtui.core.store.mapping import COMPONENT, as_component_tree
from ctxtui.core.store.models import ComponentRecord, ProjectRecord
from ctxtui.core.store.statistics import insert_many
from ctxtui.core.store.transaction import Transaction, within

_SELECTED = 500
"""How many ids one statement names, well below what any database takes."""


def save_component_tree(transaction: Transaction, scope: Scope, root: Component) -> None:
    """New ones are added, known ones updated; those that no longer stand below a saved one lose their parent."""
    save_project(transaction, scope)
    connection = transaction.connection
    if root.parent_id is not None and not known_ids(connection, scope, [root.parent_id]):
        raise NotFoundError(f"There is no component {root.parent_id} in project {scope.project}.")
    rows = {row["id"]: row for row in _rows(scope, root, root.parent_id)}
    known = known_ids(connection, scope, list(rows))
    # Parents come before children in `rows`, so every row finds its parent; SQLite checks each row as it comes.
    _add(connection, [row for row in rows.values() if row["id"] not in known])
    _update(connection, [row for row in rows.values() if row["id"] in known])
    _unlink_vanished(connection, scope, rows)


def save_project(transaction: Transaction, scope: Scope) -> None:
    known = transaction.connection.execute(select(ProjectRecord.project).where(within(ProjectRecord, scope))).first()
    if known is None:
        transaction.connection.execute(
            insert(ProjectRecord).values(account=scope.account, project=scope.project, created_at=transaction.now)
        )


def known_ids(connection: Connection, scope: Scope, ids: list[str]) -> set[str]:
    """Those of the ids that are components of the scope."""
    known: set[str] = set()
    for start in range(0, len(ids), _SELECTED):
        chosen = ids[start : start + _SELECTED]
        known.update(
            connection.scalars(
                select(ComponentRecord.id).where(within(ComponentRecord, scope), ComponentRecord.id.in_(chosen))
            )
        )
    return known


def load_component_tree(connection: Connection, scope: Scope, component_id: str) -> Component:
    below = (
        select(ComponentRecord.id)
        .where(within(ComponentRecord, scope), ComponentRecord.id == component_id)
        .cte("below", recursive=True)
    )
    below = below.union(
        select(ComponentRecord.id).where(within(ComponentRecord, scope), ComponentRecord.parent_id == below.c.id)
    )
    rows = connection.execute(
        select(*COMPONENT).where(within(ComponentRecord, scope), ComponentRecord.id.in_(select(below.c.id)))
    )
    return as_component_tree(rows, component_id)


def _rows(scope: Scope, component: Component, parent_id: str | None) -> Iterator[dict[str, Any]]:
    yield {
        "account": scope.account,
        "project": scope.project,
        "id": component.id,
        "name": to_text(component.name),
        "source_path": to_text(component.source_path),
        "test_path": to_text(component.test_path),
        "priority": component.priority,
        "parent_id": parent_id,
        "spec_paths": to_json(component.spec_paths),
    }
    for child in component.child_components:
        yield from _rows(scope, child, component.id)


def _add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        insert_many(connection, ComponentRecord, rows)


def _update(connection: Connection, rows: list[dict[str, Any]]) -> None:
    keys = ("account", "project", "id")
    changed = [name for name in ComponentRecord.__table__.c.keys() if name not in keys]  # noqa: SIM118 - columns
    statement = (
        update(ComponentRecord)
        .where(*(COMPONENT[key] == bindparam(f"of_{key}") for key in keys))
        .values({name: bindparam(name) for name in changed})
    )
    if rows:
        connection.execute(statement, [{**row, **{f"of_{key}": row[key] for key in keys}} for row in rows])


def _unlink_vanished(connection: Connection, scope: Scope, rows: dict[str, dict[str, Any]]) -> None:
    parents = [row["id"] for row in rows.values()]
    vanished: list[str] = []
    for start in range(0, len(parents), _SELECTED):
        chosen = parents[start : start + _SELECTED]
        below = connection.scalars(
            select(ComponentRecord.id).where(within(ComponentRecord, scope), ComponentRecord.parent_id.in_(chosen))
        )
        vanished.extend(found for found in below if found not in rows)
    for start in range(0, len(vanished), _SELECTED):
        chosen = vanished[start : start + _SELECTED]
        connection.execute(
            update(ComponentRecord)
            .where(within(ComponentRecord, scope), ComponentRecord.id.in_(chosen))
            .values(parent_id=None)
        )
