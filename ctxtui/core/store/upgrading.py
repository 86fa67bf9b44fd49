"""Brings a database to the schema that this program knows: checked, backed up, migrated, all under one lock."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Text, func, inspect, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import column, table

from ctxtui.core.domain.errors import StoreError
from ctxtui.core.store.database import WRITE, Address, connect_engine
from ctxtui.core.store.migrations import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x637478747569
"""The advisory lock on a server that whoever migrates holds: the letters of the program's name."""

_VERSIONS = table("alembic_version", column("version_num", Text))
_REVISION = select(_VERSIONS.c.version_num)
_SAME_REVISION = update(_VERSIONS).values(version_num=_VERSIONS.c.version_num)


def upgrade(address: Address, *, head: str = HEAD, migrations: Path = MIGRATIONS) -> None:
    """Two programs that open one new database at the same time come one after the other; the second finds it done.

    Foreign keys are off while tables are rebuilt, because dropping the old table would delete what refers to it;
    they are checked before the commit.
    """
    engine = connect_engine(address, WRITE, foreign_keys=False)
    try:
        if address.file is not None:
            _use_write_ahead_log(address.file, address.patience)
        with engine.begin() as connection:
            _take_turn(connection)
            found = _revision(connection, address.location)
            if found == head:
                _refuse_read_only(connection)
                return
            _refuse_unknown(found, migrations, address.location)
            if address.file is not None and found:
                _back_up(address.file, found)
            _migrate(connection, migrations, head)
            _refuse_broken_references(connection, address.location)
    finally:
        engine.dispose()


def _take_turn(connection: Connection) -> None:
    """On a server one program migrates at a time; SQLite's write lock does the same."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))


def _use_write_ahead_log(file: Path, patience: float) -> None:
    with closing(sqlite3.connect(file, timeout=patience)) as connection:
        connection.execute("PRAGMA journal_mode=WAL").fetchall()


def _revision(connection: Connection, location: str) -> str:
    """The revision of the database; empty when it is new. Raises StoreError for somebody else's database."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.execute(_REVISION).scalar_one_or_none() or ""
    if tables:
        raise StoreError(f"The database {location} belongs to another program; choose another file.")
    return ""


def _refuse_read_only(connection: Connection) -> None:
    """SQLite opens what it may not write without a word; a write that is undone brings it out now, not in mid-run."""
    if connection.dialect.name == "sqlite":
        connection.execute(_SAME_REVISION)
        connection.rollback()


def _refuse_unknown(found: str, migrations: Path, location: str) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow to import, seldom needed

    known = {script.revision for script in ScriptDirectory(str(migrations)).walk_revisions()}
    if found and found not in known:
        raise StoreError(
            f"The database {location} was written by a newer ctxtui (its revision {found} is unknown); update ctxtui."
        )


def _back_up(file: Path, revision: str) -> None:
    """A copy beside the file, whole or not there; the caller holds the write lock, so nothing is missing in it."""
    backup = file.with_name(f"{file.name}.bak-{revision}")
    unfinished = backup.with_name(f"{backup.name}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(backup)


def _migrate(connection: Connection, migrations: Path, head: str) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    command.upgrade(config, head)


def _refuse_broken_references(connection: Connection, location: str) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StoreError(
            f"The database {location} was left as it was: after the migration, {len(broken)} rows of {broken[0][0]} "
            "would refer to nothing."
        )
