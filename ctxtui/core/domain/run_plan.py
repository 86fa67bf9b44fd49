"""The plan of one run: what is fixed when it starts, and kept in its state.

It stands apart from the bounds in `plan`: settings need those, and a class of so many fields takes a while to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ctxtui.core.domain.plan import (
    EXAMPLES,
    MOST_JOBS,
    REMOTE,
    Budget,
    ExecutorPlan,
    LadderLimits,
    Limits,
    known_fields,
)
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.rung import USUAL_RUNGS
from ctxtui.core.domain.test_naming import PYTEST_NAMING

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap


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
        values = known_fields(cls, stored)
        values |= {
            "child_budget": Budget(**known_fields(Budget, values.get("child_budget", {}))),
            "run_budget": Budget(**known_fields(Budget, values.get("run_budget", {}))),
            "day_budget": Budget(**known_fields(Budget, values.get("day_budget", {}))),
            "limits": Limits(**known_fields(Limits, values.get("limits", {}))),
            "ladder": LadderLimits(**known_fields(LadderLimits, values.get("ladder", {}))),
            "executor": _executor(values.get("executor", {})),
            "retry": RetryPolicy(**known_fields(RetryPolicy, values.get("retry", {}))),
            "similar_tests": {name: tuple(paths) for name, paths in values.get("similar_tests", {}).items()},
        }
        for key in TUPLES:
            if key in values:
                values[key] = tuple(values[key])
        return cls(**values)

    @property
    def name_for_people(self) -> str:
        """The package's dotted name, or that of a folder of modules, which has none."""
        return self.package_name or PurePosixPath(self.package_path).name or PurePosixPath(self.root).name

    def most_of(self, agent: str) -> int:
        """How many children an agent bears at the same time, whatever number of jobs is asked for.

        With a model in its name it bears what it bears without, where nothing else is said of both.
        """
        return self.agent_jobs.get(agent, self.agent_jobs.get(agent.partition(":")[0], MOST_JOBS))


CHANGEABLE = frozenset(
    {
        *("jobs", "is_partial", "push", "remote", "pull_request", "use_hooks", "sign", "examples"),
        *("child_budget", "run_budget", "day_budget", "limits", "retry", "executor"),
    }
)
"""Parts of a plan that a run under way may be given anew: they change how the work is done, not which work."""


TUPLES = (
    *("import_roots", "pytest_plugins", "pass_env", "test_files", "test_functions", "test_classes"),
    *("existing_tests", "tolerated", "canaries", "rungs", "escalate"),
)
"""Fields of a plan that JSON keeps as lists."""


def _executor(stored: JsonMap) -> ExecutorPlan:
    values = known_fields(ExecutorPlan, stored)
    return ExecutorPlan(**{**values, "setup": tuple(values.get("setup", ()))})
