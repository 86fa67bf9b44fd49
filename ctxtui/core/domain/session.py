"""One workflow over one component."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from ctxtui.core.domain.retry import RetryPolicy

if TYPE_CHECKING:
    from ctxtui.core.domain.component import Component
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.scope import Scope


class SessionStatus(StrEnum):
    ACTIVE = "active"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExecutionMode(StrEnum):
    MANUAL = "manual"
    AUTO = "auto"
    AGENTIC = "agentic"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as loaded from the store.

    `component`, `interactions` and `children` are filled by the loader; children are loaded without their own
    interactions. `state` is a JSON map whose keys are documented in `workflow/state.py`.
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
    def last_completed(self) -> Interaction | None:
        return next((step for step in reversed(self.interactions) if not step.is_pending), None)


@dataclass(frozen=True, slots=True)
class SessionUpdates:
    """What a step's result changes in its session; `state` is merged into the stored map, key by key."""

    status: SessionStatus | None = None
    state: JsonMap = field(default_factory=dict)


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
