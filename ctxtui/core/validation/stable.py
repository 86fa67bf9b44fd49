"""The fourth rung: the tests pass again in random order, with other seeds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.ports.toolchains import Blame, RunEnd, TestCase, TestReport, TestRun, TestRunner
from ctxtui.core.ports.validation import Candidate, Effect, LadderLimits
from ctxtui.core.validation.evidence import (
    BROKEN,
    conclude,
    count,
    excerpt,
    named,
    one_line,
    run_trouble,
    short_name,
)
from ctxtui.core.validation.first_run import first_run
from ctxtui.core.validation.machine_paths import machine_paths
from ctxtui.core.validation.passes import leftovers
from ctxtui.core.validation.tree import run_and_tidy

RUNG = Rung.STABLE
DAYS_AHEAD = 400
"""Another year, another month and another day of the week."""


@dataclass(frozen=True, slots=True)
class Stable:
    """Judges whether order, hash seed and what the runner derives from a seed (such as the time zone) matter."""

    runner: TestRunner
    limits: LadderLimits
    rung: Rung = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        first = first_run(self.runner, candidate)
        evidence = {(item.path, item.kind): item for item in machine_paths(candidate, first)}
        duration = 0.0
        for n in range(1, self.limits.stable_runs + 1):
            seed = candidate.seed + n
            is_last = n == self.limits.stable_runs
            again = replace(
                candidate.test_run,
                seed=seed,
                days_ahead=DAYS_AHEAD if is_last else 0,
                elsewhere=is_last and candidate.test_run.runs_anywhere,
                hash_seed=n,
                measure=(),
            )
            report, effects = self._again(first, again, has_canaries=n == 1)
            duration += report.duration
            for item in (*_differences(first, report, seed), *leftovers(effects)):
                evidence.setdefault((item.test or item.path or item.kind, item.kind), item)
        found = list(evidence.values())
        runs = count(self.limits.stable_runs, "more run")
        summary = _summary(found) if found else f"{count(len(first.cases), 'test')} passed in {runs} with other seeds"
        metrics = {"tests": len(first.cases), "failed": len(found), "seconds": round(duration, 3)}
        return conclude(RUNG, started, found, summary, metrics)

    def _again(self, first: TestReport, again: TestRun, *, has_canaries: bool) -> tuple[TestReport, list[Effect]]:
        """Stand-ins for files of a checkout testify about harm only: an outcome counts as it is without them."""
        with_them, effects = run_and_tidy(self.runner, again if has_canaries else replace(again, canaries=()))
        is_harmful = any(effect.blame is Blame.TESTS for effect in effects)
        if is_harmful or not (has_canaries and again.canaries and any(_differences(first, with_them, 0))):
            return with_them, effects
        return run_and_tidy(self.runner, replace(again, canaries=()))


def _differences(first: TestReport, again: TestReport, seed: int) -> Iterator[Evidence]:
    trouble = run_trouble(again)
    if trouble is not None:
        told = f"with seed {seed}{_where(again)} the run ended otherwise: {trouble.message}"
        details = [case.detail for case in again.cases if case.detail]
        yield Evidence("unstable", told, detail=excerpt("\n".join((*details, trouble.detail))))
        if again.end is not RunEnd.FOREIGN_IMPORT:
            return
    before = {case.id: case for case in first.cases}
    after = {case.id: case for case in again.cases}
    for test, case in after.items():
        if test not in before:
            yield _renamed(case, f"is there only with seed {seed}")
        elif case.outcome is not before[test].outcome:
            yield _changed(before[test], case, f"seed {seed}{_where(again)}")
    for test, case in before.items():
        if test not in after:
            yield _renamed(case, f"is gone with seed {seed}")


def _where(report: TestReport) -> str:
    return f" ({report.surroundings})" if report.surroundings else ""


def _renamed(case: TestCase, what: str) -> Evidence:
    message = f"{short_name(case.id)} {what}: its name or parameters change from run to run"
    return Evidence("unstable", message, case.file, case.id)


def _changed(before: TestCase, after: TestCase, seed: str) -> Evidence:
    worse = after if after.outcome in BROKEN else before
    told = f"{short_name(after.id)} {before.outcome} at first and {after.outcome} with {seed}"
    message = f"{told}: {one_line(worse.message)}" if worse.message else told
    return Evidence("unstable", message, after.file, after.id, excerpt(worse.detail or worse.message))


def _summary(evidence: list[Evidence]) -> str:
    tests = [item for item in evidence if item.test and item.kind == "unstable"]
    if not tests:
        return evidence[0].message
    return f"{count(len(tests), 'test')} unstable: {named(short_name(item.test) for item in tests)}"
