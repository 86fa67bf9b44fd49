"""The list of runs for the first frame: read by the standard library alone, before SQLAlchemy is imported."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from ctxtui.core.domain.errors import StoreError
from ctxtui.core.ports.run_row import RunRow
from ctxtui.core.store.migrations import HEAD
from ctxtui.core.store.runs import Rows, list_runs

PATIENCE = 0.25
"""Seconds to wait for a lock: a first frame must not hang."""


def glance_runs(path: Path, account: str) -> tuple[RunRow, ...]:
    """Runs of every project of the account, newest first.

    Empty when there is no database yet, or one of another revision; opening the store brings it up to date, or says
    that it is too new.
    Raises StoreError when the file cannot be read.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return ()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            connection.execute("BEGIN")
            if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD,)]:
                return ()

            def execute(statement: str, parameters: Mapping[str, str | bool]) -> Rows:
                return connection.execute(statement, parameters).fetchall()

            return list_runs(execute, account, None)
    except sqlite3.OperationalError as error:
        if str(error).startswith(("no such table", "no such column")):
            return ()
        raise StoreError(f"The database {path} cannot be read: {error}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} cannot be read: {error}.") from error
