"""What viewers follow: the rows of a run that changed, and word that something was written."""

from __future__ import annotations

import threading
from collections import defaultdict
from time import monotonic

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.engine import Connection

from ctxtui.core.domain.attempt import Attempt
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ExecutionMode, SessionStatus
from ctxtui.core.ports.store import ChildRow, RunChanges
from ctxtui.core.processes.garbage import collection_paused
from ctxtui.core.store.database import Database
from ctxtui.core.store.encoding import from_json, from_micros
from ctxtui.core.store.leases import current_lease
from ctxtui.core.store.mapping import ATTEMPT, REQUEST, SESSION, AnyRow, as_attempt, as_moment, as_request
from ctxtui.core.store.models import (
    AttemptRecord,
    ComponentRecord,
    CounterRecord,
    EventRecord,
    InteractionRecord,
    RequestRecord,
    SessionRecord,
)
from ctxtui.core.store.transaction import find_run, in_scope, scoped
from ctxtui.core.store.watcher import Watcher
from ctxtui.core.workflow.state import CONTEXT

_VERSION = select(CounterRecord.value).where(CounterRecord.name == "version")
# Built once: viewers ask after every write. The run's own session, and its children, as far as they are newer.
_CHANGED = and_(
    in_scope(SessionRecord),
    or_(SessionRecord.parent_id == bindparam("run_id"), SessionRecord.id == bindparam("run_id")),
    SessionRecord.version > bindparam("since"),
)
_CHILDREN = (
    select(
        *SESSION,
        ComponentRecord.name,
        ComponentRecord.test_path,
        ComponentRecord.priority,
        EventRecord.text.label("last_action"),
        EventRecord.at.label("last_action_at"),
        EventRecord.kind.label("last_action_kind"),
    )
    .select_from(SessionRecord)
    .outerjoin(ComponentRecord, and_(in_scope(ComponentRecord), ComponentRecord.id == SessionRecord.component_id))
    .outerjoin(EventRecord, and_(in_scope(EventRecord), EventRecord.id == SessionRecord.telling_event_id))
    .where(_CHANGED)
    .order_by(SessionRecord.parent_id.isnot(None), ComponentRecord.priority.desc(), ComponentRecord.name)
)
_CHANGED_IDS = select(SessionRecord.id).where(_CHANGED)
_ATTEMPTS = (
    select(*ATTEMPT)
    .where(in_scope(AttemptRecord), AttemptRecord.session_id.in_(_CHANGED_IDS))
    .order_by(AttemptRecord.n)
)
_PENDING = select(InteractionRecord.session_id, InteractionRecord.step, InteractionRecord.issued_at).where(
    in_scope(InteractionRecord),
    InteractionRecord.session_id.in_(_CHANGED_IDS),
    InteractionRecord.result_status.is_(None),
)
_REQUESTS = (
    select(*REQUEST)
    .where(
        in_scope(RequestRecord), RequestRecord.run_id == bindparam("run_id"), RequestRecord.version > bindparam("since")
    )
    .order_by(RequestRecord.seq)
)


class SqlFeed:
    """Follows the database: what changed, and when it is worth looking again."""

    def __init__(self, database: Database, watcher: Watcher) -> None:
        self._database = database
        self._watcher = watcher
        self._turn = threading.Lock()

    def changes(self, scope: Scope, run_id: str, since: int = 0) -> RunChanges:
        asked = scoped(scope, run_id=run_id, since=since)
        # Ten thousand rows become half a million objects: looking for garbage among them doubles the time.
        with self._database.reading() as connection, collection_paused():
            find_run(connection, scope, run_id)
            return RunChanges(
                version=connection.execute(_VERSION).scalar_one(),
                rows=_child_rows(connection, asked),
                requests=tuple(as_request(row) for row in connection.execute(_REQUESTS, asked)),
                lease=current_lease(connection, scope, run_id),
            )

    def wait(self, seconds: float) -> bool:
        """Several threads take turns, and each write is told to one of them."""
        until = monotonic() + seconds
        with self._turn:
            return self._watcher.wait(max(until - monotonic(), 0))

    def close(self) -> None:
        with self._turn:
            self._watcher.close()


def _child_rows(connection: Connection, asked: dict[str, object]) -> tuple[ChildRow, ...]:
    """The run first, then its children in the order they are worked on; whatever their number, three statements."""
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for row in connection.execute(_ATTEMPTS, asked):
        attempt = as_attempt(row)
        attempts[attempt.session_id].append(attempt)
    steps = {row.session_id: (row.step, row.issued_at) for row in connection.execute(_PENDING, asked)}
    return tuple(
        _child_row(row, tuple(attempts.get(row.id, ())), steps.get(row.id, ("", None)))
        for row in connection.execute(_CHILDREN, asked)
    )


def _child_row(row: AnyRow, attempts: tuple[Attempt, ...], step: tuple[str, int | None]) -> ChildRow:
    pending_step, pending_since = step
    return ChildRow(
        id=row.id,
        parent_id=row.parent_id,
        component_id=row.component_id or "",
        name=row.name if row.name is not None else row.id,
        test_path=row.test_path or "",
        priority=row.priority or 0,
        status=SessionStatus(row.status),
        state={key: value for key, value in from_json(row.state).items() if key != CONTEXT},
        agent=row.agent,
        pending_step=pending_step,
        pending_since=as_moment(pending_since),
        attempts=attempts,
        max_attempts=row.max_attempts,
        last_action=row.last_action or "",
        last_action_at=as_moment(row.last_action_at),
        created_at=from_micros(row.created_at),
        updated_at=from_micros(row.updated_at),
        version=row.version,
        mode=ExecutionMode(row.execution_mode),
        last_action_kind=row.last_action_kind or "",
    )
