"""Who may be opened and whose agent may be asked now. Pure: equal situations give equal answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ctxtui.core.engine.queue import Queue


@dataclass(frozen=True, slots=True)
class Asking:
    """Agents at work: how many of each, and how many at each of a cluster's workers."""

    agents: Counter[str] = field(default_factory=Counter)
    workers: Counter[str] = field(default_factory=Counter)

    def copy(self) -> Asking:
        return Asking(self.agents.copy(), self.workers.copy())

    def add(self, agent: str, worker: str) -> None:
        self.agents[agent] += 1
        if worker:
            self.workers[worker] += 1


@dataclass(frozen=True, slots=True)
class Room:
    """What keeps children from going on.

    `jobs` agents may be at work at a time, of each agent at most what `most_of` says, and at each worker of a cluster
    as many as it has `seats`. `ahead` is how many children more may be open: prepared or judged while the agents work
    at others. `is_open` says whether anything new may start.
    """

    jobs: int
    most_of: Callable[[str], int]
    ahead: int = 0
    is_open: bool = True
    seats: Mapping[str, int] = field(default_factory=dict)

    def may_ask(self, agent: str, worker: str, asking: Asking) -> bool:
        """Whether the agent may be asked there, where so many are at work already."""
        if worker in self.seats and asking.workers[worker] >= self.seats[worker]:
            return False
        return asking.agents.total() < self.jobs and asking.agents[agent] < self.most_of(agent)


@dataclass(frozen=True, slots=True)
class Resting:
    """An open child whose agent is to be asked, at its worker if it has one; `has_begun` when it was asked before."""

    child_id: str
    agent: str
    has_begun: bool
    worker: str = ""


def may_ask(resting: Iterable[Resting], asking: Asking, room: Room) -> tuple[str, ...]:
    """Those whose agent may be asked now: a child that was begun goes before one that is new, else in their order."""
    started: list[str] = []
    at_work = asking.copy()
    for child in sorted(resting, key=lambda child: not child.has_begun):
        if (child.has_begun or room.is_open) and room.may_ask(child.agent, child.worker, at_work):
            at_work.add(child.agent, child.worker)
            started.append(child.child_id)
    return tuple(started)


def may_open(queue: Queue, under_way: Collection[str], opened: Counter[str], room: Room) -> tuple[str, ...]:
    """Those of the queue that start now, in its order; one whose last work still ends waits without blocking others.

    `opened` is how many children of each agent are open.
    """
    started: list[str] = []
    open_now = opened.copy()
    most = room.jobs + room.ahead if room.is_open else 0
    while open_now.total() < most:
        full = {agent for agent in queue.agents if open_now[agent] >= room.most_of(agent) + room.ahead}
        child_id = queue.first(full, {*under_way, *started})
        if not child_id:
            break
        open_now[queue.agent_of(child_id)] += 1
        started.append(child_id)
    return tuple(started)
