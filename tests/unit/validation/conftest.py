from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.ports.toolchains import RunEnd, TestCase, TestOutcome, TestReport, TestRun
from ctxtui.core.ports.validation import Candidate

PATH = "tests/test_mod.py"
TEXT = "import pkg.mod\n\n\ndef test_a():\n    assert pkg.mod\n"


@dataclass
class FakeRunner:
    """Answers each run by a function of it, and remembers what was run."""

    answer: Callable[[TestRun], TestReport]
    runs: list[TestRun] = field(default_factory=list)

    def run(self, test_run: TestRun) -> TestReport:
        self.runs.append(test_run)
        return self.answer(test_run)


def case(name: str, outcome: str = "passed", message: str = "", path: str = PATH, detail: str = "") -> TestCase:
    return TestCase(f"{path}::{name}", path, TestOutcome(outcome), message, detail)


def report(
    *cases: TestCase, end: RunEnd | None = None, message: str = "", imported: Sequence[str] = ("pkg.mod",)
) -> TestReport:
    is_failed = any(one.outcome in {TestOutcome.FAILED, TestOutcome.ERROR} for one in cases)
    return TestReport(
        end or (RunEnd.FAILED if is_failed else RunEnd.PASSED), cases, 0.8, message, "the tail", tuple(imported)
    )


@pytest.fixture
def candidate(tmp_path: Path) -> Callable[..., Candidate]:
    """Makes a candidate in a tree that holds the given text as its test file (None: no such file)."""

    def make(
        text: str | None = TEXT,
        changes: Sequence[Change] = (Change(PATH, ChangeKind.ADDED),),
        existing: str | None = None,
        name: str = "pkg.mod",
        source: str = "src/pkg/mod.py",
    ) -> Candidate:
        (tmp_path / "tests").mkdir(exist_ok=True)
        if text is not None:
            (tmp_path / PATH).write_text(text)
        return Candidate(
            component_id="c1",
            component_name=name,
            source_path=source,
            test_path=PATH,
            worktree=tmp_path,
            changes=tuple(changes),
            owned=(PATH, "tests/fixtures/mod/**"),
            test_run=TestRun(tmp_path, (PATH,), "pkg", ("src",), Path("python")),
            existing_text=existing,
        )

    return make


@pytest.fixture
def reports() -> type[_Reports]:
    return _Reports


class _Reports:
    """What tests need of this file, since test folders are not packages."""

    Runner = FakeRunner
    case = staticmethod(case)
    report = staticmethod(report)
