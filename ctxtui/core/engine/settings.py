"""What a run was started with; kept in the parent's state, so that whoever takes the run over does the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ctxtui.core.domain.json import JsonMap
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.engine.budgets import Budget
from ctxtui.core.ports.validation import LadderLimits


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, kilobytes and characters that nothing may exceed."""

    agent_seconds: float = 900.0
    agent_stall_seconds: float = 300.0
    test_seconds: float = 20.0
    run_seconds: float = 300.0
    feedback_chars: int = 6000


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Paths are POSIX and relative to `root`, but for `root` and `interpreter` themselves.

    `similar_tests` maps a component's name to test files worth showing an agent, `rules` is the text of the
    project's test rules, `key` is equal for two runs that would do the same work.
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
    agent_jobs: Mapping[str, int] = field(default_factory=dict)
    pytest_plugins: tuple[str, ...] = ()
    rungs: tuple[str, ...] = ("fence", "collects", "passes", "stable", "covers")
    similar_tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: int = 2
    rules: str = ""
    generate_template: str = ""
    fix_template: str = ""
    is_partial: bool = False
    push: bool = False
    remote: str = "origin"
    use_hooks: bool = False
    sign: bool = False
    is_fresh: bool = False
    child_budget: Budget = field(default_factory=Budget)
    run_budget: Budget = field(default_factory=Budget)
    limits: Limits = field(default_factory=Limits)
    ladder: LadderLimits = field(default_factory=LadderLimits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def to_state(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_state(cls, stored: JsonMap) -> RunSettings:
        """Reads what `to_state` wrote; keys that a newer program added are left alone."""
        known = {item.name for item in fields(cls)}
        values = {key: value for key, value in stored.items() if key in known}
        values |= {
            "child_budget": Budget(**values.get("child_budget", {})),
            "run_budget": Budget(**values.get("run_budget", {})),
            "limits": Limits(**values.get("limits", {})),
            "ladder": LadderLimits(**values.get("ladder", {})),
            "retry": RetryPolicy(**values.get("retry", {})),
            "similar_tests": {name: tuple(paths) for name, paths in values.get("similar_tests", {}).items()},
        }
        for key in ("import_roots", "pytest_plugins", "rungs"):
            values[key] = tuple(values.get(key, ()))
        return cls(**values)
