"""Answers what people ask of a run: each request is granted or refused with a sentence, and stays in the history."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

from ctxtui.core.domain.errors import CtxtuiError, StepError, StoreError, UsageError
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.engine.control import StopKind, StopReason
from ctxtui.core.engine.run import Run
from ctxtui.core.engine.settling import call_back, leave_out, reactivate
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing import FIX
from ctxtui.core.workflow.decision import NextStep
from ctxtui.core.workflow.registry import orchestrator_of

MOST_JOBS = 256


@dataclass(frozen=True, slots=True)
class Answering:
    """Looks at the open requests of a run and answers them, oldest first."""

    run: Run
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer_open(self) -> None:
        requests = self.run.parts.store.requests
        with self._lock:
            for request in requests.open(self.run.scope, self.run.run_id):
                try:
                    answer, is_granted = self._answers()[request.kind](request), True
                except StoreError:
                    raise
                except CtxtuiError as error:
                    answer, is_granted = str(error), False
                requests.answer(self.run.scope, request.id, is_granted=is_granted, answer=answer)
                self.run.changed.set()

    def _answers(self) -> Mapping[RequestKind, Callable[[Request], str]]:
        return {
            RequestKind.RETRY: self._retry,
            RequestKind.SKIP: self._skip,
            RequestKind.CANCEL: self._cancel,
            RequestKind.PAUSE: self._pause,
            RequestKind.RESUME: self._resume,
            RequestKind.JOBS: self._set_jobs,
            RequestKind.FINALIZE: self._finalize,
        }

    def _retry(self, request: Request) -> str:
        parent = self._unfinished_parent()
        if request.session_id == parent.id:
            self._let_parent_turn(parent, request.requested_by, "retry")
            return "the run goes on"
        child = self._child(request)
        note = str(request.arguments.get("note") or "")
        if child.status is SessionStatus.ACTIVE:
            if child.pending is not None or not (parent.state.get(state.WAITING) or child.state.get(state.WAITING)):
                raise UsageError(f"{child.name} is being worked on; it can be retried when it has settled.")
            self._let_child_turn(child, request.requested_by, note)
        elif child.status is SessionStatus.COMPLETE:
            evidence = [{"kind": "asked", "message": f"asked again by {request.requested_by}: {note or 'no note'}"}]
            reactivate(self.run, child.id, evidence, cause=request.id, by=request.requested_by)
        else:
            self._refuse_identical(child, note)
            call_back(self.run, child, by=request.requested_by, note=note)
        self._let_parent_turn(parent, request.requested_by, f"retry of {child.name}")
        self.run.call_back(child.id)
        return f"{child.name} is tried again"

    def _refuse_identical(self, child: Session, note: str) -> None:
        """A retry that would send the agent the same prompt again is refused with the reason."""
        changed = replace(
            child,
            status=SessionStatus.ACTIVE,
            state={**child.state, state.NOTE: note, state.LOOP_FROM: child.interactions[-1].seq}
            if child.interactions
            else child.state,
        )
        orchestrator = orchestrator_of(child.type)
        if orchestrator.next(changed) != NextStep(FIX):
            return
        try:
            orchestrator.step(FIX).get_command(self.run.scope, changed, self.run.parts.now())
        except StepError as error:
            raise UsageError(f"{child.name} was not retried: {error}. Add a note that tells the agent more.") from error

    def _skip(self, request: Request) -> str:
        return self._leave_out(request, StopKind.SKIP, "skipped")

    def _cancel(self, request: Request) -> str:
        if request.session_id == self.run.run_id:
            if self._parent().status is not SessionStatus.ACTIVE:
                raise UsageError("The run has ended already.")
            self.run.control.stop(StopReason(StopKind.CANCEL, request.requested_by, _note(request)))
            return "the run is being stopped"
        return self._leave_out(request, StopKind.CANCEL, "cancelled")

    def _leave_out(self, request: Request, kind: StopKind, word: str) -> str:
        self._unfinished_parent()
        child = self._child(request)
        reason = StopReason(kind, request.requested_by, _note(request))
        if child.is_skipped or (kind is StopKind.CANCEL and child.status is not SessionStatus.ACTIVE):
            raise UsageError(f"{child.name} has ended already: {child.status}.")
        if not self.run.stop_child(child.id, reason):
            leave_out(self.run, child.id, reason)
        if kind is StopKind.SKIP:
            self._let_parent_turn(self._parent(), request.requested_by, f"{child.name} skipped")
        return f"{child.name} is {word}"

    def _pause(self, request: Request) -> str:
        self._set_state({state.PAUSED: True}, request, "paused")
        self.run.is_paused = True
        return "nothing new is started; what runs goes on"

    def _resume(self, request: Request) -> str:
        self._set_state({state.PAUSED: False}, request, "resumed")
        self.run.is_paused = False
        return "the run goes on"

    def _set_jobs(self, request: Request) -> str:
        jobs = request.arguments.get("jobs")
        if not isinstance(jobs, int) or not 1 <= jobs <= MOST_JOBS:
            raise UsageError(f"jobs must be a whole number from 1 to {MOST_JOBS}, not {jobs!r}.")
        self._set_state({state.JOBS: jobs}, request, f"jobs {jobs}")
        self.run.jobs = jobs
        return f"{jobs} at a time from now on"

    def _finalize(self, request: Request) -> str:
        parent = self._unfinished_parent()
        if not any(child.status is SessionStatus.COMPLETE for child in parent.children):
            raise UsageError("No component has passed yet, so there is nothing to commit.")
        left_out = [
            child for child in parent.children if child.status is not SessionStatus.COMPLETE and not child.is_skipped
        ]
        for child in left_out:
            reason = StopReason(StopKind.SKIP, request.requested_by, "finalized without it")
            if not self.run.stop_child(child.id, reason):
                leave_out(self.run, child.id, reason)
        self._let_parent_turn(parent, request.requested_by, "finalize what passed")
        count = len(left_out)
        return f"finalizing without {count} component{'' if count == 1 else 's'}" if count else "finalizing"

    def _let_child_turn(self, child: Session, by: str, note: str) -> None:
        """Ends a child's wait for a person: it goes on where it is, with the note."""
        updates = SessionUpdates(state={state.NOTE: note or None, state.WAITING: None})
        reason = f"retry: {note}" if note else "retry"
        self.run.parts.store.sessions.change(self.run.scope, child.id, child.status, updates, by=by, reason=reason)

    def _let_parent_turn(self, parent: Session, by: str, reason: str) -> None:
        """Ends a wait for a person: the parent's loops count anew from here. A step under way needs no such help."""
        if parent.status is SessionStatus.ACTIVE and parent.pending is not None:
            return
        seq = parent.interactions[-1].seq if parent.interactions else 0
        self.run.unblock(str((parent.state.get(state.WAITING) or {}).get("trouble", "")))
        updates = SessionUpdates(
            SessionStatus.ACTIVE,
            {
                state.LOOP_FROM: seq,
                state.WAITING: None,
                state.ERROR: None,
                state.GRANTED: asdict(self.run.granted),
            },
        )
        self.run.parts.store.sessions.change(self.run.scope, parent.id, parent.status, updates, by=by, reason=reason)

    def _set_state(self, changes: dict[str, object], request: Request, reason: str) -> None:
        parent = self._parent()
        if parent.status is not SessionStatus.ACTIVE:
            raise UsageError("The run has ended already.")
        self.run.parts.store.sessions.change(
            self.run.scope,
            parent.id,
            parent.status,
            SessionUpdates(state=changes),
            by=request.requested_by,
            reason=reason,
        )

    def _unfinished_parent(self) -> Session:
        parent = self._parent()
        if parent.status is SessionStatus.COMPLETE:
            raise UsageError("The run is complete; start a new one with --fresh to test its components again.")
        return parent

    def _parent(self) -> Session:
        return self.run.parts.store.sessions.load(self.run.scope, self.run.run_id)

    def _child(self, request: Request) -> Session:
        child = self.run.parts.store.sessions.load(self.run.scope, request.session_id)
        if child.parent_id != self.run.run_id:
            raise UsageError(f"{child.name} is not part of this run.")
        return child


def _note(request: Request) -> str:
    return str(request.arguments.get("note") or "")
