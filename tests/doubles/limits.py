"""A limit board in memory."""

from __future__ import annotations

from datetime import datetime


class Board:
    """Who is to be left alone until when."""

    def __init__(self) -> None:
        self.ends: dict[str, datetime] = {}

    def until(self, agent: str) -> datetime | None:
        return self.ends.get(agent)

    def hold(self, agent: str, until: datetime) -> None:
        self.ends[agent] = max(until, self.ends.get(agent, until))

    def forget(self, agent: str) -> None:
        self.ends.pop(agent, None)
