"""What the verdict ladder found: one rung at a time, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ctxtui.core.domain.json import JsonMap


class RungOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason behind a rung's outcome.

    `kind` is a stable word such as `assertion`, `collection`, `outside_fence`, `missing_file`, `unstable`,
    `leftover`, `timeout`, `foreign_import`; `test` is a pytest node id; `detail` is the excerpt that proves it.
    """

    kind: str
    message: str
    path: str = ""
    test: str = ""
    detail: str = ""
    component_id: str = ""


@dataclass(frozen=True, slots=True)
class RungVerdict:
    """The outcome of one rung. `duration` is in seconds; `metrics` holds numbers such as tests or lines covered."""

    rung: str
    outcome: RungOutcome
    summary: str
    evidence: tuple[Evidence, ...] = ()
    duration: float = 0.0
    metrics: JsonMap = field(default_factory=dict)

    @property
    def is_failed(self) -> bool:
        return self.outcome is RungOutcome.FAILED
