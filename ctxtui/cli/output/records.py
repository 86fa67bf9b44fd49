"""What is stored, as maps that JSON can hold: one function a kind of record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from ctxtui.core.domain.attempt import Attempt
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.domain.request import Request
    from ctxtui.core.domain.session import Session
    from ctxtui.core.ports.store import StoredEvent

Record = dict[str, Any]


def session_record(session: Session) -> Record:
    component = session.component
    return {
        "id": session.id,
        "parent": session.parent_id,
        "session_type": session.type,
        "name": session.name,
        "source": component.source_path if component else None,
        "tests": component.test_path if component else None,
        "agent": session.agent,
        "environment": session.environment,
        "execution_mode": str(session.execution_mode),
        "status": str(session.status),
        "state": dict(session.state),
        "created_at": session.created_at.isoformat(),
    }


def interaction_record(item: Interaction) -> Record:
    result = item.result
    return {
        "id": item.id,
        "seq": item.seq,
        "step": item.command.step,
        "issued_at": item.command.issued_at.isoformat(),
        "metadata": dict(item.command.metadata),
        "completed_at": _iso(item.completed_at),
        "result": None
        if result is None
        else {
            "status": str(result.status),
            "message": result.message,
            "data": dict(result.data),
            "exit_code": result.exit_code,
            "output": result.output,
            "duration": result.duration,
        },
    }


def attempt_record(attempt: Attempt) -> Record:
    return {
        "id": attempt.id,
        "n": attempt.n,
        "reason": attempt.reason,
        "outcome": str(attempt.outcome),
        "started_at": attempt.started_at.isoformat(),
        "ended_at": _iso(attempt.ended_at),
        "conversation": attempt.conversation or None,
        "rungs": [
            {
                "rung": verdict.rung,
                "outcome": str(verdict.outcome),
                "summary": verdict.summary,
                "duration": verdict.duration,
                "metrics": dict(verdict.metrics),
                "evidence": [
                    {"kind": item.kind, "message": item.message, "path": item.path, "test": item.test}
                    | {"detail": item.detail}
                    for item in verdict.evidence
                ],
            }
            for verdict in attempt.rungs
        ],
        "usage": {
            "input_tokens": attempt.usage.input_tokens,
            "output_tokens": attempt.usage.output_tokens,
            "cached_tokens": attempt.usage.cached_tokens,
            "cost": attempt.usage.cost,
            "model": attempt.usage.model,
            "is_estimated": attempt.usage.is_estimated,
        },
    }


def event_record(item: StoredEvent) -> Record:
    event = item.event
    return {
        "id": item.id,
        "interaction": item.interaction_id,
        "kind": str(event.kind),
        "at": event.at.isoformat(),
        "text": event.text,
        "data": dict(event.data),
    }


def request_record(item: Request) -> Record:
    return {
        "id": item.id,
        "session": item.session_id,
        "kind": str(item.kind),
        "by": item.requested_by,
        "at": item.requested_at.isoformat(),
        "arguments": dict(item.arguments),
        "answered_at": _iso(item.answered_at),
        "granted": item.is_granted,
        "answer": item.answer,
    }


def line(kind: str, session_id: str, record: Mapping[str, Any]) -> Record:
    """A record as a line of its own, which says what it is and whose."""
    return {"type": kind, "session": session_id, **record}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
