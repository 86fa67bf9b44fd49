"""What a session does next, written into a batch: its next command, its end, or that it waits."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome
from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import Waiting, changes, run_state
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.domain.trouble import BLOCKING, OF_AGENT, Trouble
from ctxtui.core.engine.batch import Batch
from ctxtui.core.engine.bounds import Bounds, day_budget_reached, reached_by
from ctxtui.core.engine.budgets import spent_on
from ctxtui.core.engine.moves import ask_again, block, fail, finish, hand_to, last_trouble, question_of
from ctxtui.core.workflow.context_testing.outcome import failure_reason
from ctxtui.core.workflow.context_testing.spawn import specs_in
from ctxtui.core.workflow.decision import InvalidInteraction, InvalidState, NextStep, SessionComplete, WaitForPerson
from ctxtui.core.workflow.refusals import facts_of
from ctxtui.core.workflow.registry import orchestrator_of


class Next(Enum):
    """What became of a session that was to go on."""

    STARTS = "starts"
    """Its next command is stored, and is to be carried out."""
    SETTLED = "settled"
    HELD = "held"
    """It waits with the whole run: what it needs, every other child would need, too."""
    WAITS = "waits"
    """The run waits for a user."""


def advance(batch: Batch, session_id: str, bounds: Bounds) -> Next:
    """Takes the session one command further. Raises StepError when a run's history cannot be gone on with."""
    session = batch.session(session_id)
    if session.status is not SessionStatus.ACTIVE:
        return Next.SETTLED
    if session.pending is not None:
        return Next.STARTS
    decided = _decided(batch, session)
    if isinstance(decided, str):
        if _is_handed_on(batch, session, decided, bounds.plan):
            return advance(batch, session_id, bounds)
        return _ends(batch, session, decided)
    _begin(batch, session, decided)
    if decided.action is Action.ASK_AGENT and (over := _over_budget(batch, session_id, bounds)):
        _refuse_turn(batch, session_id, over)
        return advance(batch, session_id, bounds)
    return Next.STARTS


def _decided(batch: Batch, session: Session) -> Command | str:
    """The next command, or why there is none; empty when the session is at its end."""
    orchestrator = orchestrator_of(session.type)
    match orchestrator.next(session):
        case NextStep(step):
            try:
                return orchestrator.step(step).get_command(batch.scope, session, batch.now())
            except StepError as error:
                return str(error)
        case SessionComplete():
            return ""
        case WaitForPerson(_step, reason):
            return reason
        case InvalidInteraction(step):
            reason = f"Session {session.name} took the step {step!r}, which {session.type} does not have."
        case InvalidState(step, status):
            reason = f"Session {session.name} ended {step!r} as {status!r}, which that step cannot."
    if session.parent_id is None:
        raise StepError(reason)
    return reason


def _begin(batch: Batch, session: Session, command: Command) -> None:
    attempt_reason = None
    if command.action is Action.ASK_AGENT:
        attempt_reason = str(command.metadata.get("reason", ""))
    elif command.action is Action.JUDGE_TESTS and not batch.open_attempt(session.id):
        # What it was judged for last has ended: tests that could not be judged, or somebody stopped that.
        attempt_reason = "judged again"
    begun = batch.begin(session.id, command, attempt_reason)
    if command.action is Action.RUN_CHILDREN:
        batch.spawn(specs_in(command))
        for item in command.metadata.get("reactivate", ()):
            ask_again(
                batch, item["session_id"], item["evidence"], cause=begun.id, by="parent validation", rung="together"
            )


def _ends(batch: Batch, session: Session, reason: str) -> Next:
    if not reason:
        return Next.SETTLED
    if session.parent_id is None:
        _wait(batch, reason)
        return Next.WAITS
    if run_state(batch.run.state).blocked is not None and _is_blocked(session):
        return Next.HELD
    fail(batch, session.id, reason)
    return Next.SETTLED


def _is_handed_on(batch: Batch, child: Session, reason: str, plan: RunPlan) -> bool:
    """Whether the next agent of the plan takes over where this one used up what it was given."""
    later = plan.escalate[plan.escalate.index(child.agent) + 1 :] if child.agent in plan.escalate else plan.escalate
    is_run = child.parent_id is None or run_state(batch.run.state).blocked is not None
    if not reason or not later or is_run or not child.interactions or question_of(child):
        return False
    hand_to(batch, child.id, later[0], by="engine", reason=f"{later[0]} takes over from {child.agent}: {reason}")
    return True


def _is_blocked(child: Session) -> bool:
    """Whether the child's last step met trouble that is the whole run's."""
    return last_trouble(child) in BLOCKING


def _wait(batch: Batch, reason: str) -> None:
    before = run_state(batch.run.state)
    undecided = {child.id for child in facts_of(batch.run).undecided}
    trouble = before.blocked.trouble if before.blocked is not None else None
    last = batch.run.last_completed
    waiting = Waiting(
        message=reason,
        step=last.command.step if last is not None else "",
        components=tuple(
            {"name": child.name, "reason": failure_reason(child)}
            for child in batch.run.children
            if child.id in undecided
        ),
        since=batch.now().isoformat(),
        trouble=str(trouble or ""),
        is_agent=trouble in OF_AGENT,
        is_all_of_children=bool(last and last.result and last.result.data.get("is_all_of_children")),
    )
    updates = changes(before, replace(before, waiting=waiting))
    batch.change(batch.run.id, updates, by="engine", reason=f"waits for a person: {reason}")


def _over_budget(batch: Batch, session_id: str, bounds: Bounds) -> str:
    if reason := bounds.run_budget_reached(batch, session_id):
        block(batch, Trouble.BUDGET, reason)
        return reason
    if reason := day_budget_reached(batch, session_id, bounds.plan.day_budget):
        block(batch, Trouble.BUDGET, reason)
        return reason
    return reached_by("The component's budget", bounds.plan.child_budget, spent_on(batch.session(session_id)), 1)


def _refuse_turn(batch: Batch, session_id: str, reason: str) -> None:
    end = AttemptEnd(batch.open_attempt(session_id), AttemptOutcome.TROUBLED)
    finish(batch, session_id, Result(ResultStatus.ERROR, reason, {"trouble": str(Trouble.BUDGET)}), end)
