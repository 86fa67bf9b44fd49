"""What a granted request changes, written into the batch that also holds its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.plan import Spent
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import changes, child_state, run_state
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.engine.actions.judge import LAID_OUT_ANEW
from ctxtui.core.engine.batch import Batch
from ctxtui.core.engine.budgets import start_of_day
from ctxtui.core.engine.moves import ask_again, forgive, hand_to
from ctxtui.core.workflow import state
from ctxtui.core.workflow.registry import orchestrator_of
from ctxtui.core.workflow.requests import (
    CallBack,
    Effect,
    EndRun,
    Granted,
    LeaveOut,
    SetJobs,
    SetMode,
    SetPaused,
    SetPlan,
    TakeStep,
    TellAgents,
    TurnAgain,
    decide,
)
from ctxtui.core.workflow.retry import called_back

BY_PARTIAL = "the setting `partial`"


def apply(batch: Batch, request: Request, effect: Effect, spent: Spent) -> None:
    """`spent` is what all children have used so far. Taking a step is left to the loop, which knows what is next."""
    by = request.requested_by
    match effect:
        case LeaveOut():
            leave_out(batch, effect.child_id, by=by, note=effect.note, is_skip=effect.is_skip)
        case CallBack():
            _call_back(batch, request, effect)
        case TellAgents():
            _tell(batch, effect, by)
        case TurnAgain():
            _turn_again(batch, effect, by, spent)
        case SetPaused() | SetJobs() | SetMode() | SetPlan():
            _set(batch, effect, by)
        case EndRun(note):
            _end_run(batch, by, note)
        case TakeStep():
            return


def _set(batch: Batch, effect: SetPaused | SetJobs | SetMode | SetPlan, by: str) -> None:
    run_id = batch.run.id
    match effect:
        case SetPaused(is_paused):
            reason = "paused" if is_paused else "resumed"
            batch.change(run_id, {state.PAUSED: is_paused}, by=by, reason=reason)
        case SetJobs(jobs):
            batch.change(run_id, {state.JOBS: jobs}, by=by, reason=f"jobs {jobs}")
        case SetMode(mode):
            batch.update(run_id, SessionUpdates(mode=mode), by=by, reason=f"mode {mode}")
        case SetPlan():
            _set_plan(batch, effect, by)


def finalize_by_itself(batch: Batch, spent: Spent) -> None:
    """Finalizes without what is not decided; where there is nothing of the kind, nothing would come of it."""
    has_undecided = any(
        child.status is not SessionStatus.COMPLETE and not child.is_skipped for child in batch.run.children
    )
    if not has_undecided or batch.is_blocked:
        return
    run_id = batch.run.id
    request = Request(batch.new_id(), run_id, run_id, RequestKind.FINALIZE, BY_PARTIAL, batch.now())
    decided = decide(request, batch.run)
    for effect in decided.effects if isinstance(decided, Granted) else ():
        apply(batch, request, effect, spent)


def leave_out(batch: Batch, child_id: str, *, by: str, note: str, is_skip: bool) -> None:
    """What is under way ends with a result, and the child is cancelled; a skip leaves it out of the run, too."""
    child = batch.session(child_id)
    word = "skipped" if is_skip else "cancelled"
    _end_pending(batch, child, f"{word} by {by}")
    batch.end_attempt(child_id, AttemptOutcome.CANCELLED)
    before = child_state(child.state)
    skipped = {"by": by, "at": batch.now().isoformat(), "note": note} if is_skip else before.skipped
    after = replace(before, slot=None, waiting=None, cooldown_until=None, skipped=skipped)
    reason = f"{word}: {note}" if note else word
    batch.change(child_id, changes(before, after), by=by, reason=reason, status=SessionStatus.CANCELLED)


def _end_pending(batch: Batch, session: Session, message: str) -> None:
    """Stopped while it was judged, a child is judged again should it come back; any other step is taken again."""
    if session.pending is None or session.status is not SessionStatus.ACTIVE:
        return
    is_judging = session.pending.command.action is Action.JUDGE_TESTS
    status = ResultStatus.WARNING if is_judging else ResultStatus.ERROR
    attempt_id = batch.open_attempt(session.id) if session.parent_id is not None else ""
    end = AttemptEnd(attempt_id, AttemptOutcome.CANCELLED) if attempt_id else None
    batch.finish(session.id, Result(status, message, {"is_free": True, "is_interrupted": True}), SessionUpdates(), end)


def _call_back(batch: Batch, request: Request, effect: CallBack) -> None:
    """The child is active again, or goes on where it is, with its loops counted anew."""
    child, by, note = batch.session(effect.child_id), request.requested_by, effect.note
    if child.status is SessionStatus.COMPLETE and not effect.is_judged:
        message = f"asked again by {by}: {note or 'no note'}"
        ask_again(batch, child.id, [{"kind": "asked", "message": message}], cause=request.id, by=by)
        child = batch.session(child.id)
    if effect.agent and effect.agent != child.agent:
        hand_to(batch, child.id, effect.agent, by=by, reason=f"{effect.agent} takes over from {child.agent}")
        child = batch.session(child.id)
    holds_slot = bool(child_state(child.state).slot)
    updates = called_back(child, note, batch.tries(child.id).count, effect.files)
    reason = f"retry: {note}" if note else "retry"
    batch.change(child.id, updates, by=by, reason=reason, status=SessionStatus.ACTIVE)
    if effect.is_judged:
        _judge_as_given(batch, child, request, is_laid_out_anew=holds_slot)


def _judge_as_given(batch: Batch, child: Session, request: Request, *, is_laid_out_anew: bool) -> None:
    """The tests that a user has changed are judged; a worktree that the child holds still has them as they were."""
    if child.component is None:
        raise AssertionError(f"{child.name} has no component")
    metadata = {
        "test_path": child.component.test_path,
        "by": request.requested_by,
        "cause": request.id,
        LAID_OUT_ANEW: is_laid_out_anew,
    }
    command = Command(orchestrator_of(child.type).judging, Action.JUDGE_TESTS, metadata, batch.now())
    is_under_way = bool(batch.open_attempt(child.id))
    batch.begin(child.id, command, None if is_under_way else f"changed by {request.requested_by}")


def _tell(batch: Batch, effect: TellAgents, by: str) -> None:
    """A note that no turn has carried yet is kept before the new one."""
    for child_id in effect.child_ids:
        before = child_state(batch.session(child_id).state)
        whole = f"{before.note}\n\n{effect.note}" if before.note else effect.note
        batch.change(child_id, changes(before, replace(before, note=whole)), by=by, reason=f"told: {effect.note}")


def _turn_again(batch: Batch, effect: TurnAgain, by: str, spent: Spent) -> None:
    run, before = batch.run, run_state(batch.run.state)
    after = before
    if effect.is_mended and before.blocked is not None:
        after = replace(after, blocked=None)
        if before.blocked.trouble is Trouble.BUDGET:
            after = replace(after, granted=spent, granted_day=start_of_day(batch.now()).date().isoformat())
        for child in run.children:
            if child.status is SessionStatus.ACTIVE:
                forgive(batch, child.id)
    if run.pending is None:
        seq = run.interactions[-1].seq if run.interactions else 0
        after = replace(after, loop_from=seq, waiting=None, error=None)
    updates = changes(before, after)
    if updates or run.status is not SessionStatus.ACTIVE:
        batch.change(run.id, updates, by=by, reason=effect.reason, status=SessionStatus.ACTIVE)


def _set_plan(batch: Batch, effect: SetPlan, by: str) -> None:
    before = run_state(batch.run.state).plan
    if before is None:
        raise AssertionError(f"run {batch.run.id} has no plan")
    plan = RunPlan.from_state({**before.to_state(), **effect.changes})
    state_changes: dict[str, Any] = {state.PLAN: plan.to_state()}
    if "jobs" in effect.changes:
        state_changes[state.JOBS] = plan.jobs
    retry = plan.retry if plan.retry != before.retry else None
    reason = f"settings: {', '.join(sorted(effect.changes))}"
    batch.update(batch.run.id, SessionUpdates(state=state_changes, retry=retry), by=by, reason=reason)
    for child in batch.run.children if retry is not None else ():
        batch.update(child.id, SessionUpdates(retry=retry), by=by, reason=reason)


def _end_run(batch: Batch, by: str, note: str) -> None:
    for child in batch.run.children:
        if child.status is SessionStatus.ACTIVE:
            leave_out(batch, child.id, by=by, note=note, is_skip=False)
    _end_pending(batch, batch.run, f"cancelled by {by}")
    reason = f"cancelled: {note}" if note else "cancelled"
    batch.change(batch.run.id, {state.WAITING: None}, by=by, reason=reason, status=SessionStatus.CANCELLED)
