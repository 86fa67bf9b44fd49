"""Attempts: begun with a number of their own, judged rung by rung, ended once."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, and_, func, insert, select, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.attempt import AttemptOutcome, Usage
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.store import AttemptEnd, AttemptStart
from ctxtui.core.store.encoding import from_json, to_json, to_text
from ctxtui.core.store.models import AttemptRecord
from ctxtui.core.store.transaction import Transaction, within

UNDER_WAY = frozenset({AttemptOutcome.RUNNING, AttemptOutcome.VALIDATING})


def begin_attempt(transaction: Transaction, scope: Scope, session_id: str, start: AttemptStart) -> None:
    """The number is the next one of the session."""
    connection = transaction.connection
    taken = select(AttemptRecord.id).where(within(AttemptRecord, scope), AttemptRecord.id == start.id)
    if connection.execute(taken).first() is not None:
        raise ConflictError(f"There is an attempt {start.id} already.")
    last = connection.execute(
        select(func.max(AttemptRecord.n)).where(within(AttemptRecord, scope), AttemptRecord.session_id == session_id)
    ).scalar_one()
    connection.execute(
        insert(AttemptRecord).values(
            account=scope.account,
            project=scope.project,
            id=start.id,
            session_id=session_id,
            n=(last or 0) + 1,
            reason=to_text(start.reason),
            outcome=AttemptOutcome.RUNNING.value,
            started_at=transaction.now,
            conversation="",
            rungs="[]",
            usage=to_json(Usage()),
        )
    )


def end_attempt(transaction: Transaction, scope: Scope, end: AttemptEnd, *, of_session: str | None = None) -> None:
    """Ends an attempt, or moves it on while it is under way. Raises ConflictError when it has ended."""
    found = _find(transaction.connection, scope, end.id)
    if of_session is not None and found.session_id != of_session:
        raise NotFoundError(f"There is no attempt {end.id} in session {of_session}.")
    columns: dict[str, Any] = {"outcome": end.outcome.value}
    if end.outcome not in UNDER_WAY:
        columns["ended_at"] = transaction.now
    if end.conversation is not None:
        columns["conversation"] = to_text(end.conversation)
    if end.usage is not None:
        columns["usage"] = to_json(end.usage)
    changed = transaction.connection.execute(
        update(AttemptRecord)
        .where(within(AttemptRecord, scope), AttemptRecord.id == end.id, AttemptRecord.ended_at.is_(None))
        .values(columns)
    )
    if changed.rowcount != 1:
        raise ConflictError(f"Attempt {found.n} of session {found.session_id} has ended already: {found.outcome}.")
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
    transaction.connection.execute(
        update(AttemptRecord)
        .where(within(AttemptRecord, scope), AttemptRecord.id == attempt_id)
        .values(rungs=to_json(rungs))
    )
    transaction.touch(scope, found.session_id)


def _find(connection: Connection, scope: Scope, attempt_id: str) -> Row[str, int, str, str]:
    found = connection.execute(
        select(AttemptRecord.session_id, AttemptRecord.n, AttemptRecord.outcome, AttemptRecord.rungs).where(
            and_(within(AttemptRecord, scope), AttemptRecord.id == attempt_id)
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no attempt {attempt_id} in project {scope.project}.")
    return found
