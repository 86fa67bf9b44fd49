"""What the database complains about, said in one sentence that names the file and the way out."""

from __future__ import annotations

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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
_MOVED = (
    "The database {location} is not the file any more that was opened: it, or its folder, was moved, removed or"
    " replaced meanwhile. Put it back, then resume the run."
)
_TOO_LARGE = (
    "No file may be larger than {limit} KiB here (`ulimit -f`), and the database {location} has to grow; raise that,"
    " then resume the run."
)
_MISSING_TABLE = "no such table"
_ROOM_LEFT = 1 << 20
"""Bytes that a disk has free which is not full."""
_PRIMARY_CODE = 0xFF
_NO_ROOM_BESIDE = sqlite3.SQLITE_IOERR_SHMSIZE
"""What SQLite says of a full disk when the file that has no room is one of those beside the database."""

_LOCKED = "The database {location} is busy: another program holds what is needed; try again when that is done with it."
_GONE = "The database {location} does not answer ({detail}); look after the server and resume the run."
_SERVER_SENTENCES = {
    "55P03": _LOCKED,
    "40P01": _LOCKED,
    "40001": _LOCKED,
    "53100": "The disk of the server is full: the database {location} cannot grow; free some space and resume the run.",
    "53300": "The server of the database {location} takes no more connections; close some, or raise max_connections.",
    "25006": "The database {location} is read-only; connect to the server that may be written to.",
    "42501": "The database {location} may not be used by this role ({detail}); ask its owner for the rights.",
    "28000": "The database {location} refused the login ({detail}); check the URL and the role.",
    "28P01": "The database {location} refused the password; check the URL or your .pgpass file.",
    "3D000": "There is no database {location} ({detail}); make it with `createdb`.",
    "57P01": _GONE,
    "57P02": _GONE,
    "57P03": _GONE,
}
"""By SQLSTATE, as PostgreSQL's manual lists them; errors of class 08 and those without a state are lost connections."""
_PASSING = (_LOCKED, _GONE)


def moved(location: str) -> StoreError:
    """Reading goes on in a file that was moved or deleted, where nobody writes any more."""
    return StoreError(_MOVED.format(location=location))


class LockedStoreError(StoreError):
    """A lock was held for too long, or a server is away; trying again may work."""


def store_error(error: BaseException, location: str) -> StoreError:
    """The sentence for a driver's error. Extended SQLite codes fall back on their primary code.

    When SQLite undoes a transaction by itself, the savepoint's end fails too; what came first is the reason.
    """
    sentence = _server_sentence(error)
    if sentence:
        kind = LockedStoreError if sentence in _PASSING else StoreError
        return kind(sentence.format(location=location, detail=_first_line(error)))
    known = [cause for cause in _causes(error) if _primary_code(cause) in _SENTENCES]
    cause = known[-1] if known else error
    code = _primary_code(cause)
    sentence = _by_surroundings(cause, code, location)
    sentence = sentence or _SENTENCES.get(code, "The database {location} failed: {detail}.")
    kind = LockedStoreError if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} else StoreError
    detail = str(cause.orig if isinstance(cause, DBAPIError) else cause).rstrip(".")
    return kind(sentence.format(location=location, detail=detail))


def _by_surroundings(cause: BaseException, code: int, location: str) -> str:
    """Where SQLite's own word for it leads nowhere: a file that is another one by now, and one that may not grow."""
    if getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_DBMOVED or _MISSING_TABLE in str(cause):
        return _MOVED
    limit, _most = resource.getrlimit(resource.RLIMIT_FSIZE)
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR} and limit != resource.RLIM_INFINITY:
        with suppress(OSError):
            if shutil.disk_usage(Path(location).parent).free > _ROOM_LEFT:
                return _TOO_LARGE.replace("{limit}", f"{limit >> 10:,}")
    return ""


def _server_sentence(error: BaseException) -> str:
    """Empty for an error that is not a server's, or that has no sentence of its own."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if cause is None or not type(cause).__module__.startswith("psycopg"):
        return ""
    state: str = getattr(cause, "sqlstate", None) or ""
    if state in _SERVER_SENTENCES:
        return _SERVER_SENTENCES[state]
    is_lost = state.startswith("08") or (not state and type(cause).__name__ == "OperationalError")
    return _no_such_database(str(cause)) or (_GONE if is_lost else "")


def _no_such_database(words: str) -> str:
    """A connection that was refused has no state: only the server's words tell why."""
    for part, state in (("does not exist", "3D000"), ("password", "28P01"), ("authentication failed", "28000")):
        if "FATAL:" in words and part in words:
            return _SERVER_SENTENCES[state]
    return ""


def _first_line(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip().partition("\n")[0].rstrip(".")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those that were being handled when it came up, back to the first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _primary_code(error: BaseException) -> int:
    """SQLite's code without its extension; 0 where there is none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return sqlite3.SQLITE_FULL if code == _NO_ROOM_BESIDE else code & _PRIMARY_CODE


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Turns a driver's errors into a StoreError; broken constraints stay what they are, for those who can tell why."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeoutError, sqlite3.Error, OSError) as error:
        raise store_error(error, location) from error
    except Exception as error:
        if _server_sentence(error):  # the driver's own, from the connection that listens
            raise store_error(error, location) from error
        raise
