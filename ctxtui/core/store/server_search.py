"""Full-text search on a server: its own index over the history, kept by the database as rows are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.engine import Connection

from ctxtui.core.domain.scope import Scope
from ctxtui.core.ports.store import SearchHit
from ctxtui.core.store.database import Database
from ctxtui.core.store.encoding import from_micros
from ctxtui.core.store.models import EventRecord, InteractionRecord, SessionRecord
from ctxtui.core.store.text_index import UNREAD, excerpt, search_words, words_of_step
from ctxtui.core.store.transaction import within

OVERSAMPLE = 4
"""Steps are indexed with the names of their JSON fields; what matches only those is left out afterwards."""

EVENT_WORDS = "ctxtui_words(events.text)"
STEP_WORDS = "ctxtui_words(interactions.details || ' ' || interactions.message || ' ' || interactions.output)"
"""As the indexes of the migration name them."""

_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class ServerIndex:
    """Needs no background work: the index is part of every write."""

    database: Database

    def advance(self) -> bool:
        return False

    def find(self, scope: Scope, run_id: str, text: str, limit: int) -> tuple[SearchHit, ...]:
        words = search_words(text)
        prefixes = [part for word in words for part in _SEPARATORS.split(word) if part]
        if not prefixes:
            return ()
        query = " & ".join(f"'{prefix}':*" for prefix in prefixes)
        with self.database.reading() as connection:
            hits = [
                *_event_hits(connection, scope, run_id, query, limit),
                *_step_hits(connection, scope, run_id, query, limit * OVERSAMPLE),
            ]
        hits = [hit for hit in hits if all(_holds(hit.text, prefix) for prefix in prefixes)]
        hits.sort(key=lambda hit: (hit.at, hit.event_id or 0), reverse=True)
        return tuple(
            SearchHit(
                hit.session_id, hit.interaction_id, hit.event_id, excerpt(hit.text, text, words), from_micros(hit.at)
            )
            for hit in hits[:limit]
        )


class _Hit(NamedTuple):
    session_id: str
    interaction_id: str
    event_id: int | None
    at: int
    text: str


def _holds(text: str, prefix: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(prefix)}", text, re.IGNORECASE) is not None


def _in_run(run_id: str, model: type[EventRecord | InteractionRecord]) -> ColumnElement[bool]:
    of_run = or_(SessionRecord.id == run_id, SessionRecord.parent_id == run_id)
    return model.session_id.in_(
        select(SessionRecord.id).where(
            SessionRecord.account == model.account, SessionRecord.project == model.project, of_run
        )
    )


def _matching(words: str, query: str) -> ColumnElement[bool]:
    return literal_column(words).op("@@", is_comparison=True)(func.to_tsquery("simple", query))


def _event_hits(connection: Connection, scope: Scope, run_id: str, query: str, limit: int) -> list[_Hit]:
    found = connection.execute(
        select(
            EventRecord.session_id,
            func.coalesce(EventRecord.interaction_id, "").label("interaction_id"),
            EventRecord.id.label("event_id"),
            EventRecord.at,
            EventRecord.text,
        )
        .where(
            within(EventRecord, scope),
            _matching(EVENT_WORDS, query),
            EventRecord.kind.not_in(UNREAD),
            _in_run(run_id, EventRecord),
        )
        .order_by(EventRecord.id.desc())
        .limit(limit)
    )
    return [_Hit(*row) for row in found]


def _step_hits(connection: Connection, scope: Scope, run_id: str, query: str, limit: int) -> list[_Hit]:
    step = InteractionRecord
    found = connection.execute(
        select(step.session_id, step.id, step.completed_at, step.details, step.message, step.output)
        .where(
            and_(within(step, scope), _matching(STEP_WORDS, query), step.completed_at.is_not(None)),
            _in_run(run_id, step),
        )
        .order_by(step.version.desc())
        .limit(limit)
    )
    return [
        _Hit(row.session_id, row.id, None, row.completed_at, words_of_step(row.details, row.message, row.output))
        for row in found
    ]
