"""What people ask of a run, kept with the answers."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.request import Request
from ctxtui.core.domain.scope import Scope
from ctxtui.core.ports.ledger import Answer
from ctxtui.core.store.database import Database
from ctxtui.core.store.encoding import to_json, to_micros, to_text
from ctxtui.core.store.mapping import REQUEST, as_request
from ctxtui.core.store.models import RequestRecord
from ctxtui.core.store.transaction import Transaction, find_run, find_session, in_scope, scoped, within
from ctxtui.core.store.writer import Writer

# Built once: a run's owner looks for requests several times a second.
_ALL = (
    select(*REQUEST)
    .where(in_scope(RequestRecord), RequestRecord.run_id == bindparam("of_run"))
    .order_by(RequestRecord.seq)
)
_OPEN = _ALL.where(RequestRecord.answered_at.is_(None))


class SqlRequests:
    """Requests in a table."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    def ask(self, scope: Scope, request: Request) -> None:
        self._writer.run(lambda transaction: _ask(transaction, scope, request))

    def open(self, scope: Scope, run_id: str) -> tuple[Request, ...]:
        return self._list(scope, run_id, _OPEN)

    def get(self, scope: Scope, request_id: str) -> Request:
        with self._database.reading() as connection:
            return _find(connection, scope, request_id)

    def answer(self, scope: Scope, request_id: str, *, is_granted: bool, answer: str) -> None:
        self._writer.run(lambda transaction: answer_request(transaction, scope, Answer(request_id, is_granted, answer)))

    def all(self, scope: Scope, run_id: str) -> tuple[Request, ...]:
        return self._list(scope, run_id, _ALL)

    def _list(self, scope: Scope, run_id: str, chosen: Select[*tuple[object, ...]]) -> tuple[Request, ...]:
        with self._database.reading() as connection:
            find_run(connection, scope, run_id)
            return tuple(as_request(row) for row in connection.execute(chosen, scoped(scope, of_run=run_id)))


def _find(connection: Connection, scope: Scope, request_id: str) -> Request:
    found = connection.execute(
        select(*REQUEST).where(within(RequestRecord, scope), RequestRecord.id == request_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no request {request_id} in project {scope.project}.")
    return as_request(found)


def _ask(transaction: Transaction, scope: Scope, request: Request) -> None:
    connection = transaction.connection
    find_run(connection, scope, request.run_id)
    parent_id = find_session(connection, scope, request.session_id).parent_id
    if request.run_id not in {request.session_id, parent_id}:
        raise NotFoundError(f"There is no session {request.session_id} in run {request.run_id}.")
    taken = select(RequestRecord.id).where(within(RequestRecord, scope), RequestRecord.id == request.id)
    if connection.execute(taken).first() is not None:
        raise ConflictError(f"There is a request {request.id} already.")
    last = connection.execute(
        select(func.max(RequestRecord.seq)).where(within(RequestRecord, scope), RequestRecord.run_id == request.run_id)
    ).scalar_one()
    connection.execute(
        insert(RequestRecord).values(
            account=scope.account,
            project=scope.project,
            id=request.id,
            run_id=request.run_id,
            session_id=request.session_id,
            seq=(last or 0) + 1,
            kind=request.kind.value,
            requested_by=to_text(request.requested_by),
            requested_at=to_micros(request.requested_at),
            arguments=to_json(request.arguments),
            answer="",
            version=transaction.version,
        )
    )


def answer_request(transaction: Transaction, scope: Scope, answer: Answer) -> None:
    request = _find(transaction.connection, scope, answer.request_id)
    answered = transaction.connection.execute(
        update(RequestRecord)
        .where(within(RequestRecord, scope), RequestRecord.id == answer.request_id, RequestRecord.answered_at.is_(None))
        .values(
            answered_at=transaction.now,
            is_granted=answer.is_granted,
            answer=to_text(answer.text),
            reason=to_text(answer.reason),
            helps=answer.helps.value,
            version=transaction.version,
        )
    )
    if answered.rowcount != 1:
        raise ConflictError(f"The request to {request.kind} was answered already: {request.answer}")
