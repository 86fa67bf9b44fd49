"""The owner's writes: one transaction for all that belongs together, refused whole when the lease is lost."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.engine import Connection

from ctxtui.core.domain.errors import OpenRequestsError
from ctxtui.core.domain.event import Event
from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.scope import Scope
from ctxtui.core.ports.ledger import (
    AddEvents,
    AddUsage,
    AddVerdict,
    Answer,
    Begin,
    Change,
    EndAttempt,
    Finish,
    Keep,
    Leave,
    Spawn,
    Write,
)
from ctxtui.core.ports.store import Spawned
from ctxtui.core.store.attempts import add_usage, add_verdict, end_attempt
from ctxtui.core.store.contents import keep_contents
from ctxtui.core.store.interactions import begin_interaction, finish_interaction
from ctxtui.core.store.leases import give_back, holds, require_held
from ctxtui.core.store.models import RequestRecord
from ctxtui.core.store.requests import answer_request
from ctxtui.core.store.sessions import change_session
from ctxtui.core.store.spawning import spawn_children
from ctxtui.core.store.transaction import Transaction, event_row, within
from ctxtui.core.store.writer import Writer


class SqlLedger:
    """Writes for whoever holds the lease, and for nobody else."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def apply(self, scope: Scope, lease: Lease, writes: Sequence[Write]) -> tuple[Spawned, ...]:
        def work(transaction: Transaction) -> tuple[Spawned, ...]:
            require_held(transaction.connection, scope, lease)
            spawned = (_applied(transaction, scope, lease, write) for write in writes)
            return tuple(item for item in spawned if item is not None)

        return self._writer.run(work)

    def record(self, scope: Scope, lease: Lease, session_id: str, interaction_id: str, events: Sequence[Event]) -> None:
        rows = [event_row(scope, session_id, interaction_id, event) for event in events]
        self._writer.append(rows, lambda connection: holds(connection, scope, lease))


def _applied(transaction: Transaction, scope: Scope, lease: Lease, write: Write) -> Spawned | None:
    match write:
        case Begin():
            begin_interaction(transaction, scope, write.session_id, write.interaction_id, write.command, write.attempt)
        case Finish():
            finish_interaction(
                transaction, scope, write.interaction_id, write.result, write.updates, write.attempt, write.files
            )
        case Change():
            change_session(
                transaction, scope, write.session_id, write.expected, write.updates, by=write.by, reason=write.reason
            )
        case Spawn():
            return spawn_children(transaction, scope, write.parent_id, write.children)
        case EndAttempt() | AddUsage() | AddVerdict():
            _tell_attempt(transaction, scope, write)
        case AddEvents():
            rows = [event_row(scope, write.session_id, write.interaction_id, event) for event in write.events]
            transaction.add_events(rows)
        case Keep():
            keep_contents(transaction.connection, scope, lease.run_id, write.contents)
        case Answer():
            answer_request(transaction, scope, write)
        case Leave():
            _refuse_open_requests(transaction.connection, scope, lease.run_id)
            give_back(transaction.connection, scope, lease)
    return None


def _tell_attempt(transaction: Transaction, scope: Scope, write: EndAttempt | AddUsage | AddVerdict) -> None:
    match write:
        case EndAttempt(end):
            end_attempt(transaction, scope, end)
        case AddUsage(attempt_id, usage):
            add_usage(transaction, scope, attempt_id, usage)
        case AddVerdict(attempt_id, verdict):
            add_verdict(transaction, scope, attempt_id, verdict)


def _refuse_open_requests(connection: Connection, scope: Scope, run_id: str) -> None:
    waiting = select(RequestRecord.id).where(
        within(RequestRecord, scope), RequestRecord.run_id == run_id, RequestRecord.answered_at.is_(None)
    )
    if connection.execute(waiting.limit(1)).first() is not None:
        raise OpenRequestsError(f"Run {run_id} has a request that waits for its answer.")
