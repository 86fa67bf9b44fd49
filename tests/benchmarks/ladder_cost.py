"""What the ladder costs beside a plain cold pytest run of the same file, in CPU seconds, with the most it may cost.

Run it by itself: `python tests/benchmarks/ladder_cost.py`. The clock on the wall says little on a busy machine.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.ports.toolchains import TestReport, TestRun
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.toolchains.python_pytest import PythonToolchain
from ctxtui.core.validation.ladder import build_ladder

MOST_OF_A_COLD_RUN = 1.5
MOST_A_MUTANT = 0.040
ROUNDS = 5
TEST = "tests/test_mod.py"
SOURCE = """LIMIT = 3


def cut(text):
    if len(text) > LIMIT:
        return text[:LIMIT]
    return text


def total(numbers):
    result = 0
    for number in numbers:
        result += number
    return result


def grade(points):
    if points >= 90:
        return "A"
    if points >= 80:
        return "B"
    return "C"
"""
TESTS = """import pytest

from pkg.mod import cut, grade, total


def test_short_texts_stay():
    assert cut("abc") == "abc"


def test_long_texts_are_cut():
    assert cut("abcd") == "abc"


def test_total():
    assert total([1, 2, 3]) == 6


@pytest.mark.parametrize(("points", "letter"), [(90, "A"), (80, "B"), (79, "C")])
def test_grade(points, letter):
    assert grade(points) == letter
"""


@dataclass
class Counting:
    """Runs tests and adds up the CPU seconds that the runs took."""

    toolchain: PythonToolchain
    cpu: float = 0.0

    def run(self, test_run: TestRun) -> TestReport:
        report = self.toolchain.run(test_run)
        self.cpu += report.cpu
        return report


def cold_run(root: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", TEST]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def climb(root: Path, *rungs: str) -> tuple[float, dict[str, Any]]:
    """CPU seconds of the runs and of this process for one candidate, and what the last rung measured."""
    runner = Counting(PythonToolchain())
    started = process_time()
    candidate = Candidate(
        component_id="c",
        component_name="pkg.mod",
        source_path="pkg/mod.py",
        test_path=TEST,
        worktree=root,
        changes=(Change(TEST, ChangeKind.ADDED),),
        owned=(TEST,),
        test_run=TestRun(root, (TEST,), "pkg", (".",), Path(sys.executable), measure=("pkg/mod.py",)),
    )
    metrics: dict[str, Any] = {}
    for validator in build_ladder(runner, rungs, LadderLimits(mutation_seconds=120)).rungs:
        verdict = validator.judge(candidate)
        if verdict.is_failed:
            raise SystemExit(f"{verdict.rung}: {verdict.summary}")
        metrics = dict(verdict.metrics)
    return runner.cpu + process_time() - started, metrics


def measured(root: Path) -> int:
    whole = ("fence", "collects", "passes", "stable", "covers")
    climb(root, *whole)  # starts the hosts
    cold = min(cold_run(root) for _ in range(ROUNDS))
    warm = min(climb(root, *whole)[0] for _ in range(ROUNDS))
    before = min(climb(root, "collects", "passes", "covers")[0] for _ in range(ROUNDS))
    with_kills = [climb(root, "collects", "passes", "covers", "kills") for _ in range(ROUNDS)]
    mutants = int(with_kills[0][1]["mutants"])
    each = (min(cpu for cpu, _ in with_kills) - before) / mutants
    print(f"a cold plain run          {cold * 1000:7.1f} ms")
    print(f"fence to covers, warm     {warm * 1000:7.1f} ms  {warm / cold:.2f} x  (at most {MOST_OF_A_COLD_RUN} x)")
    print(f"kills, each of {mutants} mutants {each * 1000:7.1f} ms  (at most {MOST_A_MUTANT * 1000:.0f} ms)")
    return int(warm / cold > MOST_OF_A_COLD_RUN or each > MOST_A_MUTANT)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path, text in {"pkg/__init__.py": "", "pkg/mod.py": SOURCE, TEST: TESTS}.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text)
        return measured(root)


if __name__ == "__main__":
    sys.exit(main())
