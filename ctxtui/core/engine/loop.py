"""One thread decides: it takes a message, stores all that follows from it in one transaction, then starts that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import CtxtuiError, LeaseError, StoreError, is_of_machine
from ctxtui.core.domain.event import BEGINS
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.run_state import changes, child_state, files_from
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.engine.batch import Batch
from ctxtui.core.engine.book import Book
from ctxtui.core.engine.course import Course
from ctxtui.core.engine.granting import grant
from ctxtui.core.engine.messages import (
    ActionDone,
    AgentSpoke,
    FilesKept,
    LeaseLost,
    Message,
    RequestCame,
    StopAsked,
    Task,
    TaskKind,
    Tick,
    UsageTold,
    VerdictCame,
)
from ctxtui.core.engine.moves import fail, pending_of
from ctxtui.core.engine.remote.hands import WORKER
from ctxtui.core.engine.reports import fault_reason
from ctxtui.core.engine.results import as_done, take_result
from ctxtui.core.ports.ledger import AddUsage, AddVerdict
from ctxtui.core.ports.points import reached
from ctxtui.core.ports.stop import StoppedError
from ctxtui.core.workflow import state


@dataclass(slots=True)
class Loop:
    """The only writer of a run. `course` knows who is next, and starts what is stored."""

    book: Book
    course: Course

    def handle(self, message: Message) -> None:
        """Raises LeaseError when the run is somebody else's, and whatever ends the whole run."""
        match message:
            case ActionDone(task, outcome):
                self._guarded(task.session_id, lambda: self._done(task, outcome))
            case VerdictCame(task, attempt_id, verdict):
                self._guarded(task.session_id, lambda: self._verdict(task, AddVerdict(attempt_id, verdict)))
            case UsageTold(task, attempt_id, usage):
                self._guarded(task.session_id, lambda: self._used(task, AddUsage(attempt_id, usage)))
            case FilesKept():
                self._guarded(message.task.session_id, lambda: self._kept(message))
            case AgentSpoke(task):
                self._spoke(task)
            case RequestCame(request):
                grant(self.book, self.course, request)
            case StopAsked():
                self._stop()
            case LeaseLost(error):
                self._walk_away(error)
            case Tick():
                pass
        self.course.go_on()

    def _guarded(self, session_id: str, work: Callable[[], None]) -> None:
        """A fault inside one child's work fails that child and nothing else; its report is named as the reason."""
        try:
            work()
        except (StoreError, LeaseError):
            raise
        except Exception as error:
            if session_id == self.book.run.id or is_of_machine(error):
                raise
            self._fail(session_id, error)

    def _fail(self, session_id: str, error: BaseException) -> None:
        batch = self.course.batch()
        child = batch.session(session_id)
        reason = fault_reason(error, self.course.parts.turns_dir, self.book.run.id, session_id)
        if child.status is SessionStatus.ACTIVE:
            if child.pending is not None:
                batch.give_up(session_id, reason)
            fail(batch, session_id, reason)
        self.course.store(batch)

    def _done(self, task: Task, outcome: Done | BaseException | None) -> None:
        if self.book.tasks.get(task.session_id) is task:
            del self.book.tasks[task.session_id]
        if isinstance(outcome, BaseException) and is_of_machine(outcome):
            raise outcome
        if task.kind is TaskKind.CLEAR:
            self.course.cleared(task.session_id)
            return
        batch = self.course.batch()
        pending = pending_of(batch.session(task.session_id), task.interaction_id)
        if pending is None or task.is_stale:
            self._late(task, outcome)
        elif isinstance(outcome, StoppedError):
            self.course.stopped(task)
        elif task.kind is TaskKind.LAY_OUT and outcome is None:
            self._laid_out(batch, task)
        elif isinstance(outcome, Done | CtxtuiError) and not isinstance(outcome, StoreError | LeaseError):
            self._finished(batch, task, as_done(outcome, pending))
        elif isinstance(outcome, BaseException):
            raise outcome

    def _finished(self, batch: Batch, task: Task, done: Done) -> None:
        """The result, what it changes and the next command: one transaction."""
        reached("result_came")
        session_id = task.session_id
        self._take_along(batch, task, done)
        take_result(self.book, batch, session_id, done, self.course.parts.now)
        self.course.tasks.begun_here.discard(task.interaction_id)  # nobody will ask about it: it is over
        batch.keep(self.course.dispatcher.workspace, files_from(done.result.data.get(state.CANDIDATE)))
        self._note_worker(batch, session_id, str(done.result.data.get(WORKER, "")))
        if not self.course.goes_on_by_itself:
            self.course.store(batch)
            self.course.rested(session_id)
            return
        self.course.take_further(batch, session_id)

    def _take_along(self, batch: Batch, task: Task, done: Done) -> None:
        """What is stored with a result, and needs no transaction of its own since nothing was promised before it."""
        self._note_slot(batch, task)
        if done.written:
            self._note_files(batch, task.session_id, done.written)
        if done.verdict is not None:
            attempt_id = batch.tries(task.session_id).last
            batch.add_verdict(task.session_id, task.interaction_id, AddVerdict(attempt_id, done.verdict))

    @staticmethod
    def _note_worker(batch: Batch, session_id: str, worker: str) -> None:
        if session_id == batch.run.id or not worker:
            return
        before = child_state(batch.session(session_id).state)
        if worker != before.worker:
            updates = changes(before, replace(before, worker=worker))
            batch.change(session_id, updates, by="engine", reason=f"works at {worker}")

    def _laid_out(self, batch: Batch, task: Task) -> None:
        """The slot is the child's own once its worktree is whole; only then does the command itself begin.

        Where nothing works in the worktree yet, it is stored with the command's result: lost before, it is laid out
        again.
        """
        self.book.slots.make_ready(task.session_id)
        pending = batch.session(task.session_id).pending
        if pending is None or pending.command.action is not Action.PREPARE_WORKTREE:
            self._note_slot(batch, task)
            self.course.store(batch)
        self.course.carry_out(task.session_id)

    def _note_slot(self, batch: Batch, task: Task) -> None:
        slot = self.book.slots.of(task.session_id)
        if not slot or not self.book.slots.is_ready(task.session_id):
            return
        before = child_state(batch.session(task.session_id).state)
        if updates := changes(before, replace(before, slot=slot, last_slot=slot)):
            batch.change(task.session_id, updates, by="engine", reason=BEGINS)

    def _late(self, task: Task, outcome: Done | BaseException | None) -> None:
        """A result that nobody waits for any more is told, and changes nothing."""
        if isinstance(outcome, Done):
            batch = self.course.batch()
            batch.tell(task.session_id, f"came too late: {outcome.result.message or outcome.result.status}")
            self.course.store(batch)
        self.course.ended_for_nothing(task.session_id)

    def _verdict(self, task: Task, verdict: AddVerdict) -> None:
        batch = self.course.batch()
        if pending_of(batch.session(task.session_id), task.interaction_id) is not None:
            batch.add_verdict(task.session_id, task.interaction_id, verdict)
            self.course.store(batch)

    def _used(self, task: Task, added: AddUsage) -> None:
        """A turn that nobody waits for any more; one that is still wanted is counted with what takes its place."""
        batch = self.course.batch()
        session = batch.session(task.session_id)
        if pending_of(session, task.interaction_id) is None:
            before = child_state(session.state)
            updates = changes(before, replace(before, late_usage=before.late_usage.plus(added.usage)))
            batch.change(session.id, updates, by="engine", reason="counts what the ended turn had used")
            batch.writes.append(added)
            self.book.spent = self.book.spent.plus(added.usage, 0.0)
            self.course.store(batch)

    def _kept(self, message: FilesKept) -> None:
        """What a turn wrote and what is judged is laid out again, should its process be killed or its worktree go."""
        session_id, batch = message.task.session_id, self.course.batch()
        if pending_of(batch.session(session_id), message.task.interaction_id) is not None:
            self._note_files(batch, session_id, message.files)
            self.course.store(batch)

    def _note_files(self, batch: Batch, session_id: str, files: Sequence[AcceptedFile]) -> None:
        before = child_state(batch.session(session_id).state)
        if updates := changes(before, replace(before, candidate=tuple(files))):
            batch.keep(self.course.dispatcher.workspace, files)
            batch.change(session_id, updates, by="engine", reason=f"written files kept: {len(files)}")

    def _spoke(self, task: Task) -> None:
        if self.book.is_active_child(task.session_id):
            self.book.answering.add(self.course.batch().session(task.session_id).agent)

    def _stop(self) -> None:
        """What is under way ends, but for a commit; every command stays pending for whoever takes the run up."""
        self.book.is_leaving = True
        for task in self.book.tasks.values():
            if not self.course.is_committing(task):
                task.stop.set()

    def _walk_away(self, error: BaseException) -> None:
        for task in self.book.tasks.values():
            task.stop.abandon()
        raise error
