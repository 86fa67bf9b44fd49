"""What a run may take, before it is started: a band of tokens, and of money where past turns tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.core.domain.attempt import Usage
from ctxtui.core.engine.budgets import Budget

if TYPE_CHECKING:
    from ctxtui.core.engine.parts import Parts
    from ctxtui.core.engine.planning import Plan
    from ctxtui.core.engine.settings import RunSettings

OFFLINE = "offline"
"""The feature of an agent that calls no model, and therefore costs nothing."""
PAST_RUNS = 5
"""How many of an agent's newest runs are looked at."""
LEAST_TURNS = 3
"""From fewer past turns nothing is concluded."""
BYTES_A_TOKEN = 4
FEW_STEPS, MANY_STEPS = 3, 12
"""Times that an agent asks its model in one turn; each time it sends again what it knows so far."""
SMALL_START, LARGE_START = 8_000, 20_000
"""Tokens that a coding agent sends before it has read anything: its instructions and the tools it offers."""
LATER_COPIES = 3
"""How much of the module's size a long conversation holds: the module, its tests, and what running them said."""

_THOUSAND, _MILLION = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Band:
    """From a turn for each component to every attempt that each is allowed."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """`tokens` counts in and out, cached ones too; `cost` is in US dollars, None where no past turn told one.

    `past_turns` is the number of turns it is based on, 0 when it is based on the size of the sources.
    """

    is_free: bool = False
    tokens: Band = Band(0, 0)
    cost: Band | None = None
    past_turns: int = 0

    @property
    def in_words(self) -> str:
        """Such as "34k to 310k tokens, $0.20 to $1.80, by 12 past turns"; empty when it is free."""
        if self.is_free:
            return ""
        parts = [f"{_amount(self.tokens.least)} to {_amount(self.tokens.most)} tokens"]
        parts += [f"${self.cost.least:.2f} to ${self.cost.most:.2f}"] if self.cost else []
        basis = f"by {self.past_turns} past turns" if self.past_turns else "guessed from the size of the sources"
        return ", ".join([*parts, basis])


def estimate(parts: Parts, plan: Plan) -> Estimate:
    """By what turns of the same agent took before, else by the size of the sources."""
    if OFFLINE in plan.agent.features:
        return Estimate(is_free=True)
    turns = _past_turns(parts, plan)
    if len(turns) < LEAST_TURNS:
        return Estimate(tokens=_by_size(plan))
    costs = [usage.cost for usage in turns if usage.cost is not None]
    return Estimate(
        tokens=_over_the_run(plan, [usage.input_tokens + usage.output_tokens for usage in turns]),
        cost=_over_the_run(plan, costs) if len(costs) >= LEAST_TURNS else None,
        past_turns=len(turns),
    )


def budgets_in_words(settings: RunSettings) -> str:
    """The ceilings in force, such as "$5.00 for the run, 200,000 tokens for a component"; empty without any."""
    ceilings = ((settings.run_budget, "the run"), (settings.child_budget, "a component"))
    return ", ".join(f"{_ceiling(budget)} for {what}" for budget, what in ceilings if budget.is_set)


def _past_turns(parts: Parts, plan: Plan) -> list[Usage]:
    """What turns of the plan's agent took in the newest runs of the account, in whichever project."""
    name = plan.settings.agent
    runs = [run for run in parts.store.sessions.runs(None, plan.scope.account) if run.agent == name]
    return [
        attempt.usage
        for run in runs[:PAST_RUNS]
        for row in parts.store.feed.changes(run.scope, run.id).rows
        for attempt in row.attempts
        if attempt.usage.input_tokens or attempt.usage.output_tokens
    ]


def _over_the_run(plan: Plan, turns: Sequence[float]) -> Band:
    """From the lower quarter of the turns, one each, to the upper quarter, all that are allowed."""
    ordered = sorted(turns)
    count = len(plan.components)
    low, high = (ordered[round(share * (len(ordered) - 1))] for share in (0.25, 0.75))
    return Band(count * low, count * plan.settings.retry.max_attempts * high)


def _by_size(plan: Plan) -> Band:
    sizes = []
    for component in plan.components:
        source = plan.repository.root / component.source_path
        sizes.append(source.stat().st_size / BYTES_A_TOKEN if source.is_file() else 0.0)
    least = sum(FEW_STEPS * (SMALL_START + size) for size in sizes)
    most = sum(MANY_STEPS * (LARGE_START + LATER_COPIES * size) for size in sizes)
    return Band(least, most * plan.settings.retry.max_attempts)


def _ceiling(budget: Budget) -> str:
    words = [f"{budget.tokens:,} tokens"] if budget.tokens else []
    words += [f"${budget.cost:.2f}"] if budget.cost else []
    words += [f"{budget.seconds:g} s of agent time"] if budget.seconds else []
    return " or ".join(words)


def _amount(number: float) -> str:
    if number < _THOUSAND:
        return f"{number:.0f}"
    return f"{number / _THOUSAND:.0f}k" if number < _MILLION else f"{number / _MILLION:.1f}M"
