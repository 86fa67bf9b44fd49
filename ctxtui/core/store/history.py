"""Interactions, attempts and events: what was asked, what came of it, and what happened in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, func, select

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import Attempt, AttemptEnd, AttemptStart, Usage
from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Command, Interaction, Result
from ctxtui.core.domain.plan import Spent
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionUpdates
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.store import Heard, SearchHit, StoredEvent
from ctxtui.core.store.attempts import add_verdict, end_attempt
from ctxtui.core.store.contents import contents_of
from ctxtui.core.store.database import Database
from ctxtui.core.store.encoding import from_json, from_micros, to_micros
from ctxtui.core.store.interactions import begin_interaction, finish_interaction
from ctxtui.core.store.mapping import ATTEMPT, EVENT, INTERACTION, as_attempt, as_event, as_interaction
from ctxtui.core.store.models import ArtifactRecord, AttemptRecord, EventRecord, InteractionRecord
from ctxtui.core.store.text_index import TextIndex
from ctxtui.core.store.transaction import event_row, find_session, in_scope, scoped, within
from ctxtui.core.store.writer import Writer

_REMEMBERED = 20_000
"""How many sessions and interactions are remembered as good to record events for."""
MOST_WORDS = 400
"""Characters that are read of what a session said last: there is one line to show them on."""
_ATTEMPTS = (
    select(*ATTEMPT)
    .where(in_scope(AttemptRecord), AttemptRecord.session_id == bindparam("of_session"))
    .order_by(AttemptRecord.n)
)
_HEARD = select(
    EventRecord.session_id,
    EventRecord.at,
    case(
        (EventRecord.kind.in_([EventKind.OUTPUT, EventKind.STDERR]), func.substr(EventRecord.text, 1, MOST_WORDS)),
        else_="",
    ).label("words"),
)


class SqlHistory:
    """The history in tables."""

    def __init__(self, database: Database, writer: Writer, index: TextIndex) -> None:
        self._database = database
        self._writer = writer
        self._index = index
        self._recordable: set[tuple[Scope, str, str]] = set()

    def begin(
        self, scope: Scope, session_id: str, interaction_id: str, command: Command, attempt: AttemptStart | None = None
    ) -> Interaction:
        return self._writer.run(
            lambda transaction: begin_interaction(transaction, scope, session_id, interaction_id, command, attempt)
        )

    def finish(
        self,
        scope: Scope,
        interaction_id: str,
        result: Result,
        updates: SessionUpdates,
        attempt: AttemptEnd | None = None,
        files: Sequence[AcceptedFile] | None = None,
    ) -> None:
        self._writer.run(
            lambda transaction: finish_interaction(transaction, scope, interaction_id, result, updates, attempt, files)
        )

    def record(self, scope: Scope, session_id: str, interaction_id: str, events: Sequence[Event]) -> None:
        self._refuse_unknown(scope, session_id, interaction_id)
        self._writer.append([event_row(scope, session_id, interaction_id, event) for event in events])

    def rung(self, scope: Scope, attempt_id: str, verdict: RungVerdict) -> None:
        self._writer.run(lambda transaction: add_verdict(transaction, scope, attempt_id, verdict))

    def attempts(self, scope: Scope, session_id: str) -> tuple[Attempt, ...]:
        with self._database.reading() as connection:
            find_session(connection, scope, session_id)
            rows = connection.execute(_ATTEMPTS, scoped(scope, of_session=session_id))
            return tuple(as_attempt(row) for row in rows)

    def update_attempt(self, scope: Scope, end: AttemptEnd) -> None:
        self._writer.run(lambda transaction: end_attempt(transaction, scope, end))

    def spent_since(self, account: str, moment: datetime) -> Spent:
        begun = select(AttemptRecord.usage).where(
            AttemptRecord.account == account, AttemptRecord.started_at >= to_micros(moment)
        )
        spent = Spent()
        with self._database.reading() as connection:
            for text in connection.scalars(begun):
                usage = Usage(**from_json(text))
                spent = spent.plus(usage, 0.0) if usage != Usage() else spent
        return spent

    def files(self, scope: Scope, session_id: str) -> tuple[AcceptedFile, ...]:
        with self._database.reading() as connection:
            find_session(connection, scope, session_id)
            rows = connection.execute(
                select(ArtifactRecord.path, ArtifactRecord.digest, ArtifactRecord.mode, ArtifactRecord.size)
                .where(within(ArtifactRecord, scope), ArtifactRecord.session_id == session_id)
                .order_by(ArtifactRecord.position)
            )
            return tuple(AcceptedFile(row.path, row.digest, row.mode, row.size) for row in rows)

    def contents(self, scope: Scope, run_id: str, digests: Sequence[str]) -> dict[str, bytes]:
        with self._database.reading() as connection:
            find_session(connection, scope, run_id)
            return contents_of(connection, scope, run_id, digests)

    def interactions(
        self, scope: Scope, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> tuple[Interaction, ...]:
        with self._database.reading() as connection:
            find_session(connection, scope, session_id)
            rows = connection.execute(
                select(*INTERACTION)
                .where(
                    within(InteractionRecord, scope),
                    InteractionRecord.session_id == session_id,
                    InteractionRecord.seq > after_seq,
                )
                .order_by(InteractionRecord.seq)
                .limit(limit)
            )
            return tuple(as_interaction(row) for row in rows)

    def events(
        self,
        scope: Scope,
        session_id: str,
        after_id: int = 0,
        limit: int = 1000,
        *,
        newest: bool = False,
        raw: bool = True,
    ) -> tuple[StoredEvent, ...]:
        chosen = select(*EVENT).where(
            within(EventRecord, scope), EventRecord.session_id == session_id, EventRecord.id > after_id
        )
        if not raw:
            chosen = chosen.where(EventRecord.kind != EventKind.RAW.value)
        with self._database.reading() as connection:
            find_session(connection, scope, session_id)
            order = EventRecord.id.desc() if newest else EventRecord.id
            rows = connection.execute(chosen.order_by(order).limit(limit)).all()
        return tuple(as_event(row) for row in (reversed(rows) if newest else rows))

    def last_heard(self, scope: Scope, session_ids: Sequence[str]) -> dict[str, Heard]:
        newest = (
            select(func.max(EventRecord.id))
            .where(within(EventRecord, scope), EventRecord.session_id.in_(session_ids))
            .group_by(EventRecord.session_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(_HEARD.where(EventRecord.id.in_(newest)))
            return {row.session_id: Heard(from_micros(row.at), row.words) for row in rows}

    def search(self, scope: Scope, run_id: str, text: str, limit: int = 50) -> tuple[SearchHit, ...]:
        with self._database.reading() as connection:
            find_session(connection, scope, run_id)
        return self._index.find(scope, run_id, text, limit)

    def _refuse_unknown(self, scope: Scope, session_id: str, interaction_id: str) -> None:
        """Nobody waits for recorded events, so that they have a place is made sure of before."""
        place = (scope, session_id, interaction_id)
        if place in self._recordable:
            return
        with self._database.reading() as connection:
            find_session(connection, scope, session_id)
            found = connection.scalar(
                select(InteractionRecord.session_id).where(
                    within(InteractionRecord, scope), InteractionRecord.id == interaction_id
                )
            )
        if interaction_id and found != session_id:
            raise NotFoundError(f"There is no interaction {interaction_id} in session {session_id}.")
        if len(self._recordable) >= _REMEMBERED:
            self._recordable.clear()
        self._recordable.add(place)
