"""Agents that want to be left alone for a while, and who waits for that."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ctxtui.core.domain.session import SessionStatus

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


@dataclass(slots=True)
class Cooldowns:
    """When each agent may be asked again after it said that it is asked too often; shared by all children."""

    _ends: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, agent: str, now: datetime, seconds: float) -> datetime:
        """When the agent may be asked again: what was said of it last holds unless it was asked to wait longer."""
        return self.hold(agent, now + timedelta(seconds=seconds), timedelta(seconds=seconds / 5))

    def hold(self, agent: str, until: datetime, spread: timedelta = timedelta()) -> datetime:
        """Lets nobody ask the agent before that time, and spreads those who wait over `spread` after it."""
        with self._lock:
            self._ends[agent] = max((until, spread), self._ends.get(agent, (until, spread)))
            return self._ends[agent][0]

    def end(self, agent: str, share: float) -> datetime | None:
        """When one who waits may ask, if it has to wait at all.

        `share`, from 0 to 1, is its place among the others, so that they do not all come back at once.
        """
        with self._lock:
            if agent not in self._ends:
                return None
            until, spread = self._ends[agent]
            return until + spread * share


def cooldown_left(row: ChildRow, now: datetime) -> timedelta | None:
    """How long the row still waits because its agent wants to be left alone; None when it does not wait for that."""
    until = row.state.get("cooldown_until")
    if not until or row.status is not SessionStatus.ACTIVE:
        return None
    left = datetime.fromisoformat(until) - now
    return left if left > timedelta() else None
