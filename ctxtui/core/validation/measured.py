"""Which lines of the component the tests reach, and which importing it reaches already."""

from __future__ import annotations

from dataclasses import replace

from ctxtui.core.ports.toolchains import Coverage, TestReport, TestRunner
from ctxtui.core.ports.validation import Candidate
from ctxtui.core.validation.first_run import first_run
from ctxtui.core.validation.tree import run_and_tidy

MEASURED_RUN = "measured"
IMPORT_RUN = "import"
UNMEASURED = "cannot be measured: the project's environment has no coverage.py, or the module is compiled"


def reached_by_tests(runner: TestRunner, candidate: Candidate) -> Coverage | None:
    """What the tests reach of the component's file; None when this interpreter cannot measure it.

    The first run knows it when it was asked to measure the file, so that no further run is needed.
    """
    if candidate.source_path in candidate.test_run.measure:
        return _of_source(first_run(runner, candidate), candidate)
    if MEASURED_RUN not in candidate.reports:
        measured = replace(candidate.test_run, measure=(candidate.source_path,))
        candidate.reports[MEASURED_RUN], _ = run_and_tidy(runner, measured)
    return _of_source(candidate.reports[MEASURED_RUN], candidate)


def reached_by_import(runner: TestRunner, candidate: Candidate) -> Coverage:
    """What importing the component alone reaches; nothing when the import fails outside its tests."""
    if IMPORT_RUN not in candidate.reports:
        importing = replace(
            candidate.test_run,
            measure=(candidate.source_path,),
            import_only=(candidate.component_name,),
        )
        candidate.reports[IMPORT_RUN], _ = run_and_tidy(runner, importing)
    return _of_source(candidate.reports[IMPORT_RUN], candidate) or Coverage(candidate.source_path, 0.0)


def _of_source(report: TestReport, candidate: Candidate) -> Coverage | None:
    """None also for a file that coverage.py saw nothing of, such as one that is compiled before it is imported."""
    found = next((one for one in report.coverage if one.path == candidate.source_path), None)
    is_unseen = found is not None and not (found.percent or found.reached or found.missing)
    return None if is_unseen else found
