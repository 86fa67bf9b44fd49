"""Rows of the tables as values of the domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from sys import intern
from typing import Any

import msgspec
from sqlalchemy import Row

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome, Usage
from ctxtui.core.domain.component import Component, in_order
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.lease import Lease, Owner
from ctxtui.core.domain.request import Remedy, Request, RequestKind
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ExecutionMode, Session, SessionStatus
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.store import StoredEvent
from ctxtui.core.store.encoding import from_json, from_micros
from ctxtui.core.store.models import (
    AttemptRecord,
    ComponentRecord,
    EventRecord,
    InteractionRecord,
    LeaseRecord,
    RequestRecord,
    SessionRecord,
)

# Plain columns instead of whole records: the rows then cost a tuple each, and no identity map.
ATTEMPT = [column for column in AttemptRecord.__table__.c if column.name not in {"account", "project"}]
COMPONENT = ComponentRecord.__table__.c
EVENT = EventRecord.__table__.c
INTERACTION = InteractionRecord.__table__.c
LEASE = LeaseRecord.__table__.c
REQUEST = RequestRecord.__table__.c
SESSION = SessionRecord.__table__.c

# Straight into the domain's values: a tree of ten thousand children has a hundred thousand verdicts.
_decode_rungs = msgspec.json.Decoder(tuple[RungVerdict, ...]).decode
_decode_usage = msgspec.json.Decoder(Usage).decode

AnyRow = Row[*tuple[Any, ...]]


def as_moment(micros: int | None) -> Any:  # noqa: ANN401 - a datetime for a number, None for None
    return None if micros is None else from_micros(micros)


def as_attempt(row: AnyRow) -> Attempt:
    """By position, not by name: there may be tens of thousands."""
    attempt_id, session_id, n, reason, outcome, started_at, ended_at, conversation, rungs, usage, agent = row
    return Attempt(
        attempt_id,
        session_id,
        n,
        reason,
        from_micros(started_at),
        AttemptOutcome(outcome),
        None if ended_at is None else from_micros(ended_at),
        conversation,
        _decode_rungs(rungs),
        _decode_usage(usage),
        intern(agent),
    )


def as_interaction(row: AnyRow) -> Interaction:
    result = None
    if row.result_status is not None:
        result = Result(
            status=ResultStatus(row.result_status),
            message=row.message,
            data=from_json(row.data),
            exit_code=row.exit_code,
            output=row.output,
            duration=row.duration,
        )
    return Interaction(
        id=row.id,
        session_id=row.session_id,
        seq=row.seq,
        command=Command(row.step, Action(row.action), from_json(row.details), from_micros(row.issued_at)),
        result=result,
        completed_at=as_moment(row.completed_at),
    )


def as_event(row: AnyRow) -> StoredEvent:
    return StoredEvent(
        id=row.id,
        session_id=row.session_id,
        interaction_id=row.interaction_id or "",
        event=Event(EventKind(row.kind), from_micros(row.at), row.text, from_json(row.data)),
    )


def as_request(row: AnyRow) -> Request:
    return Request(
        id=row.id,
        run_id=row.run_id,
        session_id=row.session_id,
        kind=RequestKind(row.kind),
        requested_by=row.requested_by,
        requested_at=from_micros(row.requested_at),
        arguments=from_json(row.arguments),
        answered_at=as_moment(row.answered_at),
        is_granted=row.is_granted,
        answer=row.answer,
        reason=row.reason or "",
        helps=Remedy(row.helps or Remedy.NONE),
    )


def as_lease(row: AnyRow) -> Lease:
    return Lease(
        run_id=row.run_id,
        owner=Owner(row.host, row.boot_id, row.pid, row.process_start),
        token=row.token,
        heartbeat_at=from_micros(row.heartbeat_at),
    )


def as_component(row: AnyRow, child_components: tuple[Component, ...] = ()) -> Component:
    return Component(
        id=row.id,
        name=row.name,
        source_path=row.source_path,
        test_path=row.test_path,
        priority=row.priority,
        parent_id=row.parent_id,
        spec_paths=tuple(from_json(row.spec_paths)),
        child_components=child_components,
    )


def as_component_tree(rows: Iterable[AnyRow], root_id: str) -> Component:
    """The component of that id with all that is below it, in order."""
    rows_below: dict[str | None, list[AnyRow]] = defaultdict(list)
    by_id = {}
    for row in rows:
        by_id[row.id] = row
        rows_below[row.parent_id].append(row)

    def grown(row: AnyRow) -> Component:
        below = rows_below.pop(row.id, [])  # taken out, so that a circle of parents ends
        return as_component(row, in_order(tuple(grown(child) for child in below)))

    return grown(by_id[root_id])


@cache
def _retry(max_attempts: int, max_rounds: int, max_step_errors: int) -> RetryPolicy:
    return RetryPolicy(max_attempts, max_rounds, max_step_errors)


def as_session(
    row: AnyRow,
    scope: Scope,
    component: Component | None,
    interactions: tuple[Interaction, ...] = (),
    children: tuple[Session, ...] = (),
) -> Session:
    return Session(
        id=row.id,
        scope=scope,
        type=intern(row.type),  # a run has thousands of children that are alike in these
        component=component,
        agent=intern(row.agent),
        environment=intern(row.environment),
        created_at=from_micros(row.created_at),
        status=SessionStatus(row.status),
        execution_mode=ExecutionMode(row.execution_mode),
        parent_id=row.parent_id,
        state=from_json(row.state),
        retry=_retry(row.max_attempts, row.max_rounds, row.max_step_errors),
        interactions=interactions,
        children=children,
    )
