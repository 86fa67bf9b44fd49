"""Owns a run from the lease to the last word: one thread drives it, one keeps the lease and answers requests."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import CtxtuiError, ExitCode, LeaseError
from ctxtui.core.domain.interaction import Action, Result, ResultStatus
from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.engine.answering import Answering
from ctxtui.core.engine.budgets import Spent, spent_by
from ctxtui.core.engine.control import Control, StopKind, StoppedError, StopReason
from ctxtui.core.engine.driver import Driver, Handler
from ctxtui.core.engine.finishing import CommitHandler, StartHandler
from ctxtui.core.engine.judging import AcceptHandler, JudgeHandler, PrepareHandler
from ctxtui.core.engine.owner import this_process
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.rounds import RoundHandler
from ctxtui.core.engine.run import Run
from ctxtui.core.engine.settings import RunSettings
from ctxtui.core.engine.settling import leave_out
from ctxtui.core.engine.shown import is_alive
from ctxtui.core.engine.turns import TurnHandler
from ctxtui.core.ports.agents import Trouble
from ctxtui.core.workflow import state
from ctxtui.core.workflow.context_testing.outcome import failure_reason
from ctxtui.core.workflow.decision import WaitForPerson

KEEPING_SECONDS = 0.2
BEATS_EVERY = 5


@dataclass(slots=True)
class Runner:
    """One run, owned by this process. `stop` may be called from a signal handler."""

    parts: Parts
    scope: Scope
    run_id: str
    control: Control

    def stop(self, by: str) -> None:
        """Leaves the run as it is, to be taken up again; agents under way are ended."""
        self.control.stop(StopReason(StopKind.INTERRUPT, by))

    def work(self) -> ExitCode:
        """Runs until the run is complete, waits for a person, or was stopped. Raises LeaseError when it is taken."""
        lease = self._acquire()
        is_lost = False
        try:
            run = self._open()
            answering = Answering(run)
            keeper = _Keeper(run, answering, lease)
            keeper.start()
            try:
                return self._work(run, answering)
            finally:
                is_lost = keeper.finish()
        finally:
            if not is_lost:
                self.parts.store.leases.release(self.scope, lease)

    def _acquire(self) -> Lease:
        leases = self.parts.store.leases
        current = leases.current(self.scope, self.run_id)
        if current is not None and is_alive(current, self.parts.now()):
            owner = current.owner
            raise LeaseError(f"Run {self.run_id} is at work already: process {owner.pid} on {owner.host}.")
        return leases.acquire(self.scope, self.run_id, this_process(), replace=current)

    def _open(self) -> Run:
        session = self.parts.store.sessions.load(self.scope, self.run_id)
        settings = RunSettings.from_state(session.state[state.PLAN])
        children = session.component.child_components if session.component else ()
        rows = self.parts.store.feed.changes(self.scope, self.run_id).rows if settings.run_budget.is_set else ()
        return Run(
            spent=spent_by(attempt for row in rows for attempt in row.attempts),
            granted=Spent(**session.state.get(state.GRANTED) or {}),
            parts=self.parts,
            scope=self.scope,
            run_id=self.run_id,
            settings=settings,
            workspace=self.parts.workspaces.open(Path(settings.root), self.run_id, settings.base),
            component_names=tuple(child.name for child in children),
            control=self.control,
            jobs=int(session.state.get(state.JOBS) or settings.jobs),
            is_paused=bool(session.state.get(state.PAUSED)),
        )

    def _work(self, run: Run, answering: Answering) -> ExitCode:
        driver = _driver(run)
        try:
            answering.answer_open()
            while (wait := driver.drive(self.run_id, self.control)) is not None:
                self._say_what_for(run, wait)
                if not self._goes_on(run, answering):
                    break
        except StoppedError as stopped:
            if stopped.reason.kind is StopKind.INTERRUPT:
                return ExitCode.INTERRUPTED
            self._cancel(run, stopped.reason)
        return exit_code_of(self.parts.store.sessions.load(self.scope, self.run_id))

    def _say_what_for(self, run: Run, wait: WaitForPerson) -> None:
        session = self.parts.store.sessions.load(self.scope, self.run_id)
        components = [
            {"name": child.name, "reason": failure_reason(child)} for child in session.children if _blocks(child)
        ]
        waiting = {
            "message": wait.reason,
            "step": wait.step,
            "components": components,
            "since": self.parts.now().isoformat(),
            "trouble": str(run.blocked_by or ""),
            "is_agent": run.blocked_by in (Trouble.NOT_INSTALLED, Trouble.NOT_LOGGED_IN),
        }
        self._change(session, {state.WAITING: waiting}, f"waits for a person: {wait.reason}")

    def _goes_on(self, run: Run, answering: Answering) -> bool:
        """Whether a person's answer is there already, or was given beforehand by the run's settings."""
        session = self.parts.store.sessions.load(self.scope, self.run_id)
        has_passed = any(child.status is SessionStatus.COMPLETE for child in session.children)
        if run.settings.is_partial and has_passed and not run.blocked_reason:
            self.parts.store.requests.ask(self.scope, self._request_to_finalize())
        answering.answer_open()
        session = self.parts.store.sessions.load(self.scope, self.run_id)
        last = session.last_completed
        if last is None or int(session.state.get(state.LOOP_FROM) or 0) < last.seq:
            return False
        if session.state.get(state.WAITING):
            self._change(session, {state.WAITING: None}, "goes on")
        return True

    def _request_to_finalize(self) -> Request:
        return Request(
            id=self.parts.new_id(),
            run_id=self.run_id,
            session_id=self.run_id,
            kind=RequestKind.FINALIZE,
            requested_by="the setting `partial`",
            requested_at=self.parts.now(),
        )

    def _cancel(self, run: Run, reason: StopReason) -> None:
        session = self.parts.store.sessions.load(self.scope, self.run_id)
        if session.pending is not None:
            result = Result(ResultStatus.ERROR, f"cancelled by {reason.by}", {"is_interrupted": True, "is_free": True})
            self.parts.store.history.finish(self.scope, session.pending.id, result, SessionUpdates())
        for child in session.children:
            if child.status is SessionStatus.ACTIVE:
                leave_out(run, child.id, reason)
        note = f": {reason.note}" if reason.note else ""
        updates = SessionUpdates(SessionStatus.CANCELLED)
        self.parts.store.sessions.change(
            self.scope, self.run_id, session.status, updates, by=reason.by, reason=f"cancelled{note}"
        )

    def _change(self, session: Session, changes: dict[str, object], reason: str) -> None:
        self.parts.store.sessions.change(
            self.scope, self.run_id, session.status, SessionUpdates(state=changes), by="engine", reason=reason
        )


def _blocks(child: Session) -> bool:
    """Whether a person has to decide about this child before the run can be finalized."""
    return child.status is SessionStatus.FAILED or (child.status is SessionStatus.CANCELLED and not child.is_skipped)


def exit_code_of(session: Session) -> ExitCode:
    """What a run's state means to whoever started it from a shell."""
    waiting = session.state.get(state.WAITING) or {}
    if session.status is SessionStatus.COMPLETE:
        left_out = any(child.state.get(state.FAILURE) for child in session.children if child.is_skipped)
        return ExitCode.FAILED_COMPONENTS if left_out else ExitCode.OK
    if waiting.get("is_agent"):
        return ExitCode.AGENT_UNAVAILABLE
    return ExitCode.INTERRUPTED if session.status is SessionStatus.CANCELLED else ExitCode.RETRYABLE


def _driver(run: Run) -> Driver:
    """One driver for parent and children: a handler per action."""
    handlers: dict[Action, Handler] = {
        Action.PREPARE_RUN: StartHandler(run),
        Action.COMMIT_RESULT: CommitHandler(run),
        Action.PREPARE_WORKTREE: PrepareHandler(run),
        Action.ASK_AGENT: TurnHandler(run),
        Action.JUDGE_TESTS: JudgeHandler(run),
        Action.ACCEPT_FILES: AcceptHandler(run),
    }
    driver = Driver(run.parts, run.scope, handlers)
    handlers[Action.RUN_CHILDREN] = RoundHandler(run, driver)
    return driver


class _Keeper(threading.Thread):
    """Keeps the lease alive and answers requests while the parent is driven."""

    def __init__(self, run: Run, answering: Answering, lease: Lease) -> None:
        super().__init__(name="keeper", daemon=True)
        self._owned = run
        self._answering = answering
        self._lease = lease
        self._finished = threading.Event()
        self._error: CtxtuiError | None = None

    def run(self) -> None:
        beat = 0
        try:
            while not self._finished.wait(KEEPING_SECONDS):
                beat += 1
                if beat % BEATS_EVERY == 0:
                    self._owned.parts.store.leases.heartbeat(self._owned.scope, self._lease)
                self._answering.answer_open()
        except CtxtuiError as error:
            self._error = error
            self._owned.control.stop(StopReason(StopKind.INTERRUPT, "keeper"))

    def finish(self) -> bool:
        """Ends the thread; says whether the lease was lost, and raises whatever else ended it early."""
        self._finished.set()
        self.join()
        if self._error is not None and not isinstance(self._error, LeaseError):
            raise self._error
        return self._error is not None
