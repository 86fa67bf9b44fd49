"""Children that wait for their turn, in a line for each agent: nobody waits behind those whose agent has no room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(slots=True)
class Queue:
    """Used by one thread. A ticket says when a child came; the smallest is next."""

    _lines: dict[str, OrderedDict[str, int]] = field(default_factory=dict)
    _agents: dict[str, str] = field(default_factory=dict)
    _tickets: int = 0

    def __contains__(self, child_id: str) -> bool:
        return child_id in self._agents

    def __len__(self) -> int:
        return len(self._agents)

    @property
    def agents(self) -> Collection[str]:
        return self._lines.keys()

    def agent_of(self, child_id: str) -> str:
        return self._agents[child_id]

    def add(self, child_id: str, agent: str, *, is_first: bool = False) -> None:
        """Puts a child at the end, or before all others; one that waits already keeps its place with its agent."""
        if self._agents.get(child_id) == agent:
            return
        self.discard(child_id)
        self._tickets += 1
        line = self._lines.setdefault(agent, OrderedDict())
        line[child_id] = -self._tickets if is_first else self._tickets
        line.move_to_end(child_id, last=not is_first)
        self._agents[child_id] = agent

    def discard(self, child_id: str) -> None:
        agent = self._agents.pop(child_id, None)
        if agent is not None:
            del self._lines[agent][child_id]
            if not self._lines[agent]:
                del self._lines[agent]

    def first(self, full: Collection[str], but: Collection[str]) -> str:
        """The next child whose agent is not one of the `full` ones, without those in `but`; empty where none is."""
        heads = [self._head(line, but) for agent, line in self._lines.items() if agent not in full]
        return min((head for head in heads if head is not None), default=(0, ""))[1]

    @staticmethod
    def _head(line: OrderedDict[str, int], but: Collection[str]) -> tuple[int, str] | None:
        return next(((ticket, child_id) for child_id, ticket in line.items() if child_id not in but), None)
