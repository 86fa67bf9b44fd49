"""Starts actions in threads of their own, each with all that it needs to know; what comes of them is a message."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Interaction
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import child_state, run_state
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.step import StepName
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.engine.actions.ask_agent import ask_agent
from ctxtui.core.engine.actions.deliver import commit, prepare_run
from ctxtui.core.engine.actions.judge import accept, judge
from ctxtui.core.engine.actions.judge_together import judge_together
from ctxtui.core.engine.actions.work import Action as ActionFunction
from ctxtui.core.engine.actions.work import Done, Order, Proved, Tools, Work
from ctxtui.core.engine.actions.worktree import lay_out, prepare_worktree
from ctxtui.core.engine.messages import (
    ActionDone,
    AgentSpoke,
    FilesKept,
    Message,
    Task,
    TaskKind,
    UsageTold,
    VerdictCame,
)
from ctxtui.core.engine.owner import Ownership
from ctxtui.core.ports.points import reached
from ctxtui.core.ports.sites import Place
from ctxtui.core.ports.stop import Stop
from ctxtui.core.ports.store import Store
from ctxtui.core.ports.workspaces import Workspace

ACTIONS: Mapping[Action, ActionFunction] = {
    Action.PREPARE_RUN: prepare_run,
    Action.RUN_CHILDREN: judge_together,
    Action.COMMIT_RESULT: commit,
    Action.PREPARE_WORKTREE: prepare_worktree,
    Action.ASK_AGENT: ask_agent,
    Action.JUDGE_TESTS: judge,
    Action.ACCEPT_FILES: accept,
}
"""What carries out each command; of RUN_CHILDREN it is the end, when every child has settled."""
NEEDS_WORKTREE = frozenset({Action.PREPARE_WORKTREE, Action.ASK_AGENT, Action.JUDGE_TESTS})

ANSWERS = frozenset({EventKind.MESSAGE, EventKind.THOUGHT, EventKind.TOOL, EventKind.FILE})
"""What an agent does once its model has begun to answer."""


class Hands(Protocol):
    """Carries out what needs a child's worktree at another place."""

    def carry_out(self, work: Work) -> Done: ...

    def lay_out(self, work: Work) -> None: ...

    def clear(self, slot: str) -> None: ...

    def workers(self) -> tuple[Place, ...]: ...

    def close(self) -> None: ...


Start = Callable[[Callable[[], None]], None]


def in_thread(work: Callable[[], None]) -> None:
    """A daemon: a process whose run is somebody else's by now may end without waiting for it."""
    threading.Thread(target=work, name="action", daemon=True).start()


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Carries out tasks. `put` hands messages to the deciding thread, from any thread."""

    store: Store
    scope: Scope
    ownership: Ownership
    tools: Tools
    workspace: Workspace
    put: Callable[[Message], None]
    start: Start = in_thread
    actions: Mapping[Action, ActionFunction] = field(default_factory=lambda: ACTIONS)
    hands: Hands | None = None

    def step(self, task: Task, order: Order, attempt_id: str) -> None:
        command = order.interaction.command.action
        is_elsewhere = self.hands is not None and command in NEEDS_WORKTREE
        action = self.hands.carry_out if self.hands is not None and is_elsewhere else self.actions[command]
        report = _Reporter(self, task, attempt_id)
        work = Work(self.tools, self.workspace, order, task.stop, report)
        self._run(task, lambda: action(work))

    def lay_out(self, task: Task, order: Order) -> None:
        work = Work(self.tools, self.workspace, order, task.stop, _Reporter(self, task, ""))
        make = lay_out if self.hands is None else self.hands.lay_out
        self._run(task, lambda: make(work))

    def clear(self, task: Task, slot: str) -> None:
        """A slot is the child's until its worktree is clean: only then may another one take it."""

        def work() -> None:
            reached("clearing")
            (self.workspace.release if self.hands is None else self.hands.clear)(slot)

        self._run(task, work)

    def order(
        self, plan: RunPlan, session: Session, interaction: Interaction, slot: str, *, is_taken_over: bool
    ) -> Order:
        is_asking = interaction.command.action is Action.ASK_AGENT
        return Order(
            run_id=self.ownership.lease.run_id,
            plan=plan,
            session=session,
            interaction=interaction,
            slot=slot,
            proved=self._proved(session) if interaction.command.step == StepName.GENERATE else (),
            recorded=self._recorded(session, interaction) if is_asking and is_taken_over else {},
            is_taken_over=is_taken_over,
        )

    def _run(self, task: Task, work: Callable[[], Done | None]) -> None:
        def carry_out() -> None:
            outcome: Done | BaseException | None
            try:
                outcome = work()
            except BaseException as error:  # noqa: BLE001 - a thread's boundary: the deciding thread must hear of it
                outcome = error
            self.put(ActionDone(task, outcome))

        self.start(carry_out)

    def _proved(self, session: Session) -> tuple[Proved, ...]:
        """What earlier runs proved of a component of that name."""
        proved: list[Proved] = []
        for earlier in self.store.sessions.proved(self.scope, session.name):
            state = child_state(earlier.state)
            if earlier.id == session.id or not earlier.parent_id or not state.reuse_key:
                continue
            plan = _plan_of(self.store.sessions.load(self.scope, earlier.parent_id))
            if plan is not None:
                proved.append(Proved(earlier.parent_id, state.reuse_key, plan.root, plan.base, state.files))
        return tuple(proved)

    def _recorded(self, session: Session, interaction: Interaction) -> dict[str, int]:
        """How many of the numbered events of each launch of this turn are stored already."""
        stored = self.store.history.events(self.scope, session.id, limit=100_000, newest=True)
        recorded: dict[str, int] = {}
        for item in stored:
            launch, number = item.event.data.get("turn"), int(item.event.data.get("n", 0))
            if item.interaction_id == interaction.id and launch:
                recorded[launch] = max(number, recorded.get(launch, 0))
        return recorded


def _plan_of(run: Session) -> RunPlan | None:
    return run_state(run.state).plan


@dataclass(frozen=True, slots=True)
class _Reporter:
    """What an action tells while it works: events go straight to the history, the rest is decided upon."""

    dispatcher: Dispatcher
    task: Task
    attempt_id: str
    _has_spoken: threading.Event = field(default_factory=threading.Event)

    def events(self, events: Sequence[Event]) -> None:
        if not self._has_spoken.is_set() and any(event.kind in ANSWERS for event in events):
            self._has_spoken.set()
            self.dispatcher.put(AgentSpoke(self.task))
        lease, scope = self.dispatcher.ownership.lease, self.dispatcher.scope
        ledger = self.dispatcher.store.ledger
        ledger.record(scope, lease, self.task.session_id, self.task.interaction_id, events)

    def verdict(self, verdict: RungVerdict) -> None:
        self.dispatcher.put(VerdictCame(self.task, self.attempt_id, verdict))

    def used(self, usage: Usage) -> None:
        self.dispatcher.put(UsageTold(self.task, self.attempt_id, usage))

    def kept(self, files: Sequence[AcceptedFile]) -> None:
        self.dispatcher.put(FilesKept(self.task, files))


def new_task(session_id: str, kind: TaskKind, ownership: Ownership, interaction_id: str = "") -> Task:
    return Task(session_id, kind, Stop(ownership.is_lost), interaction_id)
