"""The connections of one store: how each kind is set up, and consistent reads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError

from ctxtui.core.domain.errors import StoreError, UsageError
from ctxtui.core.store.faults import translated

READERS = 32
"""More threads than this wait for a free connection."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is. `file` is None when it is not SQLite's; `patience` (seconds) bounds the wait for a lock."""

    url: URL
    file: Path | None
    patience: float

    @property
    def location(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)


def parse_address(location: str | Path, patience: float) -> Address:
    """A path names a SQLite file; text with `://` is a database URL. Raises UsageError when it cannot be connected."""
    if isinstance(location, str) and "://" in location:
        url = _usable_url(location)
        if url.get_backend_name() != "sqlite":
            return Address(url, None, patience)
        location = url.database or ""
    file = Path(location).absolute()
    return Address(URL.create("sqlite", database=str(file)), file, patience)


BACKENDS = ("sqlite", "postgresql")


def _usable_url(location: str) -> URL:
    """Raises UsageError. Postgres is reached by psycopg 3, however the URL spells it."""
    kind = location.partition("://")[0]
    try:
        url = make_url(location)
        if url.drivername in {"postgres", "postgresql"}:
            url = url.set(drivername="postgresql+psycopg")
        dialect = url.get_dialect()
    except ArgumentError as error:
        raise UsageError(f"There is no kind of database {kind!r}: `database` is a path, or a URL.") from error
    if url.get_backend_name() not in BACKENDS:
        raise UsageError(f"A database of kind {kind!r} cannot be used: runs are kept in SQLite or in Postgres.")
    try:
        dialect.import_dbapi()
    except ImportError as error:
        shown = url.render_as_string(hide_password=True)
        raise UsageError(
            f"The database {shown} needs the Python package {error.name}: run `pip install 'ctxtui[postgres]'`."
        ) from error
    return url


READ = "BEGIN"
"""How a transaction starts that only reads: it sees one moment of the database."""
WRITE = "BEGIN IMMEDIATE"
"""How a transaction starts that writes: it holds the write lock from its first statement."""
STATEMENTS = ""
"""No transactions: every statement stands for itself."""


def connect_engine(address: Address, begin: str, *, pooled: int = 0, foreign_keys: bool = True) -> Engine:
    """An engine whose transactions start with `begin`: READ, WRITE or STATEMENTS.

    `foreign_keys` is SQLite's switch; Postgres checks them always.
    """
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pooled:
        pool = {"poolclass": QueuePool, "pool_size": pooled, "max_overflow": 0, "pool_timeout": address.patience}
    if address.file is None:
        return _server_engine(address, begin, pool)
    engine = create_engine(address.url, **pool, connect_args={"timeout": address.patience, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        connection.isolation_level = None
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous=FULL")

    if begin:

        @event.listens_for(engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


_ISOLATION = {READ: "REPEATABLE READ", WRITE: "READ COMMITTED", STATEMENTS: "AUTOCOMMIT"}
"""On a server. Writers take the row of the store's version first, and so come one after the other."""


def _server_engine(address: Address, begin: str, pool: dict[str, Any]) -> Engine:
    """A connection that the server dropped is made anew before it is used; nobody waits for a lock for ever."""
    milliseconds = int(address.patience * 1000)
    return create_engine(
        address.url,
        **pool,
        pool_pre_ping=True,
        isolation_level=_ISOLATION[begin],
        connect_args={
            "connect_timeout": max(int(address.patience), 2),
            "options": f"-c lock_timeout={milliseconds} -c timezone=UTC",
            "application_name": "ctxtui",
        },
    )


@dataclass(frozen=True, slots=True)
class Database:
    """Reads for every part of a store, from any thread, until it is closed."""

    address: Address
    readers: Engine
    closed: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database, however many statements follow."""
        if self.closed.is_set():
            raise StoreError(f"The database {self.address.location} was closed already.")
        with translated(self.address.location), self.readers.begin() as connection:
            yield connection

    def close(self) -> None:
        self.closed.set()
        self.readers.dispose()
