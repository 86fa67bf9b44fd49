"""What a database server knows of its tables.

A server that has never counted a table takes it for empty, and looks for one row in any index that begins with the
right columns: among ten thousand rows of one project, by reading them all, for each of ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, text

from ctxtui.core.store.models import Base

FIRST = 100
"""So many rows are written before a server counts the table, and the others with what it knows then."""
AT_ONCE = 1000
"""So many rows are handed over at a time: what is made of them for it takes several times their own room."""


def insert_many(connection: Connection, record: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows of one table, and has a server count them where they are many."""
    if len(rows) <= FIRST or connection.dialect.name != "postgresql":
        _insert(connection, record, rows)
        return
    for part in (rows[:FIRST], rows[FIRST:]):
        _insert(connection, record, part)
        # A role that does not own the table is told with a warning that it may not, which harms nothing.
        connection.execute(text(f"ANALYZE {record.__tablename__}"))


def _insert(connection: Connection, record: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(insert(record), list(rows[start : start + AT_ONCE]))
