"""A run with the real loop and the real store, whose actions do what a test says: no process, no git, milliseconds.

Nothing runs by itself. `open` makes an owner as a new process would be, `end` lets the action of a session come to
its end with the result that the test wants, `ask` asks as a user does, and `kill` forgets the owner as `kill -9` does.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.lease import Owner
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ExecutionMode, Session, SessionStatus
from ctxtui.core.engine.actions.work import Done, Tools, Work
from ctxtui.core.engine.course import Course
from ctxtui.core.engine.dispatch import Dispatcher
from ctxtui.core.engine.loop import Loop
from ctxtui.core.engine.messages import Message, RequestCame, StopAsked, Tick
from ctxtui.core.engine.owner import Ownership
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.recovery import count_rest, open_book, take_up
from ctxtui.core.engine.runner import exit_code_of, is_over
from ctxtui.core.ports.executors import Claim
from ctxtui.core.ports.ledger import Leave
from ctxtui.core.ports.stop import StoppedError
from ctxtui.core.ports.store import Store
from ctxtui.core.store.opening import open_store
from ctxtui.core.workflow import state

SCOPE = Scope("ana", "shop")
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OK, ERROR = ResultStatus.OK, ResultStatus.ERROR


def file(path: str) -> AcceptedFile:
    return AcceptedFile(path, "0" * 40)


PASSES = Done(Result(OK, "1 test passed every check", {"tests": 1}), AttemptOutcome.PASSED)
FAILS = Done(
    Result(ERROR, "passes: 1 failed", {"rung": "passes", "evidence": [{"kind": "assertion", "message": "no"}]}),
    AttemptOutcome.FAILED,
)
TOGETHER = Done(Result(OK, "", {"missing_files": {}, "together": {"outcome": "passed", "evidence": []}}))
TROUBLE = Done(Result(ERROR, "not logged in", {"trouble": "not_logged_in"}), AttemptOutcome.TROUBLED)
BUSY = Done(Result(ERROR, "asked too often", {"trouble": "rate_limited"}), AttemptOutcome.TROUBLED)
PUSH_REFUSED = Done(Result(ERROR, "could not push", {state.FINALIZED_AT: START.isoformat()}))


def broken_together(child: Session) -> Done:
    """The tests of that child fail when everything is run together."""
    of_component = child.component.id if child.component else ""
    evidence = [{"kind": "assertion", "message": "polluted", "component_id": of_component}]
    together = {"outcome": "failed", "summary": "1 failed", "evidence": evidence}
    return Done(Result(ERROR, "", {"missing_files": {}, "together": together}))


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class Worktrees:
    """A workspace that only remembers which slots were laid out and which were cleared."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.released: list[str] = []

    def path(self, slot: str) -> Path:
        return self._folder / slot

    def is_checked_out(self, slot: str) -> bool:
        return bool(slot)

    def checkout(self, slot: str, files: Sequence[AcceptedFile] = ()) -> Path:
        return self.path(slot)

    def release(self, slot: str) -> None:
        self.released.append(slot)

    def release_branch(self) -> None:
        """There is none."""


class NoTurns:
    """An executor that never started anything."""

    def claim(self, turn_dir: Path) -> Claim:
        return Claim.WON

    def output(self, turn_dir: Path) -> Path:
        return turn_dir / "stdout"


class NoLimits:
    """A board on which no other run of this machine has written anything."""

    def until(self, agent: str) -> datetime | None:
        return None

    def hold(self, agent: str, until: datetime) -> None:
        """Nobody else reads it."""

    def forget(self, agent: str) -> None:
        """Nothing was written."""


@dataclass
class EngineRoom:
    """One run and, while it is open, its owner."""

    folder: Path
    names: tuple[str, ...] = ("alpha", "beta")
    plan: dict[str, Any] = field(default_factory=dict)
    mode: ExecutionMode = ExecutionMode.AUTO
    database: str = ""
    clock: Clock = field(default_factory=Clock)
    asked: list[str] = field(default_factory=list)
    committed: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store: Store = open_store(self.database or self.folder / "ctxtui.db", clock=self.clock)
        self.worktrees = Worktrees(self.folder)
        self._ids = itertools.count(1)
        self._threads: deque[tuple[str, Callable[[], None]]] = deque()
        self._mailbox: deque[Message] = deque()
        self._results: dict[str, Done | BaseException] = {}
        self._pids = itertools.count(1)
        self.run_id = "run"
        self._create()

    def _create(self) -> None:
        children = tuple(
            Component(f"c-{name}", f"shop.{name}", f"shop/{name}.py", f"tests/test_{name}.py") for name in self.names
        )
        context = Component("c-shop", "shop", "shop", "tests", child_components=children)
        base = RunPlan("/repo", "base", "shop", "shop", (".",), "tests", "python", "scripted", "key", jobs=2)
        plan = replace(base, **self.plan)
        self.store.sessions.save_component(SCOPE, context)
        self.store.sessions.create(
            Session(
                id=self.run_id,
                scope=SCOPE,
                type="context_testing",
                component=context,
                agent="scripted",
                environment="local",
                created_at=START,
                execution_mode=self.mode,
                state={state.PLAN: plan.to_state(), state.JOBS: plan.jobs},
                retry=plan.retry,
            )
        )

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    # --- the owner

    def open(self) -> EngineRoom:
        """A new owner takes the run, whoever had it before."""
        self._threads.clear()
        self._mailbox.clear()
        parts = Parts(
            store=self.store,
            workspaces=None,
            toolchain=None,
            rehearsals=None,
            build_ladder=None,
            agents=None,
            limits=NoLimits(),
            executor=NoTurns(),
            now=self.clock,
            new_id=self.new_id,
            turns_dir=self.folder / "turns",
        )
        current = self.store.leases.current(SCOPE, self.run_id)
        owner = Owner("here", "boot", next(self._pids), 1.0)
        lease = self.store.leases.acquire(SCOPE, self.run_id, owner, replace=current)
        # No heartbeat here: for this owner no time passes, however long the test takes.
        self.ownership = Ownership(parts, SCOPE, lease, clock=lambda: 0.0, died=current)
        tools = Tools(None, None, None, parts.executor, self.clock, parts.turns_dir)
        book = open_book(parts, SCOPE, self.session(), self.worktrees)
        actions = dict.fromkeys(Action, self._act)
        self.dispatcher = Dispatcher(
            self.store, SCOPE, self.ownership, tools, self.worktrees, self._mailbox.append, self._start, actions
        )
        self.course = Course(parts, book, self.dispatcher)
        self.loop = Loop(book, self.course)
        count_rest(self.course, parts, SCOPE)
        take_up(self.course, parts, SCOPE)
        self.loop.handle(Tick())
        return self

    def kill(self) -> None:
        """The owner's process is gone between two lines; its lease stays as it was."""
        self._threads.clear()
        self._mailbox.clear()

    def leave(self) -> None:
        self.store.ledger.apply(SCOPE, self.ownership.lease, [Leave()])

    @property
    def is_over(self) -> bool:
        return is_over(self.course.book)

    def interrupt(self) -> None:
        """Ctrl-C: every action is told to stop, and does."""
        self.loop.handle(StopAsked("SIGINT"))
        while self._threads:
            self._threads.popleft()[1]()
            self._hear()

    # --- what happens

    def end(self, name: str, outcome: Done | BaseException | None = None) -> None:
        """The action under way of that child (or of the "run") ends, as told or well, and is heard of."""
        session_id = self.id_of(name)
        for index, (of_session, work) in enumerate(self._threads):
            if of_session == session_id:
                del self._threads[index]
                if outcome is not None:
                    self._results[session_id] = outcome
                work()
                self._hear()
                return
        raise AssertionError(f"nothing is under way for {name}; only for {self.busy}")

    def until(self, name: str, action: Action) -> None:
        """Lets the child's actions end well until that one is under way."""
        for _step in range(20):
            if self.doing(name) is action:
                return
            self.end(name)
        raise AssertionError(f"{name} never came to {action}")

    def finish(
        self, choose: Callable[[str, Action], Done | BaseException | None] = lambda _name, _action: None
    ) -> None:
        """Lets everything under way end until nothing is, at most a thousand times."""
        for _step in range(1000):
            if not self._threads:
                return
            session_id = self._threads[0][0]
            name = self.name_of(session_id)
            doing = self.doing(name)
            self.end(name, choose(name, doing) if doing is not None else None)
        raise AssertionError("the run spins")

    def run_to_end(self) -> Iterator[str]:
        """Lets whatever was begun first end, again and again; gives the session whose action it was."""
        while self._threads:
            session_id, work = self._threads.popleft()
            work()
            self._hear()
            yield session_id

    def tick(self) -> None:
        self.loop.handle(Tick())

    def ask(self, kind: RequestKind, name: str = "run", *, by: str = "ana", **arguments: object) -> Request:
        """Asks, and lets the owner answer."""
        request = self.request(kind, name, by=by, **arguments)
        self.loop.handle(RequestCame(request))
        return self.store.requests.get(SCOPE, request.id)

    def request(self, kind: RequestKind, name: str = "run", *, by: str = "ana", **arguments: object) -> Request:
        request = Request(self.new_id(), self.run_id, self.id_of(name), kind, by, self.clock(), arguments)
        self.store.requests.ask(SCOPE, request)
        return request

    # --- what is seen

    @property
    def busy(self) -> list[str]:
        return [self.name_of(session_id) for session_id, _work in self._threads]

    def doing(self, name: str) -> Action | None:
        pending = self.session(name).pending
        return pending.command.action if pending is not None else None

    def session(self, name: str = "run") -> Session:
        return self.store.sessions.load(SCOPE, self.id_of(name))

    def status(self, name: str = "run") -> SessionStatus:
        return self.session(name).status

    def attempts(self, name: str) -> list[AttemptOutcome]:
        return [attempt.outcome for attempt in self.store.history.attempts(SCOPE, self.id_of(name))]

    def steps(self, name: str = "run") -> list[str]:
        return [step.command.step for step in self.session(name).interactions]

    @property
    def exit_code(self) -> ExitCode:
        return exit_code_of(self.session())

    def id_of(self, name: str) -> str:
        if name == "run":
            return self.run_id
        run = self.store.sessions.load(SCOPE, self.run_id)
        return next(child.id for child in run.children if child.name == f"shop.{name}")

    def name_of(self, session_id: str) -> str:
        if session_id == self.run_id:
            return "run"
        run = self.store.sessions.load(SCOPE, self.run_id)
        return next(child.name.removeprefix("shop.") for child in run.children if child.id == session_id)

    # --- the actions

    def _start(self, work: Callable[[], None]) -> None:
        newest = next(reversed(self.course.book.tasks.values()))
        self._threads.append((newest.session_id, work))

    def _hear(self) -> None:
        while self._mailbox:
            self.loop.handle(self._mailbox.popleft())

    def _act(self, work: Work) -> Done:
        order = work.order
        wanted = self._results.pop(order.session.id, None)
        if work.stop.is_set and wanted is None:
            raise StoppedError
        if isinstance(wanted, BaseException):
            raise wanted
        action = order.interaction.command.action
        if action is Action.ASK_AGENT:
            self.asked.append(order.session.name.removeprefix("shop."))
        done = wanted if wanted is not None else _ends_well(work)
        if action is Action.COMMIT_RESULT and done.result.is_ok:
            self.committed.append(list(order.interaction.command.metadata[state.COMMITTED_FILES]))
        if action is Action.JUDGE_TESTS:
            kept = [asdict(file(order.component.test_path))]
            done = replace(done, result=replace(done.result, data={state.CANDIDATE: kept, **done.result.data}))
        return done


def _ends_well(work: Work) -> Done:  # noqa: PLR0911 - one for each action
    metadata = work.order.interaction.command.metadata
    match work.order.interaction.command.action:
        case Action.PREPARE_RUN:
            data = {key: metadata[key] for key in (state.BRANCH_NAME, state.COMPONENT_IDS)}
            return Done(Result(OK, "branch", data))
        case Action.PREPARE_WORKTREE:
            return Done(Result(OK, "works", {state.CONTEXT: {}}))
        case Action.ASK_AGENT:
            return Done(Result(OK, "wrote tests", {"usage": {}}), AttemptOutcome.VALIDATING)
        case Action.JUDGE_TESTS:
            return PASSES
        case Action.ACCEPT_FILES:
            files = tuple(AcceptedFile(**item) for item in metadata["files"])
            return Done(
                Result(OK, "accepted", {"files": metadata["files"], state.DIGEST: metadata[state.DIGEST]}), files=files
            )
        case Action.RUN_CHILDREN:
            return TOGETHER
        case Action.COMMIT_RESULT:
            data = {key: metadata[key] for key in (state.BRANCH_NAME, state.COMMITTED_FILES)}
            return Done(Result(OK, "committed", {**data, state.COMMIT: "abc", state.FINALIZED_AT: START.isoformat()}))
