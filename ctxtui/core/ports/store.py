"""Where everything is kept. Every call takes a scope and sees nothing outside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ctxtui.core.domain.statuses import ExecutionMode
from ctxtui.core.ports.run_row import RunRow

if TYPE_CHECKING:
    from ctxtui.core.domain.artifact import AcceptedFile
    from ctxtui.core.domain.attempt import Attempt, AttemptEnd, AttemptStart
    from ctxtui.core.domain.component import Component
    from ctxtui.core.domain.event import Event
    from ctxtui.core.domain.interaction import Command, Interaction, Result
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.lease import Lease, Owner
    from ctxtui.core.domain.plan import Spent
    from ctxtui.core.domain.request import Request
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.domain.session import ChildSpec, Session, SessionStatus, SessionUpdates
    from ctxtui.core.domain.verdict import RungVerdict
    from ctxtui.core.ports.ledger import Ledger

__all__ = [
    "ChildRow",
    "Closer",
    "Feed",
    "History",
    "Leases",
    "Requests",
    "RunChanges",
    "RunRow",
    "SearchHit",
    "Sessions",
    "Spawned",
    "Store",
    "StoredEvent",
]


@dataclass(frozen=True, slots=True)
class Spawned:
    """What a fan-out did: new children, children that were there, and failures by component name."""

    created: tuple[str, ...]
    existing: tuple[str, ...]
    failures: dict[str, str]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its place in the history; `id` grows with time over the whole store."""

    id: int
    session_id: str
    interaction_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class Heard:
    """When a session said anything last; `words` are the beginning of what an agent or its tests just printed then."""

    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One session as the live tree shows it: the parent itself comes as a row too, with `parent_id` None.

    `pending_step` is the step under way (empty: none). `attempts` are all of the session's attempts, in order.
    `last_action` is the text of its newest telling event; `last_action_at` when that was, `last_action_kind` its kind.
    """

    id: str
    parent_id: str | None
    component_id: str
    name: str
    test_path: str
    priority: int
    status: SessionStatus
    state: JsonMap
    agent: str
    pending_step: str
    pending_since: datetime | None
    attempts: tuple[Attempt, ...]
    max_attempts: int
    last_action: str
    last_action_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    mode: ExecutionMode = ExecutionMode.AUTO
    last_action_kind: str = ""


@dataclass(frozen=True, slots=True)
class RunChanges:
    """Rows of one run that changed after a version; `version` is what to ask from next time."""

    version: int
    rows: tuple[ChildRow, ...]
    requests: tuple[Request, ...]
    lease: Lease | None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A place in the history: an event, or with `event_id` None a step's prompt and result."""

    session_id: str
    interaction_id: str
    event_id: int | None
    excerpt: str
    at: datetime


class Sessions(Protocol):
    """Sessions and components."""

    def save_component(self, scope: Scope, component: Component) -> None:
        """Stores a component and its child components; existing ones are updated, vanished ones unlinked."""
        ...

    def create(self, session: Session) -> None:
        """Stores a parent session. Raises ConflictError when its id is taken, NotFoundError for a foreign parent."""
        ...

    def create_once(self, session: Session, key: str) -> str:
        """The id of the scope's newest run with that key in its plan that was not cancelled.

        There being none, the session is stored and its own id given: of several who ask at once, one wins.
        """
        ...

    def spawn(self, scope: Scope, parent_id: str, children: Sequence[ChildSpec]) -> Spawned:
        """One child per component: existing ones are left alone. Raises NotFoundError("Session not found")."""
        ...

    def load(self, scope: Scope, session_id: str) -> Session:
        """A session with component, interactions and children. Raises NotFoundError."""
        ...

    def change(
        self,
        scope: Scope,
        session_id: str,
        expected: SessionStatus,
        updates: SessionUpdates,
        *,
        by: str,
        reason: str,
    ) -> None:
        """A guarded transition, recorded in the history. Raises ConflictError when the status is another."""
        ...

    def proved(self, scope: Scope, component_name: str, limit: int = 10) -> tuple[Session, ...]:
        """Complete sessions of components of that name, newest first, without interactions and children."""
        ...

    def runs(self, scope: Scope | None = None, account: str = "") -> tuple[RunRow, ...]:
        """Runs of a scope, newest first; with scope None those of every project of the account."""
        ...


class History(Protocol):
    """Interactions, attempts and events."""

    def begin(
        self, scope: Scope, session_id: str, interaction_id: str, command: Command, attempt: AttemptStart | None = None
    ) -> Interaction:
        """Stores a command before it runs. Raises ConflictError when one is pending or the session is not active."""
        ...

    def finish(
        self,
        scope: Scope,
        interaction_id: str,
        result: Result,
        updates: SessionUpdates,
        attempt: AttemptEnd | None = None,
        files: Sequence[AcceptedFile] | None = None,
    ) -> None:
        """Stores the result, the session's update, the attempt's end and accepted files in one transaction.

        Raises ConflictError when the interaction has a result already.
        """
        ...

    def record(self, scope: Scope, session_id: str, interaction_id: str, events: Sequence[Event]) -> None:
        """Appends events; returns at once, they are stored within 100 ms."""
        ...

    def rung(self, scope: Scope, attempt_id: str, verdict: RungVerdict) -> None:
        """Adds a rung's verdict to an attempt; the last one of a rung counts."""
        ...

    def attempts(self, scope: Scope, session_id: str) -> tuple[Attempt, ...]: ...

    def update_attempt(self, scope: Scope, end: AttemptEnd) -> None:
        """Changes an attempt that has not ended. Raises ConflictError when it has."""
        ...

    def spent_since(self, account: str, moment: datetime) -> Spent:
        """What the attempts that began since then used, in every project of the account, without their time."""
        ...

    def files(self, scope: Scope, session_id: str) -> tuple[AcceptedFile, ...]:
        """The files a session's last accepted attempt left."""
        ...

    def contents(self, scope: Scope, run_id: str, digests: Sequence[str]) -> dict[str, bytes]:
        """What is in judged files of a run, by the id of their blobs; only a shared store has some of them."""
        ...

    def interactions(
        self, scope: Scope, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> tuple[Interaction, ...]: ...

    def events(
        self,
        scope: Scope,
        session_id: str,
        after_id: int = 0,
        limit: int = 1000,
        *,
        newest: bool = False,
        raw: bool = True,
    ) -> tuple[StoredEvent, ...]:
        """Events of one session in order; `newest` gives the last `limit` of them, `raw` the agent's own lines, too."""
        ...

    def last_heard(self, scope: Scope, session_ids: Sequence[str]) -> dict[str, Heard]:
        """What each of the sessions said last, raw lines included; those that never did are left out."""
        ...

    def search(self, scope: Scope, run_id: str, text: str, limit: int = 50) -> tuple[SearchHit, ...]: ...


class Requests(Protocol):
    """What people ask of a run."""

    def ask(self, scope: Scope, request: Request) -> None: ...

    def open(self, scope: Scope, run_id: str) -> tuple[Request, ...]:
        """Unanswered requests, oldest first."""
        ...

    def get(self, scope: Scope, request_id: str) -> Request: ...

    def answer(self, scope: Scope, request_id: str, *, is_granted: bool, answer: str) -> None: ...

    def all(self, scope: Scope, run_id: str) -> tuple[Request, ...]: ...


class Leases(Protocol):
    """Who owns a run."""

    def acquire(self, scope: Scope, run_id: str, owner: Owner, *, replace: Lease | None) -> Lease:
        """Takes the lease by compare-and-set against what the caller saw. Raises LeaseError when beaten to it."""
        ...

    def heartbeat(self, scope: Scope, lease: Lease) -> None:
        """Raises LeaseError when the lease is somebody else's by now."""
        ...

    def release(self, scope: Scope, lease: Lease) -> None: ...

    def current(self, scope: Scope, run_id: str) -> Lease | None: ...


class Feed(Protocol):
    """What viewers follow."""

    def changes(self, scope: Scope, run_id: str, since: int = 0) -> RunChanges: ...

    def wait(self, seconds: float) -> bool:
        """Whether anything was written since the last call, after waiting at most that long."""
        ...


@dataclass(frozen=True, slots=True)
class Store:
    """The store's parts, opened together; `close` flushes what is still to be written.

    `location` may be shown: it holds no password. A store `is_shared` when its users may have no folder in common.
    """

    location: str
    sessions: Sessions
    history: History
    requests: Requests
    leases: Leases
    feed: Feed
    ledger: Ledger
    close: Closer = field(repr=False)
    is_shared: bool = False


class Closer(Protocol):
    def __call__(self) -> None: ...
