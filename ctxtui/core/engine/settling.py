"""How a child leaves the run, or comes back into it; every change names who made it and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ConflictError
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.engine.control import StopKind, StopReason
from ctxtui.core.engine.launches import end_turn_left_running
from ctxtui.core.engine.run import Run
from ctxtui.core.ports.store import AttemptEnd
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing import RUN
from ctxtui.core.workflow.component_testing.asking import needs_a_person


def fail(run: Run, session_id: str, reason: str) -> None:
    """The child has used up what it was given, or cannot go on: it failed, for this reason."""
    child = run.parts.store.sessions.load(run.scope, session_id)
    rung = _last_rung(child)
    if end := _open_attempt(run, child, AttemptOutcome.TROUBLED):
        run.parts.store.history.update_attempt(run.scope, end)
    _change(
        run,
        child,
        SessionUpdates(SessionStatus.FAILED, {state.FAILURE: {"reason": reason, "rung": rung}, state.SLOT: None}),
        by="engine",
        reason=reason,
    )


def forgive_trouble(run: Run, session_id: str) -> None:
    """Lets a child ask again that met trouble which only a person could mend, and which therefore is mended now."""
    child = run.parts.store.sessions.load(run.scope, session_id)
    last = child.last_completed
    if child.pending is None and last is not None and last.result and needs_a_person(last.result):
        updates = SessionUpdates(state={state.LOOP_FROM: last.seq})
        _change(run, child, updates, by="engine", reason="asks the agent again")


def leave_out(run: Run, session_id: str, stop: StopReason) -> None:
    """A person stopped or skipped the child: what is under way ends with a result, and the child is cancelled.

    A skipped child is also left out of what the run is judged by.
    """
    child = run.parts.store.sessions.load(run.scope, session_id)
    word = "skipped" if stop.kind is StopKind.SKIP else "cancelled"
    end_turn_left_running(run, child)
    if child.pending is not None:
        # Stopped while it was judged, it is judged again should a person retry it; any other step is taken again.
        is_judging = child.pending.command.action is Action.JUDGE_TESTS
        status = ResultStatus.WARNING if is_judging else ResultStatus.ERROR
        result = Result(status, f"{word} by {stop.by}", {"is_free": True})
        end = _open_attempt(run, child, AttemptOutcome.CANCELLED)
        run.parts.store.history.finish(run.scope, child.pending.id, result, SessionUpdates(), end)
    changes: dict[str, Any] = {state.SLOT: None, state.WAITING: None}
    if stop.kind is StopKind.SKIP:
        changes[state.SKIPPED] = {"by": stop.by, "at": run.parts.now().isoformat(), "note": stop.note}
    note = f": {stop.note}" if stop.note else ""
    _change(run, child, SessionUpdates(SessionStatus.CANCELLED, changes), by=stop.by, reason=f"{word}{note}")


def _open_attempt(run: Run, child: Session, outcome: AttemptOutcome) -> AttemptEnd | None:
    attempts = run.parts.store.history.attempts(run.scope, child.id)
    if attempts and attempts[-1].outcome in (AttemptOutcome.RUNNING, AttemptOutcome.VALIDATING):
        return AttemptEnd(attempts[-1].id, outcome)
    return None


def call_back(run: Run, child: Session, *, by: str, note: str) -> None:
    """Makes a failed or cancelled child active again, with its loops counted anew."""
    _change(
        run,
        child,
        SessionUpdates(
            SessionStatus.ACTIVE,
            {
                state.LOOP_FROM: child.interactions[-1].seq if child.interactions else 0,
                state.ATTEMPTS_FROM: len(run.parts.store.history.attempts(run.scope, child.id)),
                state.NOTE: note or None,
                state.FAILURE: None,
                state.SKIPPED: None,
                state.WAITING: None,
            },
        ),
        by=by,
        reason=f"retry: {note}" if note else "retry",
    )


def reactivate(run: Run, session_id: str, evidence: Sequence[dict[str, Any]], *, cause: str, by: str) -> None:
    """Makes a complete child active again: the evidence becomes a failed judgement, which its next prompt tells.

    `cause` names what asked for it; the same cause twice changes nothing the second time.
    """
    sessions, history = run.parts.store.sessions, run.parts.store.history
    child = sessions.load(run.scope, session_id)
    if any(step.command.metadata.get("cause") == cause and not step.is_pending for step in child.interactions):
        return
    reason = "; ".join(str(item.get("message", "")) for item in evidence[:3])
    if child.status is SessionStatus.COMPLETE:
        _change(run, child, SessionUpdates(SessionStatus.ACTIVE), by=by, reason=reason)
    pending = child.pending
    if pending is None:
        command = Command(RUN, Action.JUDGE_TESTS, {"cause": cause, "by": by}, run.parts.now())
        pending = history.begin(run.scope, session_id, run.parts.new_id(), command)
    result = Result(ResultStatus.ERROR, f"together: {reason}", {"evidence": list(evidence), "rung": "together"})
    history.finish(run.scope, pending.id, result, SessionUpdates())


def _change(run: Run, child: Session, updates: SessionUpdates, *, by: str, reason: str) -> None:
    try:
        run.parts.store.sessions.change(run.scope, child.id, child.status, updates, by=by, reason=reason)
    except ConflictError:
        # Somebody settled the child between our look and our change; what they stored stands.
        return


def _last_rung(child: Session) -> str:
    for interaction in reversed(child.interactions):
        if interaction.result is not None and interaction.result.data.get("rung"):
            return str(interaction.result.data["rung"])
    return ""
