"""Whether a child's result is any good: the verdict ladder's rungs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ctxtui.core.domain.artifact import Change
from ctxtui.core.domain.plan import LadderLimits
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.toolchains import Blame, TestReport, TestRun

__all__ = ["Assembly", "Candidate", "Effect", "Ladder", "LadderLimits", "TogetherValidator", "Validator"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a run did to a file outside of its own folder: `created`, `changed`, `deleted`, or tried to (`touched`)."""

    path: str
    what: str
    blame: Blame = Blame.TESTS
    test: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an agent left behind, ready to be judged.

    `test_run` is a template: a rung runs copies of it with its own seed and options. `existing_text` is the test
    file's text at the base commit, when there was one. `specs` are files that say what the component is for.
    `reports` carries runs that an earlier rung of the same pass already made, by rung name; `effects` what the first
    of them did to files.
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
    specs: tuple[str, ...] = ()
    seed: int = 1
    reports: dict[str, TestReport] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Assembly:
    """All accepted tests in one tree; `owners` maps a test file to its component's id.

    `existing` are the test files that were there before, which have to go on passing.
    """

    worktree: Path
    test_run: TestRun
    owners: Mapping[str, str]
    names: Mapping[str, str]
    seeds: tuple[int | None, ...] = (None, 1)
    existing: tuple[str, ...] = ()


class Validator(Protocol):
    """One rung."""

    @property
    def rung(self) -> Rung: ...

    def judge(self, candidate: Candidate) -> RungVerdict:
        """Raises StoppedError when the template's `stop` was set."""
        ...


class TogetherValidator(Protocol):
    """The last rung: everything in one run; evidence names the component at fault."""

    def judge(self, assembly: Assembly) -> RungVerdict: ...


class Ladder(Protocol):
    """The rungs in order, cheap first."""

    @property
    def rungs(self) -> tuple[Validator, ...]: ...

    @property
    def together(self) -> TogetherValidator: ...
