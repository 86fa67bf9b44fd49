"""The third rung: every test passes in a clean process and leaves the tree as it was."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.ports.toolchains import Blame, RunEnd, TestOutcome, TestReport, TestRunner
from ctxtui.core.ports.validation import Candidate, Effect
from ctxtui.core.validation.evidence import (
    broken_cases,
    case_evidence,
    conclude,
    count,
    excerpt,
    metrics_of,
    named,
    one_line,
    run_trouble,
    seconds,
    short_name,
)
from ctxtui.core.validation.first_run import first_run
from ctxtui.core.validation.tree import TOUCHED

RUNG = Rung.PASSES
DONE = {TOUCHED: "reached for"}


@dataclass(frozen=True, slots=True)
class Passes:
    """Judges the first run's outcomes."""

    runner: TestRunner
    rung: Rung = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        report = first_run(self.runner, candidate)
        evidence = [*_failures(report), *_all_skipped(candidate, report), *leftovers(candidate.effects)]
        summary = _summary(report, evidence) + by_import(candidate)
        return conclude(RUNG, started, evidence, summary, metrics_of(report))


def leftovers(effects: Iterable[Effect]) -> Iterator[Evidence]:
    """What tests did to files that are not theirs, as evidence; imports and conftest.py are not their fault."""
    for effect in effects:
        if effect.blame is Blame.TESTS:
            who = short_name(effect.test) if effect.test else "the tests"
            done = DONE.get(effect.what, effect.what)
            yield Evidence("leftover", f"{who} {done} {effect.path}: use tmp_path for files", effect.path, effect.test)


def by_import(candidate: Candidate) -> str:
    """What importing the component does to files, which is said and held against nobody."""
    paths = [effect.path for effect in candidate.effects if effect.blame is Blame.IMPORT]
    return f"; importing {candidate.component_name} by itself touches {named(paths)}" if paths else ""


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
        of = count(len(report.cases), "test")
        failed = f"{len(broken)} of {of} failed: {named(short_name(case.id) for case in broken)}"
        reasons = {one_line(case.message) for case in broken}
        return f"{failed} ({reasons.pop()})" if len(reasons) == 1 and reasons != {""} else failed
    if evidence and all(item.kind == "leftover" for item in evidence):
        paths = {item.path for item in evidence}
        return f"the tests left {count(len(paths), 'file')} touched outside their own: {named(sorted(paths))}"
    if evidence:
        return evidence[0].message
    skipped = sum(case.outcome is TestOutcome.SKIPPED for case in report.cases)
    also = f", {skipped} skipped" if skipped else ""
    return f"{count(len(report.cases) - skipped, 'test')} passed in {seconds(report.duration)}{also}"
