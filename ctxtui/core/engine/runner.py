"""Owns a run from the lease to the last word."""

from __future__ import annotations

import queue
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from ctxtui.core.domain.errors import CtxtuiError, ExitCode, LeaseError, MachineError, OpenRequestsError, is_of_machine
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import Waiting, changes, run_state
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ENDED, Session, SessionStatus
from ctxtui.core.engine.actions.deliver import deliver_again
from ctxtui.core.engine.asking import who_asks
from ctxtui.core.engine.book import Book
from ctxtui.core.engine.course import Course
from ctxtui.core.engine.dispatch import Dispatcher
from ctxtui.core.engine.ending import put_away
from ctxtui.core.engine.loop import Loop
from ctxtui.core.engine.messages import ActionDone, LeaseLost, Message, RequestCame, StopAsked, Tick
from ctxtui.core.engine.owner import Ownership, acquire
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.recovery import bring_contents, count_rest, open_book, take_up
from ctxtui.core.engine.remote.hands import RemoteHands
from ctxtui.core.ports.ledger import AddEvents, Leave, Write
from ctxtui.core.ports.points import reached
from ctxtui.core.ports.workspaces import Workspace

LOOK_SECONDS = 0.2
"""How often the owner looks for requests."""
ENDING_SECONDS = 40.0
"""How long work under way may take to end when the run cannot go on."""


@dataclass(slots=True)
class Runner:
    """One run, owned by this process. `stop` may be called from a signal handler."""

    parts: Parts
    scope: Scope
    run_id: str
    _mailbox: queue.SimpleQueue[Message] = field(default_factory=queue.SimpleQueue)
    _requests: deque[Message] = field(default_factory=deque)
    _looked_at: float = 0.0
    _stopped_by: str = ""

    def stop(self, by: str) -> None:
        """Leaves the run as it is, to be taken up again; agents under way are ended."""
        self._stopped_by = by
        self._mailbox.put(StopAsked(by))

    def end_agents(self) -> None:
        """Ends agents under way at once, for a process that is about to end at once; from a signal handler, too."""
        self.parts.executor.end_all()

    def work(self) -> ExitCode:
        """Runs until the run is complete, waits for a user, or was stopped. Raises LeaseError when it is taken."""
        ownership = acquire(self.parts, self.scope, self.run_id)
        reached("acquired")
        is_lost = False
        try:
            return self._work(ownership)
        except LeaseError:
            is_lost = True
            raise
        finally:
            ownership.finish()
            if not is_lost:
                self._release(ownership)

    def _work(self, ownership: Ownership) -> ExitCode:
        run = self.parts.store.sessions.load(self.scope, self.run_id)
        plan = run_state(run.state).plan
        if plan is None:
            raise AssertionError(f"run {run.id} has no plan")
        ownership.keep(lambda error: self._mailbox.put(LeaseLost(error)))
        workspace = self.parts.workspaces.open(Path(plan.root), self.run_id, plan.base)
        bring_contents(self.parts, self.scope, run, workspace)
        course = self._course(ownership, run, workspace)
        try:
            return self._carried_on(course, workspace, ownership)
        finally:
            if course.dispatcher.hands is not None:
                course.dispatcher.hands.close()

    def _carried_on(self, course: Course, workspace: Workspace, ownership: Ownership) -> ExitCode:
        if course.book.is_active:
            count_rest(course, self.parts, self.scope)
            self._tell(ownership, "taken up again" if course.book.run.interactions else "started")
        try:
            self._run(course, Loop(course.book, course))
        except LeaseError:
            raise
        except BaseException as error:
            self._end_everything(course)
            if is_of_machine(error):
                raise MachineError(
                    f"The run cannot go on: {error}. Mend that, then `ctxtui resume {self.run_id}`."
                ) from error
            raise
        return self._code(course, workspace)

    def _course(self, ownership: Ownership, run: Session, workspace: Workspace) -> Course:
        parts = self.parts
        book = open_book(parts, self.scope, run, workspace)
        hands = self._hands(book.plan, ownership, workspace)
        dispatcher = Dispatcher(
            parts.store, self.scope, ownership, parts.tools, workspace, self._mailbox.put, hands=hands
        )
        return Course(parts, book, dispatcher)

    def _hands(self, plan: RunPlan, ownership: Ownership, workspace: Workspace) -> RemoteHands | None:
        """Raises CtxtuiError when the run's workers cannot be reached."""
        if plan.executor.is_local:
            return None
        if self.parts.connect_sites is None:
            raise AssertionError("this program was put together without a way to other places")
        return RemoteHands.of(
            self.parts.connect_sites(plan.executor.scheduler), workspace, plan, self.parts.settings, ownership.lease
        )

    def _run(self, course: Course, loop: Loop) -> None:
        take_up(course, self.parts, self.scope)
        loop.handle(Tick())
        while True:
            while not is_over(course.book):
                loop.handle(self._next())
            if self._answered_some(loop):
                continue
            if course.book.run.status is SessionStatus.COMPLETE:
                self._deliver_again(course, course.dispatcher.workspace)
            if self._has_left(course):
                return

    def _next(self) -> Message:
        """The next message: an open request before anything else, since a user waits for it."""
        if not self._requests and monotonic() - self._looked_at >= LOOK_SECONDS:
            self._look_for_requests()
        if self._requests:
            return self._requests.popleft()
        try:
            return self._mailbox.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return Tick()

    def _look_for_requests(self) -> None:
        self._looked_at = monotonic()
        self._requests.clear()
        self._requests.extend(
            RequestCame(request) for request in self.parts.store.requests.open(self.scope, self.run_id)
        )

    def _has_left(self, course: Course) -> bool:
        """Gives the lease back, unless somebody has asked something in the meantime: that is answered first."""
        book, writes = course.book, list[Write]()
        if book.is_active and book.is_manual and book.state.waiting is None and not book.is_leaving:
            self._wait_for_step(course)
        if book.is_leaving and book.is_active:
            writes.append(self._event(f"interrupted by {self._stopped_by}", {"signal": self._stopped_by}))
        if book.run.status in ENDED:
            put_away(self.parts.workspaces, course.dispatcher.workspace, self.parts.turns_dir, self.run_id)
        try:
            self.parts.store.ledger.apply(self.scope, course.dispatcher.ownership.lease, [*writes, Leave()])
        except OpenRequestsError:
            # Leaving all the same, what was asked stays open, and whoever takes the run up answers it.
            return book.is_leaving
        return True

    def _answered_some(self, loop: Loop) -> bool:
        """Whether something was asked of a run that has nothing left to do; it may have by now."""
        if loop.book.is_leaving:
            return False
        self._look_for_requests()
        has_some = bool(self._requests)
        while self._requests:
            loop.handle(self._requests.popleft())
        return has_some

    def _wait_for_step(self, course: Course) -> None:
        batch = course.batch()
        before = run_state(batch.run.state)
        waiting = Waiting("takes each step when you ask for it", since=self.parts.now().isoformat())
        updates = changes(before, before.waits(waiting))
        batch.change(batch.run.id, updates, by="engine", reason="waits for the next step to be asked for")
        course.store(batch)

    def _code(self, course: Course, workspace: Workspace) -> ExitCode:
        book = course.book
        if book.is_leaving and book.is_active:
            return ExitCode.INTERRUPTED
        if book.run.status is SessionStatus.CANCELLED:
            workspace.release_branch()
        return exit_code_of(book.run)

    def _deliver_again(self, course: Course, workspace: Workspace) -> None:
        """The branch of a run that is done is looked up, and brought back when it is not there any more."""
        for told, changed in deliver_again(workspace, course.book.run):
            batch = course.batch()
            batch.change(self.run_id, changed, by=who_asks(), reason=told)
            course.store(batch)

    def _end_everything(self, course: Course) -> None:
        """The run cannot go on: what is under way is ended, so that nothing of it is left behind."""
        for task in course.book.tasks.values():
            task.stop.set()
        deadline = monotonic() + ENDING_SECONDS
        while course.book.tasks and monotonic() < deadline:
            try:
                message = self._mailbox.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if isinstance(message, ActionDone):
                course.book.tasks.pop(message.task.session_id, None)

    def _tell(self, ownership: Ownership, text: str) -> None:
        self.parts.store.ledger.apply(self.scope, ownership.lease, [self._event(text, {})])

    def _event(self, text: str, data: dict[str, str]) -> AddEvents:
        """Who did what, and on which machine."""
        who = who_asks()
        event = Event(EventKind.STATUS, self.parts.now(), f"{text} ({who})", {"by": who, **data})
        return AddEvents(self.run_id, "", [event])

    def _release(self, ownership: Ownership) -> None:
        try:
            self.parts.store.leases.release(self.scope, ownership.lease)
        except CtxtuiError:
            # Given back already, or out of reach: the process is about to end, and is not taken for alive then.
            return


def is_over(book: Book) -> bool:
    """Whether the process has nothing left to do for this run."""
    if book.tasks:
        return False
    if book.is_leaving or not book.is_active:
        return True
    is_idle = not (book.cooling or book.under_way or book.dropped)
    return is_idle and (book.state.waiting is not None or (book.is_manual and not book.stepped))


def exit_code_of(run: Session) -> ExitCode:
    """What a run's state means to whoever started it from a shell."""
    waiting = run_state(run.state).waiting
    if run.status is SessionStatus.COMPLETE:
        is_whole = all(child.status is SessionStatus.COMPLETE for child in run.children)
        return ExitCode.OK if is_whole else ExitCode.FAILED_COMPONENTS
    if waiting is not None and waiting.is_agent:
        return ExitCode.AGENT_UNAVAILABLE
    return ExitCode.INTERRUPTED if run.status is SessionStatus.CANCELLED else ExitCode.RETRYABLE
