"""What the database complains about, said in one sentence that names the file and the way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ctxtui.core.domain.errors import StoreError

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "The database {location} is locked by another program; try again when that is done with it.",
    sqlite3.SQLITE_LOCKED: "The database {location} is locked by another program; try again when that is done with it.",
    sqlite3.SQLITE_FULL: "The disk is full: the database {location} cannot grow; free some space and resume the run.",
    sqlite3.SQLITE_READONLY: "The database {location} is read-only; make the file and its folder writable.",
    sqlite3.SQLITE_PERM: "The database {location} may not be opened; check the permissions of the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "The database {location} cannot be opened; check that its folder exists and is writable.",
    sqlite3.SQLITE_NOTADB: "The file {location} is not a database; move it away and start again.",
    sqlite3.SQLITE_CORRUPT: "The database {location} is damaged; move it away, or put a backup in its place.",
    sqlite3.SQLITE_IOERR: "The disk failed while the database {location} was in use ({detail}); check it and resume.",
}
_PRIMARY_CODE = 0xFF


class LockedStoreError(StoreError):
    """Another program held the lock for too long; trying again may work."""


def store_error(error: Exception, location: str) -> StoreError:
    """The sentence for a driver's error. Extended SQLite codes fall back on their primary code."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    primary = None if code is None else code & _PRIMARY_CODE
    sentence = _SENTENCES.get(primary, "The database {location} failed: {detail}.") if primary else None
    if sentence is None:
        sentence = "The database {location} failed: {detail}."
    kind = LockedStoreError if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} else StoreError
    return kind(sentence.format(location=location, detail=str(cause).rstrip(".")))


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Turns a driver's errors into a StoreError; broken constraints stay what they are, for those who can tell why."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeoutError, sqlite3.Error, OSError) as error:
        raise store_error(error, location) from error
