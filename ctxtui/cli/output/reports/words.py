"""What all reports say in the same words."""

from __future__ import annotations

from ctxtui.core.views.run_report import ModuleReport, RunReport

UNKNOWN = "-"


def percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.0f} %"


def coverage(module: ModuleReport) -> str:
    """By importing the module alone, and with its tests."""
    before, after = module.coverage
    return UNKNOWN if after is None else f"{percent(before)} → {percent(after)}"


def mutants(module: ModuleReport) -> str:
    found = module.mutants
    return UNKNOWN if found is None else f"{found[0]} of {found[1]}"


def headline(report: RunReport) -> str:
    summary = report.summary
    tests = f"{summary.tests} test{'' if summary.tests == 1 else 's'}"
    return f"{summary.passed} of {len(report.modules)} modules passed, {tests}"


def facts(report: RunReport) -> list[tuple[str, str]]:
    """What was worked on, with what, and what came of it."""
    summary = report.summary
    known = [
        ("Run", f"{summary.run_id}, {summary.ending}"),
        ("Repository", summary.root),
        ("Worked on commit", report.base),
        ("Branch", summary.branch),
        ("Commit", summary.commit),
        ("Interpreter", report.interpreter),
        ("Started", f"{report.started_at:%Y-%m-%d %H:%M} UTC"),
        ("Waits for", summary.message),
    ]
    return [(name, value) for name, value in known if value]
