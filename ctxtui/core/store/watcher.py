"""Notices that another connection has committed: by looking at SQLite's file, or because the server says so."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Engine

from ctxtui.core.store.database import Database
from ctxtui.core.store.faults import moved, translated

POLL = 0.02
"""Seconds between two looks at SQLite's file."""
NAP = 0.25
"""Seconds for which a server's news is waited for at a time, so that closing the store is noticed."""
CHANNEL = "ctxtui"
"""Where a server's writers tell of a commit."""


class Watcher(Protocol):
    """Holds a connection of its own, which never writes and never holds a transaction."""

    def wait(self, seconds: float) -> bool:
        """Whether there is news since the last call that said so; returns early when there is, or at the close."""
        ...

    def close(self) -> None: ...


def watch(database: Database, engine: Engine) -> Watcher:
    return ServerWatcher(database, engine) if engine.dialect.name == "postgresql" else FileWatcher(database, engine)


class FileWatcher:
    """`data_version` changes whenever another connection commits; to look at it and the file costs microseconds.

    The driver is asked itself, outside of any transaction: a screen that is open all day looks fifty times a second.
    """

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        with translated(database.address.location):
            self._connection = engine.connect()
            self._driver: Any = self._connection.connection.driver_connection
            self._seen = self._look()
            self._opened = _identity(database.address.file)

    def wait(self, seconds: float) -> bool:
        until = monotonic() + seconds
        while not self._has_news():
            left = until - monotonic()
            if left <= 0 or self._database.closed.wait(min(POLL, left)):
                return False
        return True

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _has_news(self) -> bool:
        if self._database.closed.is_set():
            return False
        with translated(self._database.address.location):
            mark = self._look()
        if _identity(self._database.address.file) != self._opened:
            raise moved(self._database.address.location)
        has_news = mark != self._seen
        self._seen = mark
        return has_news

    def _look(self) -> int:
        mark: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        return mark


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Which file stands at the place; None where there is none."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found is not None else None


class ServerWatcher:
    """LISTEN on the server's channel. A connection that was lost is made anew, and counts as news."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        with translated(database.address.location):
            self._driver = self._listen()

    def wait(self, seconds: float) -> bool:
        until = monotonic() + seconds
        while not self._database.closed.is_set():
            left = until - monotonic()
            with translated(self._database.address.location):
                if self._was_lost() or self._heard(min(NAP, max(left, 0))):
                    return True
            if left <= 0:
                return False
        return False

    def close(self) -> None:
        self._driver.close()
        self._engine.dispose()

    def _was_lost(self) -> bool:
        if not self._driver.closed:
            return False
        self._driver = self._listen()
        return True

    def _heard(self, seconds: float) -> bool:
        heard = list(self._driver.notifies(timeout=seconds, stop_after=1))
        heard += list(self._driver.notifies(timeout=0))
        return bool(heard)

    def _listen(self) -> Any:  # noqa: ANN401 - the driver's own connection
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        driver.execute(f"LISTEN {CHANNEL}")
        return driver
