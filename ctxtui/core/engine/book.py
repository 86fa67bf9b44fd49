"""What the deciding thread knows beside the store: who is under way, who waits, and who holds which worktree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.plan import Spent
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import RunState, child_state, run_state, worker_of
from ctxtui.core.domain.session import ExecutionMode, Session, SessionStatus
from ctxtui.core.engine.batch import Known
from ctxtui.core.engine.bounds import Bounds
from ctxtui.core.engine.cooldowns import Cooldowns
from ctxtui.core.engine.messages import Task
from ctxtui.core.engine.queue import Queue
from ctxtui.core.engine.remote.health import seats_of
from ctxtui.core.engine.scheduling import Asking, Resting, Room
from ctxtui.core.engine.slots import Slots

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap

LONGEST_HOLD = timedelta(seconds=30)
"""How long others are held back at most for an agent that has not begun to answer."""


@dataclass(slots=True)
class Book:
    """Everything here can be made again from the store; only the deciding thread reads or changes it.

    `queue` are active children that wait for their turn, `under_way` those that something is done for, `resting` those
    that are open and wait until their agent has room, `cooling` those
    under way that wait for their agent, each with its share of the time over which they come back. `first_asked` is
    which child asked an agent first and when, `answering` are agents that have begun to answer one, and those
    `holding_back` wait for that. `dropped` had a task that ended though its command is still wanted. `held` wait for
    what the whole run waits for. `stepped` are sessions that take their next step though the run is in manual mode.
    `known` are the children under way as they are stored: nobody else writes them, so they need not be read again.
    """

    run: Session
    cooldowns: Cooldowns
    spent: Spent = field(default_factory=Spent)
    queue: Queue = field(default_factory=Queue)
    under_way: set[str] = field(default_factory=set)
    resting: dict[str, Resting] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    stepped: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    cooling: dict[str, float] = field(default_factory=dict)
    first_asked: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    answering: set[str] = field(default_factory=set)
    holding_back: set[str] = field(default_factory=set)
    tasks: dict[str, Task] = field(default_factory=dict)
    slots: Slots = field(default_factory=Slots)
    not_created: dict[str, str] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    is_leaving: bool = False
    places: dict[str, int] = field(default_factory=dict)
    _read: tuple[JsonMap, RunState] | None = None

    def __post_init__(self) -> None:
        self.take(self.run)

    def take(self, run: Session) -> None:
        """The run as it was loaded. `places` tells where each child stands among its children."""
        self.run = run
        self.places = {child.id: place for place, child in enumerate(run.children)}

    def child(self, child_id: str) -> Session:
        return self.run.children[self.places[child_id]]

    def is_active_child(self, session_id: str) -> bool:
        return session_id in self.places and self.child(session_id).status is SessionStatus.ACTIVE

    @property
    def state(self) -> RunState:
        """Read once a change: it holds the whole plan, and is asked for at every message."""
        if self._read is None or self._read[0] is not self.run.state:
            self._read = (self.run.state, run_state(self.run.state))
        return self._read[1]

    @property
    def plan(self) -> RunPlan:
        plan = self.state.plan
        if plan is None:
            raise AssertionError(f"run {self.run.id} has no plan")
        return plan

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.plan, self.spent)

    @property
    def is_manual(self) -> bool:
        return self.run.execution_mode is ExecutionMode.MANUAL

    @property
    def is_active(self) -> bool:
        return self.run.status is SessionStatus.ACTIVE

    def room(self, now: datetime) -> Room:
        """What may start now."""
        state = self.state
        is_open = self.is_active and not (state.paused or state.blocked or self.is_leaving or self.is_manual)
        seats = seats_of(state.workers, self.plan.executor)
        ahead = self.plan.ahead if self.plan.executor.is_local else self.plan.ahead * len(seats)
        return Room(self.jobs, lambda agent: self.most_of(agent, now), min(ahead, self.jobs), is_open, seats)

    @property
    def jobs(self) -> int:
        """How many agents are at work at a time."""
        return self.state.jobs or self.plan.jobs

    def most_of(self, agent: str, now: datetime) -> int:
        """How many of the jobs an agent may have: what the settings say, and fewer near its limit."""
        return self.cooldowns.bearable(agent, min(self.jobs, self.plan.most_of(agent)), now)

    def asking(self, but: str = "") -> Asking:
        """The children that have an agent at work, or wait for it to be asked again; without the child `but`."""
        asking = Asking()
        for child_id in self.under_way - {but}:
            if child_id in self.known and (child := self.known[child_id].session).is_asking:
                asking.add(child.agent, worker_of(child.state))
        return asking

    @property
    def opened(self) -> Counter[str]:
        """How many children of each agent are under way or rest."""
        return Counter(self.child(child_id).agent for child_id in (*self.under_way, *self.resting))

    @property
    def active_children(self) -> tuple[str, ...]:
        return tuple(child.id for child in self.run.children if child.status is SessionStatus.ACTIVE)

    @property
    def is_round(self) -> bool:
        """Whether the run's children are being worked on, or judged together."""
        pending = self.run.pending
        return pending is not None and pending.command.action is Action.RUN_CHILDREN

    def is_held_back(self, child: Session, now: datetime) -> bool:
        """Whether the child's agent is to begin its answer to another child first.

        What all prompts of a run begin with is kept by the service from then on, and costs the others little.
        """
        agent = child.agent
        if not self.plan.is_staggered or agent in self.answering:
            return False
        first, since = self.first_asked.setdefault(agent, (child.id, now))
        return first != child.id and first in self.tasks and now - since < LONGEST_HOLD

    def start(self, child_id: str) -> None:
        """Something is done for the child from now on."""
        self.under_way.add(child_id)
        self.queue.discard(child_id)
        self.resting.pop(child_id, None)

    def rest(self, child: Session, *, has_begun: bool) -> None:
        """The child goes on when its agent has room."""
        self.under_way.discard(child.id)
        self.resting[child.id] = Resting(child.id, child.agent, has_begun, worker_of(child.state))

    def enqueue(self, child: Session, *, has_begun: bool = False) -> None:
        """Puts an active child among those that wait; an open one, or one that was called back, goes before others.

        So does one of which another owner `has_begun` the next step, or holds the worktree, though it waits already.
        """
        self.held.discard(child.id)
        goes_first = child_state(child.state).goes_first
        if has_begun:
            self.queue.discard(child.id)
        was_open = self.resting.pop(child.id, None) is not None
        self.queue.add(child.id, child.agent, is_first=has_begun or was_open or goes_first)

    def forget(self, child_id: str) -> None:
        """The child has settled: it waits for nothing any more."""
        self.queue.discard(child_id)
        self.resting.pop(child_id, None)
        self.known.pop(child_id, None)
        self.held.discard(child_id)
        self.dropped.discard(child_id)
        self.cooling.pop(child_id, None)
        self.holding_back.discard(child_id)
        self.stepped.discard(child_id)
