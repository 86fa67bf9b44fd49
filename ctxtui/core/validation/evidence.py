"""Evidence cut to what a person reads and a prompt can hold, and the sentences around it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence

from ctxtui.core.domain.control_marks import on_one_line
from ctxtui.core.domain.json import JsonMap
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from ctxtui.core.ports.toolchains import RunEnd, TestCase, TestOutcome, TestReport

EXCERPT_CHARS = 2000
MESSAGE_CHARS = 300
MOST_EVIDENCE = 10
MOST_NAMED = 4

BROKEN = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})

_KINDS = (
    (re.compile(r"did not end within|\btimed? ?out\b|^(Failed: )?Timeout", re.IGNORECASE), "timeout"),
    (re.compile(r"worker .*crashed|Fatal Python error|Segmentation fault", re.IGNORECASE), "crash"),
    (re.compile(r"^(AssertionError|assert\b|Failed: )|DID NOT RAISE|DID NOT WARN"), "assertion"),
)

_TROUBLES: dict[RunEnd, tuple[str, str]] = {
    RunEnd.NO_TESTS: ("no_tests", "no test was collected"),
    RunEnd.COLLECTION_ERROR: ("collection", "the tests could not be collected"),
    RunEnd.FOREIGN_IMPORT: ("foreign_import", "the package was imported from outside the worktree"),
    RunEnd.TIMEOUT: ("timeout", "the test run did not end in time"),
    RunEnd.CRASHED: ("crash", "the test run ended without a report"),
}


def broken_cases(report: TestReport) -> tuple[TestCase, ...]:
    return tuple(case for case in report.cases if case.outcome in BROKEN)


def case_kind(case: TestCase) -> str:
    return next((kind for pattern, kind in _KINDS if pattern.search(case.message)), "error")


def case_evidence(case: TestCase, component_id: str = "", kind: str = "") -> Evidence:
    """Why one test failed."""
    message = f"{short_name(case.id)}: {one_line(case.message) or case.outcome}"
    detail = excerpt(case.detail or case.message)
    return Evidence(kind or case_kind(case), message, case.file, case.id, detail, component_id)


def run_trouble(report: TestReport) -> Evidence | None:
    """Why a run as a whole gave no results, or None when it gave some."""
    if report.end not in _TROUBLES:
        return None
    kind, sentence = _TROUBLES[report.end]
    message = one_line(report.message) or sentence
    return Evidence(kind, message, detail=excerpt(report.output_tail))


def collection_evidence(report: TestReport) -> tuple[Evidence, ...]:
    """One piece for each file that could not be collected."""
    broken = [case for case in broken_cases(report) if "::" not in case.id]  # a test's own id has a part after its file
    if not broken:
        trouble = run_trouble(report)
        return () if trouble is None else (trouble,)
    return tuple(
        Evidence(
            "collection",
            f"{case.file or case.id} could not be collected: {one_line(case.message)}",
            case.file,
            detail=excerpt(case.detail or report.output_tail),
        )
        for case in broken
    )


def excerpt(text: str) -> str:
    """The end of a text, where a traceback says what went wrong, cut at a line where possible."""
    if len(text) <= EXCERPT_CHARS:
        return text
    tail = text[-(EXCERPT_CHARS - 40) :]
    _, newline, from_line = tail.partition("\n")
    kept = from_line if newline and len(from_line) > EXCERPT_CHARS // 2 else tail
    return f"… ({len(text) - len(kept)} characters left out)\n{kept}"


def one_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= MESSAGE_CHARS else line[: MESSAGE_CHARS - 1] + "…"


def short_name(test: str) -> str:
    """`test_a[1]` of `tests/test_x.py::TestA::test_a[1]`."""
    path, separator, name = test.partition("::")
    return re.sub(r"^.*::(?=\w)", "", name.partition("[")[0]) + _parameters(name) if separator else path


def _parameters(name: str) -> str:
    return name[name.index("[") :] if "[" in name else ""


def count(number: int, noun: str) -> str:
    """`1 test`, `2 tests`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def named(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    distinct = list(dict.fromkeys(map(on_one_line, names)))
    shown = ", ".join(distinct[:MOST_NAMED])
    return shown if len(distinct) <= MOST_NAMED else f"{shown} and {len(distinct) - MOST_NAMED} more"


def seconds(duration: float) -> str:
    return f"{duration:.1f} s"


def metrics_of(report: TestReport) -> JsonMap:
    return {
        "tests": len(report.cases),
        "failed": len(broken_cases(report)),
        "seconds": round(report.duration, 3),
    }


def limited(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """At most MOST_EVIDENCE pieces, and a last one that says how many were left out."""
    if len(evidence) <= MOST_EVIDENCE:
        return tuple(evidence)
    left_out = len(evidence) - MOST_EVIDENCE
    return (*evidence[:MOST_EVIDENCE], Evidence("more", f"and {left_out} more"))


def skipped(rung: Rung, started: float, reason: str) -> RungVerdict:
    """The verdict of a rung that cannot judge here, which is nobody's fault."""
    return RungVerdict(rung, RungOutcome.SKIPPED, reason, duration=time.monotonic() - started)


def conclude(
    rung: Rung, started: float, evidence: Sequence[Evidence], summary: str, metrics: JsonMap | None = None
) -> RungVerdict:
    """The verdict: failed when there is evidence. `started` is what `time.monotonic()` said at the start."""
    outcome = RungOutcome.FAILED if evidence else RungOutcome.PASSED
    return RungVerdict(rung, outcome, summary, limited(evidence), time.monotonic() - started, metrics or {})
