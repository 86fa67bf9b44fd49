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


def store_error(error: BaseException, location: str) -> StoreError:
    """The sentence for a driver's error. Extended SQLite codes fall back on their primary code.

    When SQLite undoes a transaction by itself, the savepoint's end fails too; what came first is the reason.
    """
    known = [cause for cause in _causes(error) if _primary_code(cause) in _SENTENCES]
    cause = known[-1] if known else error
    code = _primary_code(cause)
    sentence = _SENTENCES.get(code, "The database {location} failed: {detail}.")
    kind = LockedStoreError if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} else StoreError
    detail = str(cause.orig if isinstance(cause, DBAPIError) else cause).rstrip(".")
    return kind(sentence.format(location=location, detail=detail))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those that were being handled when it came up, back to the first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _primary_code(error: BaseException) -> int:
    """SQLite's code without its extension; 0 where there is none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY_CODE


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Turns a driver's errors into a StoreError; broken constraints stay what they are, for those who can tell why."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeoutError, sqlite3.Error, OSError) as error:
        raise store_error(error, location) from error
