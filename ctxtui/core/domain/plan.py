"""Limits, budgets and bounds of a run: they are declared here, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ctxtui.core.domain.attempt import Attempt, Usage
    from ctxtui.core.domain.json import JsonMap

MOST_JOBS = 256
EXAMPLES = 2
REMOTE = "origin"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and characters that nothing may exceed."""

    agent_seconds: float = 900.0
    agent_stall_seconds: float = 300.0
    test_seconds: float = 20.0
    run_seconds: float = 300.0
    feedback_chars: int = 6000


@dataclass(frozen=True, slots=True)
class Spent:
    """What agents used in so many turns: tokens, US dollars and the seconds they worked."""

    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0
    turns: int = 0

    def minus(self, other: Spent) -> Spent:
        return Spent(
            self.tokens - other.tokens, self.cost - other.cost, self.seconds - other.seconds, self.turns - other.turns
        )

    def plus(self, usage: Usage, seconds: float) -> Spent:
        tokens = usage.input_tokens + usage.output_tokens
        cost = self.cost + (usage.cost or 0.0)
        return Spent(self.tokens + tokens, cost, self.seconds + seconds, self.turns + 1)


@dataclass(frozen=True, slots=True)
class Budget:
    """Ceilings; 0 means none. `cost` is in US dollars, `seconds` is time that agents worked."""

    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0

    def used_up_by(self, spent: Spent) -> str:
        """Which ceiling has been reached, in words, or an empty text."""
        if self.tokens and spent.tokens >= self.tokens:
            return f"{spent.tokens:,} of {self.tokens:,} tokens"
        if self.cost and spent.cost >= self.cost:
            return f"${spent.cost:.2f} of ${self.cost:.2f}"
        if self.seconds and spent.seconds >= self.seconds:
            return f"{spent.seconds:.0f} s of {self.seconds:.0f} s"
        return ""

    def passed_by(self, spent: Spent, turns: int) -> str:
        """Which ceiling so many further turns would pass, taking what the turns so far took; in words, or empty."""
        if spent.turns <= 0:
            return ""
        tokens, cost = spent.tokens / spent.turns, spent.cost / spent.turns
        if self.tokens and spent.tokens + tokens * turns > self.tokens:
            return f"{spent.tokens:,} of {self.tokens:,} tokens, and a turn takes about {tokens:,.0f}"
        if self.cost and spent.cost + cost * turns > self.cost:
            return f"${spent.cost:.2f} of ${self.cost:.2f}, and a turn takes about ${cost:.2f}"
        return ""

    def seconds_left(self, spent: Spent) -> float:
        """How long an agent may still work; infinite without a ceiling."""
        return max(0.0, self.seconds - spent.seconds) if self.seconds else math.inf

    @property
    def is_set(self) -> bool:
        return bool(self.tokens or self.cost or self.seconds)


def spent_by(attempts: Iterable[Attempt]) -> Spent:
    """What those attempts took; an attempt under way counts no time yet."""
    spent = Spent()
    for attempt in attempts:
        ended = attempt.ended_at or attempt.started_at
        spent = spent.plus(attempt.usage, (ended - attempt.started_at).total_seconds())
    return spent


@dataclass(frozen=True, slots=True)
class LadderLimits:
    """Bounds of what the rungs do.

    `file_bytes` is the most one written file may have; `stable_runs` come on top of the first run; `search_runs`
    may be spent on finding one file that breaks others, `extra_runs` on explaining a failed run of everything.
    `coverage_floor` and `mutants_floor` are percentages, 0 for none; at most `mutants` are tried, for at most
    `mutation_seconds`.
    """

    file_bytes: int = 1024 * 1024
    stable_runs: int = 2
    search_runs: int = 12
    extra_runs: int = 60
    coverage_floor: float = 0.0
    mutants: int = 20
    mutants_floor: float = 0.0
    mutation_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class ExecutorPlan:
    """Where children are worked on: here, or at the workers that a Dask `scheduler` knows.

    `python` is the project's interpreter there, relative to the checkout or absolute; empty: the same path as here.
    `setup` is a command that makes it. At a worker at most `worker_jobs` agents work at once, 0: as many as it has
    threads.
    """

    kind: Literal["local", "dask"] = "local"
    scheduler: str = ""
    python: str = ""
    setup: tuple[str, ...] = ()
    worker_jobs: int = 0

    @property
    def is_local(self) -> bool:
        return self.kind == "local"

    def seats_at(self, slots: int) -> int:
        """How many agents may be at work at a worker that bears so many."""
        return min(slots, self.worker_jobs or slots)


def limits_of(stored: JsonMap) -> Limits:
    """The limits in a stored plan, whatever else it lacks."""
    return Limits(**known_fields(Limits, stored.get("limits") or {}))


def run_budget_of(stored: JsonMap) -> Budget:
    """The ceilings of the run in a stored plan, whatever else it lacks."""
    return Budget(**known_fields(Budget, stored.get("run_budget") or {}))


def known_fields(of: type[Any], stored: JsonMap) -> dict[str, Any]:
    """What is stored for the fields of a class; what a newer program added is left alone."""
    names = {item.name for item in fields(of)}
    return {key: value for key, value in stored.items() if key in names}
