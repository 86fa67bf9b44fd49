"""The third rung: every test passes in a clean process and leaves the tree as it was."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.ports.toolchains import RunEnd, TestOutcome, TestReport, TestRunner
from ctxtui.core.ports.validation import Candidate
from ctxtui.core.validation.evidence import (
    broken_cases,
    case_evidence,
    conclude,
    count,
    excerpt,
    metrics_of,
    named,
    run_trouble,
    seconds,
    short_name,
)
from ctxtui.core.validation.first_run import first_run

RUNG = "passes"


@dataclass(frozen=True, slots=True)
class Passes:
    """Judges the first run's outcomes."""

    runner: TestRunner
    rung: str = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        report = first_run(self.runner, candidate)
        evidence = [*_failures(report), *_all_skipped(candidate, report), *leftovers(candidate.leftovers)]
        return conclude(RUNG, started, evidence, _summary(report, evidence), metrics_of(report))


def leftovers(effects: Mapping[str, str]) -> Iterator[Evidence]:
    """What a run did to the tree, as evidence."""
    for path, effect in effects.items():
        yield Evidence("leftover", f"the tests {effect} {path}: use tmp_path for files", path)


def _failures(report: TestReport) -> Iterator[Evidence]:
    broken = broken_cases(report)
    trouble = run_trouble(report)
    is_told = False
    for case in broken:
        stopped_the_run = trouble is not None and case.message == report.message
        is_told |= stopped_the_run
        yield case_evidence(case, kind=trouble.kind if trouble is not None and stopped_the_run else "")
    if trouble is not None:
        if not is_told:
            yield trouble
    elif report.end is RunEnd.FAILED and not broken:
        message = report.message or "the test run failed without naming a test"
        yield Evidence("error", message, detail=excerpt(report.output_tail))


def _all_skipped(candidate: Candidate, report: TestReport) -> Iterator[Evidence]:
    if report.cases and all(case.outcome is TestOutcome.SKIPPED for case in report.cases):
        reason = report.cases[0].message
        message = f"every test is skipped: {reason}" if reason else "every test is skipped"
        yield Evidence("skipped", message, candidate.test_path)


def _summary(report: TestReport, evidence: list[Evidence]) -> str:
    broken = broken_cases(report)
    if broken:
        return f"{len(broken)} of {count(len(report.cases), 'test')} failed: {named(short_name(c.id) for c in broken)}"
    if evidence and all(item.kind == "leftover" for item in evidence):
        return f"the tests left {count(len(evidence), 'file')} touched in the tree: {named(i.path for i in evidence)}"
    if evidence:
        return evidence[0].message
    skipped = sum(case.outcome is TestOutcome.SKIPPED for case in report.cases)
    also = f", {skipped} skipped" if skipped else ""
    return f"{count(len(report.cases) - skipped, 'test')} passed in {seconds(report.duration)}{also}"
