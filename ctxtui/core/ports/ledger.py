"""What the owner of a run writes: many changes in one transaction, all of them only while it holds the lease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptEnd, AttemptStart, Usage
from ctxtui.core.domain.event import Event
from ctxtui.core.domain.interaction import Command, Result
from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.request import Remedy
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, SessionStatus, SessionUpdates
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.store import Spawned


@dataclass(frozen=True, slots=True)
class Begin:
    """A command, stored before it runs."""

    session_id: str
    interaction_id: str
    command: Command
    attempt: AttemptStart | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """A result, with all that it changes in its session."""

    interaction_id: str
    result: Result
    updates: SessionUpdates
    attempt: AttemptEnd | None = None
    files: Sequence[AcceptedFile] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A guarded change of a session, recorded in the history with who made it and why."""

    session_id: str
    expected: SessionStatus
    updates: SessionUpdates
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Spawn:
    """One child session per component of the parent; existing ones are left alone."""

    parent_id: str
    children: Sequence[ChildSpec]


@dataclass(frozen=True, slots=True)
class EndAttempt:
    end: AttemptEnd


@dataclass(frozen=True, slots=True)
class AddUsage:
    """What an attempt used that had ended before that was known."""

    attempt_id: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class AddVerdict:
    """A rung's verdict on an attempt; the last one of a rung counts."""

    attempt_id: str
    verdict: RungVerdict


@dataclass(frozen=True, slots=True)
class AddEvents:
    session_id: str
    interaction_id: str
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Keep:
    """What is in judged files, by the id of their blobs: for owners that have no folder in common with this one."""

    contents: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request, stored together with the request's effect; of a refusal also why, and what helps."""

    request_id: str
    is_granted: bool
    text: str
    reason: str = ""
    helps: Remedy = Remedy.NONE


@dataclass(frozen=True, slots=True)
class Leave:
    """Gives the lease back. Nothing is written, and OpenRequestsError raised, while a request waits for its answer."""


Write: TypeAlias = (
    Begin | Finish | Change | Spawn | EndAttempt | AddUsage | AddVerdict | AddEvents | Keep | Answer | Leave
)


class Ledger(Protocol):
    """The only door through which the engine writes."""

    def apply(self, scope: Scope, lease: Lease, writes: Sequence[Write]) -> tuple[Spawned, ...]:
        """Stores all of them or nothing; gives what each Spawn did.

        Raises LeaseError when the lease is somebody else's by now, ConflictError when a session is not as expected.
        """
        ...

    def record(self, scope: Scope, lease: Lease, session_id: str, interaction_id: str, events: Sequence[Event]) -> None:
        """Appends events and returns at once; they are dropped when the lease is somebody else's by then."""
        ...
