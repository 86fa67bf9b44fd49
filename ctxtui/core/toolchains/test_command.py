"""Runs tests for another process as the ladder runs them: `python -m ctxtui.core.toolchains.test_command REQUEST`.

The request is a JSON file that describes a test run and lists seeds; each run's report is a line of JSON. With one
`hash_seed` for all, the runs are forks of one process, which is what most of a short run's time goes to.
With `--plain` it is told in words, as an agent wants to read it; `--seed N` is run in place of the request's seeds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.domain.verdict import in_words, line_ranges
from ctxtui.core.ports.toolchains import RunEnd, TestCase, TestOutcome, TestReport, TestRun
from ctxtui.core.toolchains.python_pytest import PythonToolchain

MOST_DETAIL = 4000
MOST_FAILURES = 10


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="run-tests", description="Runs the tests of one module as they are judged.")
    parser.add_argument("request", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, help="the seed of the tests' order and of hashes")
    given = parser.parse_args(arguments)
    data = json.loads(given.request.read_text("utf-8"))
    template = TestRun.from_data(data["test_run"])
    has_passed = True
    toolchain = PythonToolchain()
    for seed in data["seeds"] if given.seed is None else [given.seed]:
        try:
            hash_seed = (seed or 0) if given.seed is not None else data.get("hash_seed", seed or 0)
            report = toolchain.run(replace(template, seed=seed, hash_seed=hash_seed))
        except ToolchainError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        sys.stdout.write("\n".join(_words(report)) if given.plain else json.dumps(_told(report)))
        sys.stdout.write("\n")
        sys.stdout.flush()
        has_passed = has_passed and report.end is RunEnd.PASSED
    return 0 if has_passed or not given.plain else 1


def _told(report: TestReport) -> dict[str, object]:
    return {
        "end": report.end,
        "message": report.message,
        "cases": [_case_told(case) for case in report.cases],
    }


def _case_told(case: TestCase) -> dict[str, object]:
    """Of a file that cannot be collected also where that was found."""
    told: dict[str, object] = {"id": case.id, "outcome": case.outcome, "message": case.message}
    is_file = case.outcome in _BROKEN and case.id == case.file
    return {**told, "detail": case.detail} if is_file else told


def _words(report: TestReport) -> Iterator[str]:
    """The failures first, then what was covered, then how it ended."""
    broken = [case for case in report.cases if case.outcome in _BROKEN]
    for case in broken[:MOST_FAILURES]:
        yield f"{case.outcome.upper()} {case.id}: {case.message}"
        yield case.detail[-MOST_DETAIL:]
    if len(broken) > MOST_FAILURES:
        yield f"... and {len(broken) - MOST_FAILURES} more"
    if report.end not in {RunEnd.PASSED, RunEnd.FAILED}:
        yield report.message
        yield report.output_tail[-MOST_DETAIL:]
    for coverage in report.coverage:
        lines = in_words(line_ranges(coverage.missing))
        missing = f"; not reached: lines {lines}" if lines else ""
        yield f"{coverage.path}: {coverage.percent:.0f} % covered{missing}"
    counts = ((word, sum(case.outcome is word for case in report.cases)) for word in TestOutcome)
    told = ", ".join(f"{number} {word}" for word, number in counts if number)
    yield f"{report.end}: {told or 'no test ran'}"


_BROKEN = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
