"""The one test run that the rungs `collects` and `passes` both judge."""

from __future__ import annotations

from dataclasses import replace

from ctxtui.core.ports.toolchains import TestReport, TestRunner
from ctxtui.core.ports.validation import Candidate
from ctxtui.core.validation.tree import run_and_tidy

FIRST_RUN = "passes"


def first_run(runner: TestRunner, candidate: Candidate) -> TestReport:
    """The candidate's tests in their own order, run at most once a candidate."""
    if FIRST_RUN not in candidate.reports:
        report, effects = run_and_tidy(runner, replace(candidate.test_run, canaries=()))
        candidate.reports[FIRST_RUN] = report
        candidate.effects.extend(effects)
    return candidate.reports[FIRST_RUN]
