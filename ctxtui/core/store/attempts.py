"""Attempts: begun with a number of their own, judged rung by rung, ended once."""

from __future__ import annotations

import msgspec
from sqlalchemy import Row, and_, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome, AttemptStart, Usage
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.store.encoding import from_json, to_json, to_text
from ctxtui.core.store.models import AttemptRecord, SessionRecord
from ctxtui.core.store.transaction import Transaction, in_scope, scoped

UNDER_WAY = frozenset({AttemptOutcome.RUNNING, AttemptOutcome.VALIDATING})
_NO_USAGE = to_json(Usage())


_THE_ATTEMPT = and_(in_scope(AttemptRecord), AttemptRecord.id == bindparam("of_attempt"))
_LAST_NUMBER = (
    select(func.max(AttemptRecord.n))
    .where(in_scope(AttemptRecord), AttemptRecord.session_id == bindparam("of_session"))
    .scalar_subquery()
)
_AGENT_AND_LAST_NUMBER = select(SessionRecord.agent, _LAST_NUMBER).where(
    in_scope(SessionRecord), SessionRecord.id == bindparam("of_session")
)
_ADD = insert(AttemptRecord)
_FIND = select(AttemptRecord.session_id, AttemptRecord.n, AttemptRecord.outcome, AttemptRecord.rungs).where(
    _THE_ATTEMPT
)
_SET_RUNGS = update(AttemptRecord).where(_THE_ATTEMPT).values(rungs=bindparam("new_rungs"))
_FIND_USAGE = select(AttemptRecord.session_id, AttemptRecord.usage).where(_THE_ATTEMPT)
_SET_USAGE = update(AttemptRecord).where(_THE_ATTEMPT).values(usage=bindparam("new_usage"))
_END = (
    update(AttemptRecord)
    .where(_THE_ATTEMPT, AttemptRecord.ended_at.is_(None))
    .values(
        outcome=bindparam("new_outcome"),
        ended_at=bindparam("new_ended_at"),
        conversation=func.coalesce(bindparam("new_conversation"), AttemptRecord.conversation),
        usage=func.coalesce(bindparam("new_usage"), AttemptRecord.usage),
    )
    .returning(AttemptRecord.session_id)
)


def begin_attempt(transaction: Transaction, scope: Scope, session_id: str, start: AttemptStart) -> None:
    """The number is the next one of the session. Raises ConflictError when the id is taken."""
    connection = transaction.connection
    agent, last = connection.execute(_AGENT_AND_LAST_NUMBER, scoped(scope, of_session=session_id)).one()
    row = {
        "account": scope.account,
        "project": scope.project,
        "id": start.id,
        "session_id": session_id,
        "n": (last or 0) + 1,
        "reason": to_text(start.reason),
        "outcome": AttemptOutcome.RUNNING.value,
        "started_at": transaction.now,
        "conversation": "",
        "rungs": "[]",
        "usage": _NO_USAGE,
        "agent": agent,
    }
    try:
        connection.execute(_ADD, row)
    except IntegrityError as error:
        raise ConflictError(f"There is an attempt {start.id} already.") from error


def end_attempt(transaction: Transaction, scope: Scope, end: AttemptEnd, *, of_session: str | None = None) -> None:
    """Ends an attempt, or moves it on while it is under way. Raises ConflictError when it has ended.

    `of_session` is the session that it must be of.
    """
    values = {
        "new_outcome": end.outcome.value,
        "new_ended_at": None if end.outcome in UNDER_WAY else transaction.now,
        "new_conversation": None if end.conversation is None else to_text(end.conversation),
        "new_usage": None if end.usage is None else to_json(end.usage),
    }
    session_id = transaction.connection.execute(_END, scoped(scope, of_attempt=end.id, **values)).scalar_one_or_none()
    if session_id is None:
        found = _find(transaction.connection, scope, end.id)
        raise ConflictError(f"Attempt {found.n} of session {found.session_id} has ended already: {found.outcome}.")
    if of_session is not None and session_id != of_session:
        raise NotFoundError(f"There is no attempt {end.id} in session {of_session}.")
    transaction.touch(scope, session_id)


def add_usage(transaction: Transaction, scope: Scope, attempt_id: str, usage: Usage) -> None:
    """Counts more for an attempt, whether or not it has ended."""
    found = transaction.connection.execute(_FIND_USAGE, scoped(scope, of_attempt=attempt_id)).one()
    total = Usage(**from_json(found.usage)).plus(usage)
    transaction.connection.execute(_SET_USAGE, scoped(scope, of_attempt=attempt_id, new_usage=to_json(total)))
    transaction.touch(scope, found.session_id)


def add_verdict(transaction: Transaction, scope: Scope, attempt_id: str, verdict: RungVerdict) -> None:
    """The verdict takes the place of an earlier one of the same rung, else it comes last."""
    found = _find(transaction.connection, scope, attempt_id)
    added = msgspec.to_builtins(verdict)
    rungs = from_json(found.rungs)
    names = [rung["rung"] for rung in rungs]
    if verdict.rung in names:
        rungs[names.index(verdict.rung)] = added
    else:
        rungs.append(added)
    transaction.connection.execute(_SET_RUNGS, scoped(scope, of_attempt=attempt_id, new_rungs=to_json(rungs)))
    transaction.touch(scope, found.session_id)


def _find(connection: Connection, scope: Scope, attempt_id: str) -> Row[str, int, str, str]:
    found = connection.execute(_FIND, scoped(scope, of_attempt=attempt_id)).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no attempt {attempt_id} in project {scope.project}.")
    return found
