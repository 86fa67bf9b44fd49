"""The second rung: there are tests, they can be collected, they import the component and assert something."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.ports.toolchains import RunEnd, TestReport, TestRunner
from ctxtui.core.ports.validation import Candidate
from ctxtui.core.validation.evidence import (
    collection_evidence,
    conclude,
    count,
    metrics_of,
    one_line,
    run_trouble,
)
from ctxtui.core.validation.first_run import first_run
from ctxtui.core.validation.outline import outline, written_tests

RUNG = Rung.COLLECTS

_NOTHING_TO_JUDGE = frozenset({RunEnd.NO_TESTS, RunEnd.FOREIGN_IMPORT})
_JUDGED = frozenset({RunEnd.PASSED, RunEnd.FAILED})
_CUT_SHORT = frozenset({RunEnd.TIMEOUT, RunEnd.CRASHED})
_PACKAGE_FILES = frozenset({"__init__", "__main__"})


@dataclass(frozen=True, slots=True)
class Collects:
    """Judges the first run up to the point where tests begin."""

    runner: TestRunner
    rung: Rung = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        report = first_run(self.runner, candidate)
        evidence = [*_not_collected(report)] or [
            *_says_nothing(candidate),
            *_never_run(candidate, report),
            *_not_imported(candidate, report),
        ]
        collected = f"{count(len(report.cases), 'test')} collected, {candidate.component_name} imported"
        summary = one_line(evidence[0].message) if evidence else collected
        return conclude(RUNG, started, evidence, summary, metrics_of(report))


def _not_collected(report: TestReport) -> Iterator[Evidence]:
    if report.end is RunEnd.COLLECTION_ERROR:
        yield from collection_evidence(report)
    elif report.end in _NOTHING_TO_JUDGE or not report.cases:
        trouble = run_trouble(report)
        yield trouble or Evidence("no_tests", "no test was collected")


def _says_nothing(candidate: Candidate) -> Iterator[Evidence]:
    path = candidate.test_path
    try:
        text = (candidate.worktree / path).read_bytes()
    except OSError:
        yield Evidence("leftover", f"the tests deleted {path} itself: use tmp_path for files", path)
        return
    if not outline(text.decode("utf-8", "replace")).assertions:
        yield Evidence("no_assertion", f"{path} asserts nothing: state what the code should give", path)


def _never_run(candidate: Candidate, report: TestReport) -> Iterator[Evidence]:
    """What was written as a test and is none to this project's pytest: nobody would ever run it."""
    path, naming = candidate.test_path, candidate.test_run.naming
    if not naming.takes_file(path):
        takes = f"this project's pytest takes files named {' or '.join(naming.files)}"
        yield Evidence("not_collected", f"{path} is never collected: {takes}", path)
    if report.end not in _JUDGED:
        return
    text = (candidate.worktree / path).read_text("utf-8", "replace")
    known = {case.id.partition("[")[0] for case in report.cases}
    known |= {node.partition("[")[0] for node in report.deselected}
    for test in written_tests(text, naming.functions, naming.classes):
        if f"{path}::{test}" not in known:
            kind = f"classes named {' or '.join(naming.classes)} and functions named {' or '.join(naming.functions)}"
            message = f"{test} is never run: this project's pytest collects {kind}, without __init__"
            yield Evidence("not_collected", message, path, f"{path}::{test}")


def _not_imported(candidate: Candidate, report: TestReport) -> Iterator[Evidence]:
    if report.end in _CUT_SHORT:
        return  # it could not say what it imported until then; the next rung says what stopped it
    if not _names(candidate) & set(report.imported):
        name = candidate.component_name
        yield Evidence("not_imported", f"the tests never import {name}: test it itself", candidate.test_path)


def _names(candidate: Candidate) -> set[str]:
    """The module names that show that the component was imported; a package's own files are loaded as the package."""
    names = {candidate.component_name}
    source = PurePosixPath(candidate.source_path)
    for root in candidate.test_run.import_roots:
        if source.is_relative_to(root):
            names.add(".".join(source.relative_to(root).with_suffix("").parts))
    for name in tuple(names):
        parent, _, last = name.rpartition(".")
        if last in _PACKAGE_FILES:
            names.add(parent)
    return names
