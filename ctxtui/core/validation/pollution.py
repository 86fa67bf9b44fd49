"""Tests that fail in company: by themselves, or because another file left something behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.ports.toolchains import RunEnd, TestCase, TestReport
from ctxtui.core.ports.validation import Assembly
from ctxtui.core.validation.culprits import Bench, find_culprit
from ctxtui.core.validation.evidence import broken_cases, case_evidence, count, excerpt, one_line, short_name

_WITHOUT_RESULTS = frozenset({RunEnd.TIMEOUT, RunEnd.CRASHED, RunEnd.COLLECTION_ERROR, RunEnd.FOREIGN_IMPORT})


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that failed in the run of everything with that seed; None is the files' own order."""

    case: TestCase
    seed: int | None


@dataclass(slots=True)
class _Explainer:
    bench: Bench
    assembly: Assembly
    files: tuple[str, ...]
    search_runs: int
    polluters: list[str] = field(default_factory=list)

    def explain(self, path: str, failures: Sequence[Failure]) -> list[Evidence]:
        """Evidence for one file's failures, all of one seed."""
        seed = failures[0].seed
        alone = self.bench.explain((path,), seed)
        if alone.end in _WITHOUT_RESULTS:
            return [self._own_fault(failure) for failure in failures]
        own = {case.id for case in broken_cases(alone)}
        evidence = [self._own_fault(failure) for failure in failures if failure.case.id in own]
        polluted = [failure for failure in failures if failure.case.id not in own]
        if polluted:
            evidence += self._polluted(path, polluted)
        return evidence

    def _polluted(self, path: str, failures: Sequence[Failure]) -> list[Evidence]:
        victims = {failure.case.id for failure in failures}
        others = tuple(other for other in self.files if other != path)

        def breaks(subset: Sequence[str]) -> bool:
            return self._is_broken((*subset, path), None, victims)

        def breaks_in_that_order(subset: Sequence[str]) -> bool:
            return self._is_broken((*subset, path), failures[0].seed, victims)

        known = next((polluter for polluter in self.polluters if breaks((polluter,))), None)
        polluter = (
            known
            or find_culprit(others, breaks, self._runs())
            or find_culprit(others, breaks_in_that_order, self._runs())
        )
        if polluter is None:
            return [self._no_single_culprit(failure) for failure in failures]
        if polluter not in self.polluters:
            self.polluters.append(polluter)
        if polluter not in self.assembly.owners:
            return [self._is_polluted(polluter, path, failures)]
        return [self._pollutes(polluter, self._test_to_blame(polluter, path, failures), failures)]

    def _test_to_blame(self, polluter: str, path: str, failures: Sequence[Failure]) -> str:
        """The one test of a file that is enough to break the others; empty when no single one is."""
        victims = {failure.case.id for failure in failures}
        for seed in dict.fromkeys((None, failures[0].seed)) if self.bench.left > 0 else ():
            report = self.bench.explain((polluter, path), seed)
            if any(case.id in victims for case in broken_cases(report)):
                tests = [case.id for case in report.cases if case.file == polluter]
                return self._single_test(tests, (polluter, path), seed, victims)
        return ""

    def _single_test(self, tests: Sequence[str], files: Sequence[str], seed: int | None, victims: set[str]) -> str:
        if len(tests) == 1:
            return tests[0]

        def breaks(subset: Sequence[str]) -> bool:
            return self._is_broken(files, seed, victims, [test for test in tests if test not in subset])

        return find_culprit(tests, breaks, self._runs()) or ""

    def _runs(self) -> int:
        return min(self.search_runs, max(0, self.bench.left))

    def _is_broken(
        self, files: Sequence[str], seed: int | None, victims: set[str], left_out: Sequence[str] = ()
    ) -> bool:
        report: TestReport = self.bench.explain(files, seed, left_out)
        return any(case.id in victims for case in broken_cases(report))

    def _own_fault(self, failure: Failure) -> Evidence:
        return case_evidence(failure.case, self.assembly.owners.get(failure.case.file, ""))

    def _no_single_culprit(self, failure: Failure) -> Evidence:
        case = failure.case
        told = f"{short_name(case.id)} passes alone and fails after other tests, of which no single file is to blame"
        message = f"{told}: {one_line(case.message)}" if case.message else told
        detail = excerpt(case.detail or case.message)
        return Evidence("unstable", message, case.file, case.id, detail, self.assembly.owners.get(case.file, ""))

    def _pollutes(self, polluter: str, test: str, failures: Sequence[Failure]) -> Evidence:
        message = f"{test or polluter} breaks {_told(failures)}; put back whatever it changes"
        return Evidence("pollutes", message, polluter, test, _detail(failures), self.assembly.owners[polluter])

    def _is_polluted(self, polluter: str, path: str, failures: Sequence[Failure]) -> Evidence:
        """Tests that were there before stay as they are: the new ones have to bear with them."""
        first, more = failures[0].case, _more(failures)
        told = f"{first.id}{more} fails after the existing {polluter}: {one_line(first.message)}"
        message = f"{told}; do not rely on what that file changes"
        owner = self.assembly.owners.get(path, "")
        return Evidence("polluted", message, path, first.id, _detail(failures), owner)


def _told(failures: Sequence[Failure]) -> str:
    first = failures[0].case
    return f"{first.id}{_more(failures)} when it runs first: {one_line(first.message)}"


def _more(failures: Sequence[Failure]) -> str:
    return f" and {count(len(failures) - 1, 'more test')}" if len(failures) > 1 else ""


def _detail(failures: Sequence[Failure]) -> str:
    return excerpt(failures[0].case.detail or failures[0].case.message)


def explain_failures(
    bench: Bench, assembly: Assembly, files: tuple[str, ...], failures: Sequence[Failure], search_runs: int
) -> list[Evidence]:
    """Evidence for each failure, with the component at fault: the test's own, or the one that pollutes it.

    When the bench's runs are used up, what is left is put on the tests' own components unless a polluter is known,
    which then explains the most likely part of it.
    """
    explainer = _Explainer(bench, assembly, files, search_runs)
    groups: dict[tuple[str, int | None], list[Failure]] = {}
    for failure in failures:
        groups.setdefault((failure.case.file, failure.seed), []).append(failure)
    evidence: list[Evidence] = []
    unexplained: list[Failure] = []
    for (path, _), group in groups.items():
        if bench.left > 0:
            evidence += explainer.explain(path, group)
        else:
            unexplained += group
    if unexplained and explainer.polluters:
        evidence.append(Evidence("more", f"and {count(len(unexplained), 'more failed test')} not looked into yet"))
    elif unexplained:
        evidence += [case_evidence(one.case, assembly.owners.get(one.case.file, "")) for one in unexplained]
    return evidence
