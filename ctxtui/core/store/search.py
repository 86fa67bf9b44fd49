"""Full-text search: an index in a file of its own, which holds no text and may be lost at any time."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from ctxtui.core.domain.errors import StoreError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.ports.store import SearchHit
from ctxtui.core.store.database import Database
from ctxtui.core.store.encoding import from_micros
from ctxtui.core.store.models import EventRecord, InteractionRecord, SessionRecord
from ctxtui.core.store.text_index import UNREAD, excerpt, search_words, words_of_step
from ctxtui.core.store.transaction import within

BATCH = 500
"""Rows of the history indexed in one go: about 20 ms."""
PATIENCE = 5.0
"""Seconds that somebody who searches waits for another program's lock."""
FORMAT = 1
"""The `user_version` of the schema below; an index of another format is built anew."""

_SCHEMA = """
CREATE VIRTUAL TABLE words USING fts5(run, text, content='', tokenize='unicode61');
CREATE TABLE places (id INTEGER PRIMARY KEY, session_id TEXT, interaction_id TEXT, event_id INTEGER);
CREATE TABLE progress (event_id INTEGER, version INTEGER);
INSERT INTO progress VALUES (0, 0);
PRAGMA user_version=1;
"""


class _Text(NamedTuple):
    text: str
    at: int


class _Entry(NamedTuple):
    run_key: str
    session_id: str
    interaction_id: str
    event_id: int | None
    text: str


def run_key(account: str, project: str, run_id: str) -> str:
    """One word that stands for a run of a scope in the index."""
    return "run" + hashlib.sha256(f"{account}\0{project}\0{run_id}".encode()).hexdigest()


class SearchIndex:
    """Rowids grow with time, so the newest hits come first without ranking. Safe to use from threads."""

    def __init__(self, database: Database, file: Path) -> None:
        self._database = database
        self._file = file
        self._turn = threading.Lock()

    def advance(self) -> bool:
        """Indexes the next rows of the history; whether more are left.

        The writer's thread calls this, so it waits for nobody: while somebody searches, or another program holds the
        index, there is nothing to do here.
        """
        if self._file is None or not self._turn.acquire(blocking=False):
            return False
        try:
            with self._index(self._file, patience=0) as index:
                return self._advance(index)
        finally:
            self._turn.release()

    def find(self, scope: Scope, run_id: str, text: str, limit: int) -> tuple[SearchHit, ...]:
        """Newest first. Every word of the text must be there, at least as the beginning of one."""
        words = search_words(text)
        if not words:
            return ()
        phrases = " ".join(f'text:"{word.replace(chr(34), chr(34) * 2)}"*' for word in words)
        query = f"run:{run_key(scope.account, scope.project, run_id)} {phrases}"
        with self._turn, self._index(self._file) as index:
            while self._advance(index):
                pass
            places = index.execute(
                "SELECT session_id, interaction_id, event_id FROM places WHERE id IN "
                "(SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY id DESC",
                (query, limit),
            ).fetchall()
        with self._database.reading() as connection:
            texts = _texts(connection, scope, places)
        return tuple(
            SearchHit(
                session_id,
                interaction_id,
                event_id,
                excerpt(texts[event_id or interaction_id].text, text, words),
                from_micros(texts[event_id or interaction_id].at),
            )
            for session_id, interaction_id, event_id in places
            if (event_id or interaction_id) in texts
        )

    @contextmanager
    def _index(self, file: Path, patience: float = PATIENCE) -> Iterator[sqlite3.Connection]:
        """The open index; one that is no index is thrown away and begun again, one that is locked is not."""
        index: sqlite3.Connection | None
        try:
            index = _open_index(file, patience)
        except sqlite3.OperationalError as error:
            raise StoreError(f"The search index {file} cannot be used now: {error}; search again later.") from error
        except sqlite3.DatabaseError:
            for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
                file.with_name(name).unlink(missing_ok=True)
            index = None
        try:
            with closing(index or _open_index(file, patience)) as opened:
                yield opened
        except sqlite3.Error as error:
            raise StoreError(
                f"The search index {file} cannot be used: {error}; delete it to have it rebuilt."
            ) from error

    def _advance(self, index: sqlite3.Connection) -> bool:
        """One transaction, so that two programs never index the same rows twice."""
        index.execute("BEGIN IMMEDIATE")
        try:
            event_id, version = index.execute("SELECT event_id, version FROM progress").fetchone()
            with self._database.reading() as connection:
                if event_id > (connection.scalar(select(func.max(EventRecord.id))) or 0):
                    event_id, version = _empty(index)
                events, event_id = _new_events(connection, event_id)
                results, version = _new_results(connection, version)
            _add(index, [*events, *results])
            index.execute("UPDATE progress SET event_id = ?, version = ?", (event_id, version))
        except BaseException:
            index.rollback()
            raise
        index.commit()
        return len(events) >= BATCH or len(results) >= BATCH


def _open_index(file: Path, patience: float) -> sqlite3.Connection:
    index = sqlite3.connect(file, timeout=patience, isolation_level=None)
    try:
        index.execute("PRAGMA journal_mode=WAL").fetchall()
        index.execute("PRAGMA synchronous=NORMAL")
        index.execute("BEGIN IMMEDIATE")
        _set_up(index)
        index.commit()
    except BaseException:
        index.close()
        raise
    return index


def _set_up(index: sqlite3.Connection) -> None:
    found = index.execute("PRAGMA user_version").fetchone()[0]
    if found not in {0, FORMAT}:
        raise sqlite3.DatabaseError(f"its format is {found}, not {FORMAT}")
    if found == 0:
        for statement in _SCHEMA.strip().split("\n"):
            index.execute(statement)


def _empty(index: sqlite3.Connection) -> tuple[int, int]:
    """The index knows more than the database, which must be another one by now: back to the start."""
    index.execute("INSERT INTO words (words) VALUES ('delete-all')")
    index.execute("DELETE FROM places")
    return 0, 0


def _add(index: sqlite3.Connection, entries: Sequence[_Entry]) -> None:
    last = index.execute("SELECT max(id) FROM places").fetchone()[0] or 0
    numbered = list(enumerate(entries, start=last + 1))
    index.executemany(
        "INSERT INTO places VALUES (?, ?, ?, ?)",
        [(number, entry.session_id, entry.interaction_id, entry.event_id) for number, entry in numbered],
    )
    index.executemany(
        "INSERT INTO words (rowid, run, text) VALUES (?, ?, ?)",
        [(number, entry.run_key, entry.text) for number, entry in numbered],
    )


def _new_events(connection: Connection, after: int) -> tuple[list[_Entry], int]:
    rows = connection.execute(
        select(
            EventRecord.id,
            EventRecord.account,
            EventRecord.project,
            EventRecord.session_id,
            EventRecord.interaction_id,
            EventRecord.text,
            SessionRecord.parent_id,
        )
        .join(
            SessionRecord,
            and_(
                SessionRecord.account == EventRecord.account,
                SessionRecord.project == EventRecord.project,
                SessionRecord.id == EventRecord.session_id,
            ),
        )
        .where(EventRecord.id > after, EventRecord.kind.not_in(UNREAD))
        .order_by(EventRecord.id)
        .limit(BATCH)
    ).all()
    entries = [
        _Entry(
            run_key(row.account, row.project, row.parent_id or row.session_id),
            row.session_id,
            row.interaction_id or "",
            row.id,
            row.text,
        )
        for row in rows
    ]
    return entries, rows[-1].id if rows else after


def _new_results(connection: Connection, after: int) -> tuple[list[_Entry], int]:
    """Completed interactions: what was asked, and what came of it. Those of one version stay together."""
    newer = InteractionRecord.version > after
    last = connection.scalar(
        select(InteractionRecord.version).where(newer).order_by(InteractionRecord.version).offset(BATCH - 1).limit(1)
    )
    rows = connection.execute(
        select(
            InteractionRecord.id,
            InteractionRecord.account,
            InteractionRecord.project,
            InteractionRecord.session_id,
            InteractionRecord.details,
            InteractionRecord.message,
            InteractionRecord.output,
            InteractionRecord.version,
            SessionRecord.parent_id,
        )
        .join(
            SessionRecord,
            and_(
                SessionRecord.account == InteractionRecord.account,
                SessionRecord.project == InteractionRecord.project,
                SessionRecord.id == InteractionRecord.session_id,
            ),
        )
        .where(newer if last is None else and_(newer, InteractionRecord.version <= last))
        .order_by(InteractionRecord.version)
    ).all()
    entries = [
        _Entry(
            run_key(row.account, row.project, row.parent_id or row.session_id),
            row.session_id,
            row.id,
            None,
            words_of_step(row.details, row.message, row.output),
        )
        for row in rows
    ]
    return entries, rows[-1].version if rows else after


def _texts(
    connection: Connection, scope: Scope, places: Sequence[tuple[str, str, int | None]]
) -> dict[int | str, _Text]:
    """The text of each place, read from the history within the scope; by event id, or else by interaction id."""
    events = [event_id for _, _, event_id in places if event_id is not None]
    steps = [interaction_id for _, interaction_id, event_id in places if event_id is None]
    texts: dict[int | str, _Text] = {}
    for event in connection.execute(
        select(EventRecord.id, EventRecord.text, EventRecord.at).where(
            within(EventRecord, scope), EventRecord.id.in_(events)
        )
    ):
        texts[event.id] = _Text(event.text, event.at)
    for step in connection.execute(
        select(
            InteractionRecord.id,
            InteractionRecord.details,
            InteractionRecord.message,
            InteractionRecord.output,
            InteractionRecord.issued_at,
        ).where(within(InteractionRecord, scope), InteractionRecord.id.in_(steps))
    ):
        texts[step.id] = _Text(words_of_step(step.details, step.message, step.output), step.issued_at)
    return texts
