"""The last rung: all tests in one run on the assembled tree, and the component at fault when that fails."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungVerdict
from ctxtui.core.ports.toolchains import RunEnd, TestCase, TestReport, TestRunner
from ctxtui.core.ports.validation import Assembly, LadderLimits
from ctxtui.core.validation.culprits import Bench, find_culprit
from ctxtui.core.validation.evidence import (
    broken_cases,
    collection_evidence,
    conclude,
    count,
    excerpt,
    named,
    one_line,
    run_trouble,
    seconds,
)
from ctxtui.core.validation.pollution import Failure, explain_failures

RUNG = Rung.TOGETHER

_CLASH = re.compile(r"import file mismatch.*?__file__ attribute:\s*(\S+)", re.DOTALL)
_HANGS = frozenset({RunEnd.TIMEOUT, RunEnd.CRASHED})
_STOPS = _HANGS | {RunEnd.COLLECTION_ERROR, RunEnd.FOREIGN_IMPORT, RunEnd.NO_TESTS}
_MOST_EXCLUSIONS = 3


@dataclass(slots=True)
class _Findings:
    """What the runs of everything showed, before it is explained."""

    evidence: list[Evidence] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)
    tests: int = 0
    duration: float = 0.0
    with_existing: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Judges an assembly: evidence carries the id of the component whose tests are at fault."""

    runner: TestRunner
    limits: LadderLimits

    def judge(self, assembly: Assembly) -> RungVerdict:
        started = time.monotonic()
        files = _test_files(assembly)
        bench = Bench(self.runner, assembly.test_run, self.limits.extra_runs)
        findings = _Findings()
        for seed in assembly.seeds:
            files = self._run_all(bench, assembly, files, seed, findings)
            if not files:
                break
        existing = self._run_with_existing(bench, assembly, files, findings)
        explained = explain_failures(
            bench, assembly, (*files, *existing), tuple(findings.failures.values()), self.limits.search_runs
        )
        evidence = [*findings.evidence, *explained]
        metrics = {
            "tests": findings.tests,
            "failed": len(findings.failures),
            "seconds": round(findings.duration, 3),
            "components": len(set(assembly.owners.values())),
        }
        return conclude(RUNG, started, evidence, _summary(assembly, findings, evidence), metrics)

    def _run_all(
        self, bench: Bench, assembly: Assembly, files: tuple[str, ...], seed: int | None, findings: _Findings
    ) -> tuple[str, ...]:
        """Runs everything with one seed; files that keep the others from running are blamed and left out.

        The files that go on to the next seed.
        """
        for _ in range(_MOST_EXCLUSIONS):
            report = bench.run(files, seed)
            findings.tests = max(findings.tests, len(report.cases))
            findings.duration += report.duration
            if report.end not in _STOPS:
                _keep_failures(report, seed, findings)
                return files
            evidence = self._why_stopped(bench, assembly, files, seed, report)
            findings.evidence += evidence
            blamed = {item.path for item in evidence}
            kept = tuple(path for path in files if path not in blamed)
            if kept in ((), files):
                return ()
            files = kept
            if report.end is RunEnd.COLLECTION_ERROR and any("::" in case.id for case in report.cases):
                _keep_failures(report, seed, findings)  # the other files were run all the same
                return files
        return ()

    def _run_with_existing(
        self, bench: Bench, assembly: Assembly, files: tuple[str, ...], findings: _Findings
    ) -> tuple[str, ...]:
        """Runs the new tests among those that were there before, in the order of a person's run of everything.

        The existing files that have to do with a failure; what fails without the new tests too is nobody's fault.
        """
        if not assembly.existing or not files or findings.failures or findings.evidence:
            return ()
        everything = tuple(sorted({*assembly.existing, *files}))
        report = bench.run(everything, None)
        findings.duration += report.duration
        broken = [case for case in broken_cases(report) if "::" in case.id]
        if report.end in _HANGS:
            longer = ", which `run_seconds` gives it" if report.end is RunEnd.TIMEOUT else ""
            told = f"{one_line(report.message)}{longer}"
            findings.note = f"; with the existing tests the run did not come to its end: {told}"
            return ()
        findings.with_existing = len(report.cases)
        if not broken:
            return ()
        for case in self._newly_broken(bench, assembly.existing, files, everything, broken):
            findings.failures.setdefault(case.id, Failure(case, None))
        return assembly.existing

    def _newly_broken(
        self,
        bench: Bench,
        existing: Sequence[str],
        files: Sequence[str],
        everything: Sequence[str],
        broken: Sequence[TestCase],
    ) -> list[TestCase]:
        """Without the existing tests that fail by themselves: always, or by chance, as those that count on speed.

        A second run that does not come to its end clears none of them.
        """
        if all(case.file in files for case in broken):
            return list(broken)
        known = {case.id for case in broken_cases(bench.run(existing, None))}
        newly = [case for case in broken if case.id not in known]
        if all(case.file in files for case in newly):
            return newly
        again = bench.run(everything, None)
        if again.end in _HANGS:
            return newly
        failed = {case.id for case in broken_cases(again)}
        return [case for case in newly if case.file in files or case.id in failed]

    def _why_stopped(
        self, bench: Bench, assembly: Assembly, files: tuple[str, ...], seed: int | None, report: TestReport
    ) -> list[Evidence]:
        if report.end is RunEnd.COLLECTION_ERROR:
            return [_owned(_clash(item, assembly), assembly) for item in collection_evidence(report)]
        trouble = run_trouble(report)
        if trouble is None:
            return []
        if report.end not in _HANGS:
            return [trouble]

        def stops(subset: Sequence[str]) -> bool:
            return bench.explain(subset, seed).end in _HANGS

        suspect = _under_way(report)
        if suspect in files and stops((suspect,)):
            culprit = suspect
        else:
            culprit = find_culprit(files, stops, self.limits.search_runs) or suspect
        if not culprit:
            return [trouble]
        message = f"{culprit} stops the run of all tests: {trouble.message}"
        return [_owned(Evidence(trouble.kind, message, culprit, detail=trouble.detail), assembly)]


def _under_way(report: TestReport) -> str:
    """The file whose test was running when the run was cut short, where the report says so."""
    return next((case.file for case in broken_cases(report) if case.message == report.message), "")


def _test_files(assembly: Assembly) -> tuple[str, ...]:
    if assembly.test_run.files:
        return assembly.test_run.files
    return tuple(path for path in assembly.owners if assembly.test_run.naming.takes_file(path))


def _keep_failures(report: TestReport, seed: int | None, findings: _Findings) -> None:
    broken = broken_cases(report)
    for case in broken:
        if "::" in case.id:  # the others stand for whole files, blamed already
            findings.failures.setdefault(case.id, Failure(case, seed))
    if report.end is RunEnd.FAILED and not broken:
        message = one_line(report.message) or "the run of all tests failed without naming a test"
        findings.evidence.append(Evidence("error", message, detail=excerpt(report.output_tail)))


def _owned(evidence: Evidence, assembly: Assembly) -> Evidence:
    owner = assembly.owners.get(evidence.path, "")
    return Evidence(evidence.kind, evidence.message, evidence.path, evidence.test, evidence.detail, owner)


def _clash(evidence: Evidence, assembly: Assembly) -> Evidence:
    """Two test files of one name in folders that are no packages: the later one has to give way."""
    found = _CLASH.search(evidence.detail)
    if found is None:
        return evidence
    other = found[1].removeprefix(f"{assembly.worktree}/")
    message = f"{evidence.path} has the same name as {other}: rename it, or put __init__.py into its folder"
    return Evidence("name_clash", message, evidence.path, detail=evidence.detail)


def _summary(assembly: Assembly, findings: _Findings, evidence: list[Evidence]) -> str:
    if not evidence:
        components = count(len(set(assembly.owners.values())), "component")
        orders = f"{seconds(findings.duration)}, in {count(len(assembly.seeds), 'order')}"
        others = findings.with_existing - findings.tests
        company = f", and with {count(others, 'existing test')}" if others > 0 else findings.note
        return f"{count(findings.tests, 'test')} of {components} passed together in {orders}{company}"
    names = [assembly.names.get(item.component_id, "") or item.path for item in evidence]
    blamed = named(name for name in names if name)
    if findings.failures:
        failed = f"{len(findings.failures)} of {_run_together(findings)}"
        return f"{failed}; at fault: {blamed}" if blamed else failed
    return f"{evidence[0].message}" if len(evidence) == 1 or not blamed else f"at fault: {blamed}"


def _run_together(findings: _Findings) -> str:
    """Where tests that exist have a part in a failure, they are among those that ran."""
    if findings.with_existing:
        return f"{count(findings.with_existing, 'test')} failed when the new ones ran with those that exist"
    return f"{count(findings.tests, 'new test')} failed when run together"
