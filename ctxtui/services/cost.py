"""What a plan may cost: the estimate for it, and the ceilings that hold for it."""

from __future__ import annotations

from ctxtui.core.domain.plan import Budget
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.engine.agent_choice import OFFLINE
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.planning import Plan
from ctxtui.core.views.estimate import Estimate, Work, estimate


def estimate_of(parts: Parts, plan: Plan) -> Estimate:
    if OFFLINE in plan.agent.features:
        return Estimate(is_free=True)
    sources = [plan.repository.root / component.source_path for component in plan.components]
    work = Work(
        account=plan.scope.account,
        agent=plan.settings.agent,
        sizes=tuple(source.stat().st_size if source.is_file() else 0 for source in sources),
        max_attempts=plan.settings.retry.max_attempts,
        tries=plan.settings.best_of,
    )
    return estimate(parts.store, work)


def budgets_in_words(settings: RunPlan) -> str:
    """The ceilings in force, such as "$5.00 for the run, 200,000 tokens for a component"; empty without any."""
    ceilings = (
        (settings.run_budget, "the run"),
        (settings.child_budget, "a component"),
        (settings.day_budget, "all runs of a day"),
    )
    return ", ".join(f"{_ceiling(budget)} for {what}" for budget, what in ceilings if budget.is_set)


def _ceiling(budget: Budget) -> str:
    words = [f"{budget.tokens:,} tokens"] if budget.tokens else []
    words += [f"${budget.cost:.2f}"] if budget.cost else []
    words += [f"{budget.seconds:g} s of agent time"] if budget.seconds else []
    return " or ".join(words)
