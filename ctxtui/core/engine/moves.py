"""Where a session is moved to, written into a batch: one change each, which a result or a request asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.run_state import Blocked, changes, child_state, run_state
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.engine.batch import Batch
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing.asking import needs_a_person
from ctxtui.core.workflow.orchestrator import Orchestrator
from ctxtui.core.workflow.registry import orchestrator_of


def finish(
    batch: Batch, session_id: str, result: Result, attempt: AttemptEnd | None = None, files: Sequence[Any] | None = None
) -> None:
    """Stores a result as the step that it belongs to judges it."""
    session = batch.session(session_id)
    pending = session.pending
    if pending is None:
        raise AssertionError(f"{session.name} has no command under way")
    step = orchestrator_of(session.type).step(pending.command.step)
    updates, judged = step.handle_result(batch.scope, session, result)
    batch.finish(session_id, judged, updates, attempt, files)


def block(batch: Batch, trouble: Trouble, reason: str) -> None:
    """Nothing new is started: every other child would meet the same trouble."""
    before = run_state(batch.run.state)
    updates = changes(before, replace(before, blocked=Blocked(trouble, reason)))
    batch.change(batch.run.id, updates, by="engine", reason=f"starts nothing more: {reason}")


def fail(batch: Batch, session_id: str, reason: str) -> None:
    """The child has used up what it was given, or cannot go on: it failed, for this reason."""
    child = batch.session(session_id)
    batch.end_attempt(session_id, AttemptOutcome.TROUBLED)
    trouble = last_trouble(child)
    # What a check found before is not why it failed where its agent did not answer.
    failure = {"reason": reason, "rung": "" if trouble else _last_rung(child), "trouble": trouble}
    if question := question_of(child):
        failure[state.QUESTION] = question
    updates = changes(child_state(child.state), replace(child_state(child.state), failure=failure, slot=None))
    batch.change(session_id, updates, by="engine", reason=reason, status=SessionStatus.FAILED)


def hand_to(batch: Batch, child_id: str, agent: str, *, by: str, reason: str) -> None:
    """Another agent goes on with the child, in a conversation of its own, with its attempts and loops counted anew."""
    child = batch.session(child_id)
    batch.end_attempt(child_id, AttemptOutcome.TROUBLED)
    before = child_state(child.state)
    after = replace(
        before,
        conversation=None,
        loop_from=child.interactions[-1].seq if child.interactions else 0,
        attempts_from=batch.tries(child_id).count,
    )
    updates = SessionUpdates(state=changes(before, after), agent=agent)
    batch.update(child_id, updates, by=by, reason=reason)


def ask_again(
    batch: Batch, session_id: str, evidence: Sequence[dict[str, Any]], *, cause: str, by: str, rung: str = ""
) -> None:
    """Makes a complete child active: the evidence becomes a failed judgement, which its next prompt tells.

    `cause` names what asked for it; the same cause twice changes nothing the second time. `rung` is empty where a user
    asks.
    """
    child = batch.session(session_id)
    if any(step.command.metadata.get("cause") == cause and not step.is_pending for step in child.interactions):
        return
    orchestrator = orchestrator_of(child.type)
    reason = "; ".join(str(item.get("message", "")) for item in evidence[:3])
    if child.status is not SessionStatus.ACTIVE:
        batch.change(session_id, {}, by=by, reason=reason, status=SessionStatus.ACTIVE)
    if batch.session(session_id).pending is None:
        command = Command(orchestrator.judging, Action.JUDGE_TESTS, {"cause": cause, "by": by}, batch.now())
        batch.begin(session_id, command)
    told = f"{rung}: {reason}" if rung else reason
    result = Result(ResultStatus.ERROR, told, {"evidence": list(evidence), "rung": rung})
    batch.finish(session_id, result, SessionUpdates())


def forgive(batch: Batch, session_id: str) -> None:
    """Lets a child ask again that met trouble which only a user could mend, and which therefore is mended now."""
    child = batch.session(session_id)
    last = child.last_completed
    if child.status is not SessionStatus.ACTIVE or child.pending is not None or last is None or last.result is None:
        return
    if needs_a_person(last.result):
        batch.change(session_id, {state.LOOP_FROM: last.seq}, by="engine", reason="asks the agent again")


def turns_left(batch: Batch, session_id: str) -> int:
    """How many more attempts the child has."""
    child = batch.session(session_id)
    orchestrator: Orchestrator = orchestrator_of(child.type)
    return orchestrator.turns_left(child, orchestrator.judging)


def pending_of(session: Session, interaction_id: str) -> Interaction | None:
    """The session's command under way, if it is that very one and the session still wants its result."""
    pending = session.pending
    is_current = session.status is SessionStatus.ACTIVE and pending is not None and pending.id == interaction_id
    return pending if is_current else None


def question_of(child: Session) -> str:
    """What its agent asked at the end of its last turn, if it did."""
    return _last_told(child, state.QUESTION)


def last_trouble(child: Session) -> str:
    """The trouble that the child's last step met; empty when it met none."""
    return _last_told(child, "trouble")


def _last_told(child: Session, key: str) -> str:
    """A text in the result of the child's last step; empty where there is none."""
    last = child.last_completed
    return str(last.result.data.get(key) or "") if last is not None and last.result is not None else ""


def _last_rung(child: Session) -> str:
    for interaction in reversed(child.interactions):
        if interaction.result is not None and interaction.result.data.get("rung"):
            return str(interaction.result.data["rung"])
    return ""
