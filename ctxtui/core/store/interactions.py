"""One step of a session: the command stored before it runs, the result with all that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import ConflictError, NotFoundError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Command, Interaction, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.ports.store import AttemptEnd, AttemptStart
from ctxtui.core.store.attempts import begin_attempt, end_attempt
from ctxtui.core.store.encoding import from_micros, to_json, to_micros, to_text
from ctxtui.core.store.models import ArtifactRecord, InteractionRecord
from ctxtui.core.store.sessions import apply_updates
from ctxtui.core.store.transaction import Transaction, event_row, find_session, within


def begin_interaction(
    transaction: Transaction,
    scope: Scope,
    session_id: str,
    interaction_id: str,
    command: Command,
    attempt: AttemptStart | None,
) -> Interaction:
    connection = transaction.connection
    status = find_session(connection, scope, session_id).status
    if status != SessionStatus.ACTIVE:
        raise ConflictError(f"Session {session_id} is {status}: {command.step} cannot begin.")
    _refuse_second(connection, scope, session_id, interaction_id)
    last = connection.execute(
        select(func.max(InteractionRecord.seq)).where(
            within(InteractionRecord, scope), InteractionRecord.session_id == session_id
        )
    ).scalar_one()
    interaction = Interaction(interaction_id, session_id, (last or 0) + 1, command)
    connection.execute(insert(InteractionRecord).values(_row(scope, interaction)))
    if attempt is not None:
        begin_attempt(transaction, scope, session_id, attempt)
    transaction.touch(scope, session_id)
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
    connection = transaction.connection
    session_id = _complete(transaction, scope, interaction_id, result)
    status = SessionStatus(find_session(connection, scope, session_id).status)
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
        _replace_files(connection, scope, session_id, interaction_id, files)


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


def _refuse_second(connection: Connection, scope: Scope, session_id: str, interaction_id: str) -> None:
    pending = connection.execute(
        select(InteractionRecord.step).where(
            within(InteractionRecord, scope),
            InteractionRecord.session_id == session_id,
            InteractionRecord.result_status.is_(None),
        )
    ).first()
    if pending is not None:
        raise ConflictError(f"Session {session_id} has {pending.step} under way already.")
    taken = select(InteractionRecord.id).where(within(InteractionRecord, scope), InteractionRecord.id == interaction_id)
    if connection.execute(taken).first() is not None:
        raise ConflictError(f"There is an interaction {interaction_id} already.")


def _complete(transaction: Transaction, scope: Scope, interaction_id: str, result: Result) -> str:
    """Stores the result of a pending interaction; the id of its session comes back."""
    the_interaction = (within(InteractionRecord, scope), InteractionRecord.id == interaction_id)
    found = transaction.connection.execute(
        select(InteractionRecord.session_id, InteractionRecord.step, InteractionRecord.result_status).where(
            *the_interaction
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError(f"There is no interaction {interaction_id} in project {scope.project}.")
    completed = transaction.connection.execute(
        update(InteractionRecord)
        .where(*the_interaction, InteractionRecord.result_status.is_(None))
        .values(
            result_status=result.status.value,
            message=to_text(result.message),
            data=to_json(result.data),
            exit_code=result.exit_code,
            output=to_text(result.output),
            duration=result.duration,
            completed_at=transaction.now,
            version=transaction.version,
        )
    )
    if completed.rowcount != 1:
        raise ConflictError(f"{found.step} of session {found.session_id} has a result already: {found.result_status}.")
    session_id: str = found.session_id
    return session_id


def _status_event(transaction: Transaction, before: SessionStatus, after: SessionStatus, *, is_late: bool) -> Event:
    text = f"a late result would have made it {after}; it stays {before}" if is_late else f"{before} → {after}"
    data = {"from": before.value, "to": (before if is_late else after).value, "by": "workflow", "reason": ""}
    return Event(EventKind.STATUS, from_micros(transaction.now), text, data)


def _replace_files(
    connection: Connection, scope: Scope, session_id: str, interaction_id: str, files: Sequence[AcceptedFile]
) -> None:
    connection.execute(
        delete(ArtifactRecord).where(within(ArtifactRecord, scope), ArtifactRecord.session_id == session_id)
    )
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
        connection.execute(insert(ArtifactRecord), rows)
