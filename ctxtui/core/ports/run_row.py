"""What a list of runs shows of one: apart from the store's ports, since the first picture of the interface needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.domain.lease import Lease
    from ctxtui.core.domain.scope import Scope
    from ctxtui.core.domain.statuses import SessionStatus


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as a list shows it. `cost` is what its agents said so far, in US dollars."""

    id: str
    scope: Scope
    name: str
    agent: str
    status: SessionStatus
    state: JsonMap
    created_at: datetime
    updated_at: datetime
    lease: Lease | None
    child_counts: dict[SessionStatus, int]
    skipped: int = 0
    cost: float = 0.0
