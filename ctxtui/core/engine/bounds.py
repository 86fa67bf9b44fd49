"""Whether another turn may begin, and how long it may take: what the budgets of a plan leave."""

from __future__ import annotations

from dataclasses import dataclass

from ctxtui.core.domain.plan import Budget, Spent
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import run_state
from ctxtui.core.domain.session import Session
from ctxtui.core.engine.batch import Batch
from ctxtui.core.engine.budgets import spent_on, start_of_day


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the plan allows, and what was spent so far by all children."""

    plan: RunPlan
    spent: Spent

    def run_budget_reached(self, batch: Batch, session_id: str) -> str:
        """Turns that others of the run have under way are counted as taken."""
        if not self.plan.run_budget.is_set:
            return ""
        spent, budget = self.spent.minus(run_state(batch.run.state).granted), self.plan.run_budget
        return reached_by("The run's budget", budget, spent, _turns_with(batch, session_id))

    def seconds_for_turn(self, run: Session, child: Session) -> float:
        """Seconds for one turn: its own limit, or what the budgets leave of it."""
        plan, limit = self.plan, self.plan.limits.agent_seconds
        if plan.run_budget.is_set:
            limit = min(limit, plan.run_budget.seconds_left(self.spent.minus(run_state(run.state).granted)))
        return min(limit, plan.child_budget.seconds_left(spent_on(child))) if plan.child_budget.is_set else limit


def day_budget_reached(batch: Batch, session_id: str, budget: Budget) -> str:
    """All runs of the account count, and this one's turns under way; a user may have let the run go on today."""
    day = start_of_day(batch.now())
    if not budget.is_set or run_state(batch.run.state).granted_day == day.date().isoformat():
        return ""
    spent = batch.store.history.spent_since(batch.scope.account, day)
    return reached_by("The day's budget", budget, spent, _turns_with(batch, session_id))


def _turns_with(batch: Batch, session_id: str) -> int:
    """A further turn of that child's, and those that others of the run have under way."""
    return 1 + sum(known.session.is_asking for child_id, known in batch.known.items() if child_id != session_id)


def reached_by(what: str, budget: Budget, spent: Spent, turns: int) -> str:
    """Why no further turn is begun, or an empty text: a budget stops before the turn that would pass it."""
    if reached := budget.used_up_by(spent):
        return f"{what} is used up: {reached}."
    passed = budget.passed_by(spent, turns)
    return f"{what} does not allow another turn: {passed}." if passed else ""
