"""What a run was started with: its limits, budgets and bounds are declared here, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.rung import USUAL_RUNGS
from ctxtui.core.domain.test_naming import PYTEST_NAMING

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
    `setup` is a command that makes it. A worker gets at most `worker_jobs` components at once, 0: as many as it has
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


@dataclass(frozen=True, slots=True)
class RunPlan:
    """Paths are POSIX and relative to `root`, but for `root` and `interpreter` themselves.

    It is kept in the run's state, so that whoever takes the run over does the same. `test_files`, `test_functions`
    and `test_classes` are the patterns of what pytest collects. `runs_anywhere` when it matters to none of the
    project's tests in which folder pytest is started. `tolerated` are files that any
    test run leaves, `canaries` what the person's checkout has and its commit lacks. `similar_tests` maps a
    component's name to test files worth showing an agent, `rules` is the text of the project's test rules, `key` is
    equal for two runs that would do the same work. `jobs` is how many agents work at a time, `ahead` how many children
    more are prepared or judged meanwhile; 0 where that takes one of the jobs. Where it `is_staggered`, the first
    child's agent begins to answer before others are asked.
    """

    root: str
    base: str
    package_name: str
    package_path: str
    import_roots: tuple[str, ...]
    test_root: str
    interpreter: str
    agent: str
    key: str
    jobs: int = 1
    ahead: int = 0
    agent_jobs: Mapping[str, int] = field(default_factory=dict)
    escalate: tuple[str, ...] = ()
    pytest_plugins: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    test_files: tuple[str, ...] = PYTEST_NAMING.files
    test_functions: tuple[str, ...] = PYTEST_NAMING.functions
    test_classes: tuple[str, ...] = PYTEST_NAMING.classes
    existing_tests: tuple[str, ...] = ()
    tolerated: tuple[str, ...] = ()
    runs_anywhere: bool = False
    canaries: tuple[str, ...] = ()
    rungs: tuple[str, ...] = USUAL_RUNGS
    similar_tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: int = EXAMPLES
    rules: str = ""
    generate_template: str = ""
    fix_template: str = ""
    is_staggered: bool = False
    best_of: int = 1
    is_partial: bool = False
    push: bool = False
    remote: str = REMOTE
    pull_request: bool = False
    use_hooks: bool = False
    sign: bool = False
    is_fresh: bool = False
    child_budget: Budget = field(default_factory=Budget)
    run_budget: Budget = field(default_factory=Budget)
    day_budget: Budget = field(default_factory=Budget)
    limits: Limits = field(default_factory=Limits)
    ladder: LadderLimits = field(default_factory=LadderLimits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    executor: ExecutorPlan = field(default_factory=ExecutorPlan)

    def to_state(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_state(cls, stored: JsonMap) -> RunPlan:
        """Reads what `to_state` wrote; keys that a newer program added are left alone."""
        values = _known(cls, stored)
        values |= {
            "child_budget": Budget(**_known(Budget, values.get("child_budget", {}))),
            "run_budget": Budget(**_known(Budget, values.get("run_budget", {}))),
            "day_budget": Budget(**_known(Budget, values.get("day_budget", {}))),
            "limits": Limits(**_known(Limits, values.get("limits", {}))),
            "ladder": LadderLimits(**_known(LadderLimits, values.get("ladder", {}))),
            "executor": _executor(values.get("executor", {})),
            "retry": RetryPolicy(**_known(RetryPolicy, values.get("retry", {}))),
            "similar_tests": {name: tuple(paths) for name, paths in values.get("similar_tests", {}).items()},
        }
        for key in TUPLES:
            if key in values:
                values[key] = tuple(values[key])
        return cls(**values)

    def most_of(self, agent: str) -> int:
        """How many children an agent bears at the same time, whatever number of jobs is asked for."""
        return self.agent_jobs.get(agent, MOST_JOBS)


CHANGEABLE = frozenset(
    {
        *("jobs", "is_partial", "push", "remote", "pull_request", "use_hooks", "sign", "examples"),
        *("child_budget", "run_budget", "day_budget", "limits", "retry", "executor"),
    }
)
"""Parts of a plan that a run under way may be given anew: they change how the work is done, not which work."""


def limits_of(stored: JsonMap) -> Limits:
    """The limits in a stored plan, whatever else it lacks."""
    return Limits(**_known(Limits, stored.get("limits") or {}))


def run_budget_of(stored: JsonMap) -> Budget:
    """The ceilings of the run in a stored plan, whatever else it lacks."""
    return Budget(**_known(Budget, stored.get("run_budget") or {}))


TUPLES = (
    *("import_roots", "pytest_plugins", "pass_env", "test_files", "test_functions", "test_classes"),
    *("existing_tests", "tolerated", "canaries", "rungs", "escalate"),
)
"""Fields of a plan that JSON keeps as lists."""


def _executor(stored: JsonMap) -> ExecutorPlan:
    values = _known(ExecutorPlan, stored)
    return ExecutorPlan(**{**values, "setup": tuple(values.get("setup", ()))})


def _known(of: type[Any], stored: JsonMap) -> dict[str, Any]:
    names = {item.name for item in fields(of)}
    return {key: value for key, value in stored.items() if key in names}
