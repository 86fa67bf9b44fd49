"""Opens a store: finds or makes the database, brings it up to date, and puts the parts together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ctxtui.core.domain.errors import StoreError
from ctxtui.core.ports.store import Store
from ctxtui.core.store.database import (
    READ,
    READERS,
    STATEMENTS,
    WRITE,
    Address,
    Database,
    connect_engine,
    parse_address,
)
from ctxtui.core.store.faults import translated
from ctxtui.core.store.feed import SqlFeed
from ctxtui.core.store.history import SqlHistory
from ctxtui.core.store.leases import SqlLeases
from ctxtui.core.store.ledger import SqlLedger
from ctxtui.core.store.requests import SqlRequests
from ctxtui.core.store.search import SearchIndex
from ctxtui.core.store.server_search import ServerIndex
from ctxtui.core.store.sessions import SqlSessions
from ctxtui.core.store.text_index import TextIndex
from ctxtui.core.store.upgrading import upgrade
from ctxtui.core.store.watcher import watch
from ctxtui.core.store.writer import Writer

PATIENCE = 10.0
"""Seconds to wait for another program's lock before saying so."""


def open_store(location: str | Path, *, clock: Callable[[], datetime], patience: float = PATIENCE) -> Store:
    """A path is a SQLite file, made with its folder when it is not there. Raises StoreError in one sentence."""
    address = parse_address(location, patience)
    if address.file is not None:
        if address.file.is_dir():
            raise StoreError(f"The database {address.file} is a folder: name a file in it.")
        _make_folder(address.file.parent)
    with translated(address.location):
        upgrade(address)
    database = Database(address, connect_engine(address, READ, pooled=READERS))
    index = _open_index(database, address)
    writer = Writer(connect_engine(address, WRITE, pooled=1), address.location, clock, index.advance)
    feed = SqlFeed(database, watch(database, connect_engine(address, STATEMENTS)))

    def close() -> None:
        try:
            writer.close()
        finally:
            database.close()
            feed.close()

    return Store(
        location=address.location,
        sessions=SqlSessions(database, writer),
        history=SqlHistory(database, writer, index),
        requests=SqlRequests(database, writer),
        leases=SqlLeases(database, writer),
        feed=feed,
        ledger=SqlLedger(writer),
        close=close,
        is_shared=address.file is None,
    )


def _open_index(database: Database, address: Address) -> TextIndex:
    if address.file is None:
        return ServerIndex(database)
    return SearchIndex(database, address.file.with_name(f"{address.file.name}.search.db"))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} for the database cannot be made ({error.strerror}): choose another one."
        ) from error
