"""One workflow over one component."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.domain.interaction import Action, Interaction
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.statuses import ExecutionMode, SessionStatus

if TYPE_CHECKING:
    from ctxtui.core.domain.component import Component
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.scope import Scope

__all__ = ["ENDED", "ChildSpec", "ExecutionMode", "Session", "SessionStatus", "SessionUpdates", "may_become"]


_MOVES = {
    SessionStatus.ACTIVE: frozenset(SessionStatus),
    SessionStatus.COMPLETE: frozenset({SessionStatus.ACTIVE, SessionStatus.CANCELLED}),
    SessionStatus.FAILED: frozenset({SessionStatus.ACTIVE, SessionStatus.CANCELLED}),
    SessionStatus.CANCELLED: frozenset({SessionStatus.ACTIVE}),
}
"""What a child may become: a user's retry or skip is all that moves a settled one."""
ENDED = frozenset({SessionStatus.COMPLETE, SessionStatus.CANCELLED})
"""Statuses that a run never leaves."""


def may_become(before: SessionStatus, after: SessionStatus, *, is_run: bool) -> bool:
    """Whether a session may go from one status to another; staying as it is always may be."""
    if before is after:
        return True
    return after in _MOVES[before] and not (is_run and before in ENDED)


@dataclass(frozen=True, slots=True)
class Session:
    """A session as loaded from the store.

    `component`, `interactions` and `children` are filled by the loader; children are loaded without their own
    interactions and without the `context` of their state. `state` is a JSON map whose keys are documented in
    `workflow/state.py`.
    """

    id: str
    scope: Scope
    type: str
    component: Component | None
    agent: str
    environment: str
    created_at: datetime
    status: SessionStatus = SessionStatus.ACTIVE
    execution_mode: ExecutionMode = ExecutionMode.AGENTIC
    parent_id: str | None = None
    state: JsonMap = field(default_factory=dict)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    interactions: tuple[Interaction, ...] = ()
    children: tuple[Session, ...] = ()

    @property
    def name(self) -> str:
        return self.component.name if self.component else self.id

    @property
    def is_skipped(self) -> bool:
        """Whether a person left this session out of the run."""
        return self.status is SessionStatus.CANCELLED and bool(self.state.get("skipped"))

    @property
    def pending(self) -> Interaction | None:
        """The command that was stored but has no result yet."""
        return next((step for step in reversed(self.interactions) if step.is_pending), None)

    @property
    def is_asking(self) -> bool:
        """Whether its command under way is to ask its agent; False for a child without its interactions."""
        return self.pending is not None and self.pending.command.action is Action.ASK_AGENT

    @property
    def last_completed(self) -> Interaction | None:
        return next((step for step in reversed(self.interactions) if not step.is_pending), None)


@dataclass(frozen=True, slots=True)
class SessionUpdates:
    """What changes in a session; `state` is merged into the stored map, key by key, None leaves a part as it is."""

    status: SessionStatus | None = None
    state: JsonMap = field(default_factory=dict)
    mode: ExecutionMode | None = None
    retry: RetryPolicy | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child session that a parent wants; `id` is derived from parent and component, so asking twice is harmless."""

    id: str
    component_id: str
    name: str
    type: str
    execution_mode: ExecutionMode
    agent: str
    environment: str
    state: JsonMap = field(default_factory=dict)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
