"""One step of a session: the command stored before it runs, the result with all that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptEnd, AttemptStart
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Command, Interaction, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.domain.statuses import move_in_words
from ctxtui.core.store.attempts import begin_attempt, end_attempt
from ctxtui.core.store.encoding import from_micros, to_json, to_micros, to_text
from ctxtui.core.store.models import ArtifactRecord, InteractionRecord
from ctxtui.core.store.sessions import apply_updates
from ctxtui.core.store.transaction import Transaction, event_row, in_scope, scoped

_THE_INTERACTION = and_(in_scope(InteractionRecord), InteractionRecord.id == bindparam("of_interaction"))
_LAST = (
    select(InteractionRecord.seq, InteractionRecord.step, InteractionRecord.result_status)
    .where(in_scope(InteractionRecord), InteractionRecord.session_id == bindparam("of_session"))
    .order_by(InteractionRecord.seq.desc())
    .limit(1)
)
_ADD = insert(InteractionRecord)
_FIND = select(InteractionRecord.session_id, InteractionRecord.step, InteractionRecord.result_status).where(
    _THE_INTERACTION
)
_RESULT = ("result_status", "message", "data", "exit_code", "output", "duration", "completed_at", "version")
_COMPLETE = (
    update(InteractionRecord)
    .where(_THE_INTERACTION, InteractionRecord.result_status.is_(None))
    .values({column: bindparam(f"new_{column}") for column in _RESULT})
    .returning(InteractionRecord.session_id, InteractionRecord.seq)
)
_DROP_FILES = delete(ArtifactRecord).where(
    in_scope(ArtifactRecord), ArtifactRecord.session_id == bindparam("of_session")
)
_ADD_FILES = insert(ArtifactRecord)


def begin_interaction(
    transaction: Transaction,
    scope: Scope,
    session_id: str,
    interaction_id: str,
    command: Command,
    attempt: AttemptStart | None,
) -> Interaction:
    """A pending interaction is always the session's last one, because no other can begin beside it."""
    connection = transaction.connection
    session = transaction.touch(scope, session_id)
    if session.status != SessionStatus.ACTIVE:
        raise ConflictError(f"Session {session_id} is {session.status}: {command.step} cannot begin.")
    last = session.last_ended if session.last_ended is not None else _last_ended(connection, scope, session_id)
    interaction = Interaction(interaction_id, session_id, last + 1, command)
    try:
        connection.execute(_ADD, _row(scope, interaction))
    except IntegrityError as error:
        raise ConflictError(f"There is an interaction {interaction_id} already.") from error
    session.last_ended = None
    if attempt is not None:
        begin_attempt(transaction, scope, session_id, attempt)
    return interaction


def finish_interaction(  # noqa: PLR0913, PLR0917 - all that one transaction stores
    transaction: Transaction,
    scope: Scope,
    interaction_id: str,
    result: Result,
    updates: SessionUpdates,
    attempt: AttemptEnd | None,
    files: Sequence[AcceptedFile] | None,
) -> None:
    """A result that comes after its session ended is stored, and leaves the session's status as it is."""
    session_id, number = _complete(transaction, scope, interaction_id, result)
    session = transaction.touch(scope, session_id)
    session.last_ended = number
    status = SessionStatus(session.status)
    wanted = updates.status or status
    is_late = status is not SessionStatus.ACTIVE and wanted is not status
    kept = SessionUpdates(status, updates.state) if is_late else updates
    apply_updates(transaction, scope, session_id, status, kept)
    if wanted is not status:
        event = _status_event(transaction, status, wanted, is_late=is_late)
        transaction.add_events([event_row(scope, session_id, interaction_id, event)])
    if attempt is not None:
        end_attempt(transaction, scope, attempt, of_session=session_id)
    if files is not None:
        _replace_files(transaction.connection, scope, session_id, interaction_id, files)


def _row(scope: Scope, interaction: Interaction) -> dict[str, Any]:
    command = interaction.command
    return {
        "account": scope.account,
        "project": scope.project,
        "id": interaction.id,
        "session_id": interaction.session_id,
        "seq": interaction.seq,
        "step": command.step,
        "action": command.action.value,
        "details": to_json(command.metadata),
        "issued_at": to_micros(command.issued_at),
        "message": "",
        "data": "{}",
        "output": "",
        "duration": 0.0,
        "version": 0,
    }


def _last_ended(connection: Connection, scope: Scope, session_id: str) -> int:
    """The number of the session's last interaction; 0 without one. Raises ConflictError when it has not ended."""
    last = connection.execute(_LAST, scoped(scope, of_session=session_id)).one_or_none()
    if last is None:
        return 0
    if last.result_status is None:
        raise ConflictError(f"Session {session_id} has {last.step} under way already.")
    number: int = last.seq
    return number


def _complete(transaction: Transaction, scope: Scope, interaction_id: str, result: Result) -> tuple[str, int]:
    """Stores the result of a pending interaction: the id of its session, and its number there."""
    values = {
        "new_result_status": result.status.value,
        "new_message": to_text(result.message),
        "new_data": to_json(result.data),
        "new_exit_code": result.exit_code,
        "new_output": to_text(result.output),
        "new_duration": result.duration,
        "new_completed_at": transaction.now,
        "new_version": transaction.version,
    }
    asked = scoped(scope, of_interaction=interaction_id, **values)
    completed = transaction.connection.execute(_COMPLETE, asked).one_or_none()
    if completed is not None:
        return completed.session_id, completed.seq
    found = transaction.connection.execute(_FIND, scoped(scope, of_interaction=interaction_id)).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no interaction {interaction_id} in project {scope.project}.")
    raise ConflictError(f"{found.step} of session {found.session_id} has a result already: {found.result_status}.")


def _status_event(transaction: Transaction, before: SessionStatus, after: SessionStatus, *, is_late: bool) -> Event:
    text = f"a late result would have made it {after}; it stays {before}" if is_late else move_in_words(after)
    data = {"from": before.value, "to": (before if is_late else after).value, "by": "workflow", "reason": ""}
    return Event(EventKind.STATUS, from_micros(transaction.now), text, data)


def _replace_files(
    connection: Connection, scope: Scope, session_id: str, interaction_id: str, files: Sequence[AcceptedFile]
) -> None:
    connection.execute(_DROP_FILES, scoped(scope, of_session=session_id))
    rows = [
        {
            "account": scope.account,
            "project": scope.project,
            "session_id": session_id,
            "path": to_text(file.path),
            "position": position,
            "interaction_id": interaction_id,
            "digest": file.digest,
            "mode": file.mode,
            "size": file.size,
        }
        for position, file in enumerate(files)
    ]
    if rows:
        connection.execute(_ADD_FILES, rows)
