"""Whether a child's result is any good: the verdict ladder's rungs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ctxtui.core.domain.artifact import Change
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.toolchains import TestReport, TestRun


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
class Candidate:
    """What an agent left behind, ready to be judged.

    `test_run` is a template: a rung runs copies of it with its own seed and options. `existing_text` is the test
    file's text at the base commit, when there was one. `reports` carries runs that an earlier rung of the same
    pass already made, by rung name; `leftovers` what those runs did to files of the tree, by path.
    """

    component_id: str
    component_name: str
    source_path: str
    test_path: str
    worktree: Path
    changes: tuple[Change, ...]
    owned: tuple[str, ...]
    test_run: TestRun
    existing_text: str | None = None
    seed: int = 1
    reports: dict[str, TestReport] = field(default_factory=dict)
    leftovers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assembly:
    """All accepted tests in one tree; `owners` maps a test file to its component's id."""

    worktree: Path
    test_run: TestRun
    owners: Mapping[str, str]
    names: Mapping[str, str]
    seeds: tuple[int | None, ...] = (None, 1)


class Validator(Protocol):
    """One rung."""

    @property
    def rung(self) -> str: ...

    def judge(self, candidate: Candidate) -> RungVerdict: ...


class TogetherValidator(Protocol):
    """The last rung: everything in one run; evidence names the component at fault."""

    def judge(self, assembly: Assembly) -> RungVerdict: ...


class Ladder(Protocol):
    """The rungs in order, cheap first."""

    @property
    def rungs(self) -> tuple[Validator, ...]: ...

    @property
    def together(self) -> TogetherValidator: ...
