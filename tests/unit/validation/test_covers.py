from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ctxtui.core.domain.verdict import MarkedLines, RungOutcome
from ctxtui.core.ports.toolchains import Coverage, TestReport, TestRun
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.validation.covers import Covers, ranges_of

SOURCE = "src/pkg/mod.py"
TEXT = """LIMIT = 3


def cut(text):
    if len(text) > LIMIT:
        text = text[:LIMIT]

        text += "…"
    return text


def shout(text):
    return text.upper()
"""
AT_IMPORT = Coverage(SOURCE, 30.0, missing=(5, 6, 8, 9, 13), reached=(1, 4, 12))


@pytest.fixture
def judge(candidate: Callable[..., Candidate], reports: Any, tmp_path: Path):
    """Judges tests that reach what is given; the import reaches the definitions."""

    def judged(by_tests: Coverage | None, by_import: Coverage = AT_IMPORT, floor: float = 0.0, text: str = TEXT):
        (tmp_path / SOURCE).parent.mkdir(parents=True)
        (tmp_path / SOURCE).write_text(text)

        def answer(run: TestRun) -> TestReport:
            covered = by_import if run.import_only else by_tests
            return replace(reports.report(reports.case("test_a")), coverage=(covered,) if covered else ())

        runner = reports.Runner(answer)
        return Covers(runner, LadderLimits(coverage_floor=floor)).judge(candidate()), runner.runs

    return judged


def test_lines_beyond_the_import_are_a_gain(judge):
    verdict, runs = judge(Coverage(SOURCE, 71.4, missing=(6, 8, 13), reached=(1, 4, 5, 9, 12)))
    assert verdict.outcome is RungOutcome.PASSED
    assert verdict.summary == "71 % of lines and branches, 2 lines gained"
    assert verdict.metrics == {"covered": 71.4, "by_import": 30.0, "gained": 2, "missed": 3}
    assert [(run.measure, run.import_only) for run in runs] == [((SOURCE,), ()), ((SOURCE,), ("pkg.mod",))]


def test_the_source_is_marked_with_what_the_tests_reach_and_miss(judge):
    ways = ((5, 9), (5, 6), (9, 13))
    by_tests = Coverage(SOURCE, 71.4, missing=(6, 8, 13), reached=(1, 4, 5, 9, 12), missing_branches=ways)
    verdict, _ = judge(by_tests)
    assert verdict.lines == MarkedLines(
        SOURCE,
        reached=((1, 1), (4, 5), (9, 9), (12, 12)),
        missed=((6, 6), (8, 8), (13, 13)),
        partial=((5, 5),),
    )
    assert [(item.kind, item.lines) for item in verdict.evidence] == [
        ("missed_lines", (6, 8, 13)),
        ("missed_branches", (5,)),
    ]


def test_missed_lines_are_told_with_their_text_and_function(judge):
    verdict, _ = judge(Coverage(SOURCE, 71.4, missing=(6, 8, 13), reached=(1, 4, 5, 9, 12)))
    (evidence,) = verdict.evidence
    assert (evidence.kind, evidence.path) == ("missed_lines", SOURCE)
    assert evidence.message == "lines 6-8, 13 are not reached"
    assert evidence.detail.splitlines() == [
        "lines 6-8, in cut",
        "    6          text = text[:LIMIT]",
        "    7  ",
        '    8          text += "…"',
        "line 13, in shout",
        "   13      return text.upper()",
    ]


def test_tests_that_reach_no_more_than_the_import_fail(judge):
    verdict, _ = judge(AT_IMPORT)
    assert verdict.is_failed
    assert verdict.summary == "the tests reach nothing that importing pkg.mod does not reach"
    assert verdict.evidence[0].message == "lines 5-9, 13 are not reached"


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("A = 1\nB = 2\n", Coverage(SOURCE, 100.0, reached=(1, 2))),
        ("try:\n    import json\nexcept ImportError:\n    json = None\n", Coverage(SOURCE, 50.0, (3, 4), (1, 2))),
        ("", Coverage(SOURCE, 100.0)),
    ],
    ids=["declarations", "a way only imports take", "an empty file"],
)
def test_a_module_with_nothing_to_gain_passes(judge, text: str, reached: Coverage):
    # A function that is reached already, so that the module is known to have some.
    verdict, _ = judge(reached, reached, text=text + "def a(): ...\n")
    assert verdict.outcome is RungOutcome.PASSED
    assert "0 lines gained" in verdict.summary


def test_below_the_floor_the_missed_lines_are_feedback(judge):
    verdict, _ = judge(Coverage(SOURCE, 79.96, missing=(13,), reached=(1, 4, 5, 6, 8, 9, 12)), floor=80)
    assert verdict.is_failed
    assert verdict.summary == "79 % of lines and branches, below the floor of 80 %"
    assert verdict.evidence[0].message == "line 13 is not reached"


def test_ways_never_taken_are_feedback_where_every_line_is_reached(judge):
    reached = Coverage(SOURCE, 90.0, reached=(1, 4, 5, 6, 8, 9, 12, 13), missing_branches=((5, 9), (13, -12)))
    verdict, _ = judge(reached, floor=95)
    (evidence,) = verdict.evidence
    assert (evidence.kind, evidence.message) == ("missed_branches", "lines 5, 13 never took every way")
    assert evidence.detail == "5 -> 9\n13 -> the end of the function"


@pytest.mark.parametrize("nothing", [None, Coverage(SOURCE, 0.0)])
def test_what_cannot_be_measured_is_skipped(judge, nothing: Coverage | None):
    verdict, _ = judge(nothing, floor=80)
    assert verdict.outcome is RungOutcome.SKIPPED
    assert verdict.summary.startswith("cannot be measured: ")


def test_the_first_run_is_enough_when_it_was_measured(candidate, reports: Any, tmp_path: Path):
    (tmp_path / SOURCE).parent.mkdir(parents=True)
    (tmp_path / SOURCE).write_text(TEXT)
    runner = reports.Runner(lambda _: replace(reports.report(), coverage=(Coverage(SOURCE, 50.0, (13,), (1, 4, 5)),)))
    made = candidate()
    made = replace(made, test_run=replace(made.test_run, measure=(SOURCE,)))
    Covers(runner, LadderLimits()).judge(made)
    Covers(runner, LadderLimits()).judge(made)
    assert [run.import_only for run in runner.runs] == [(), ("pkg.mod",)]


@pytest.mark.parametrize(
    ("missing", "reached", "ranges"),
    [
        ((), (1, 2), []),
        ((3, 5, 9), (1, 7), [(3, 5), (9, 9)]),
        ((1, 2, 3), (), [(1, 3)]),
    ],
)
def test_only_a_reached_line_ends_a_stretch(missing, reached, ranges):
    assert ranges_of(missing, reached) == ranges


def test_the_text_of_many_missed_lines_is_cut(judge):
    many = "".join(f"def f{n}():\n    return {n} * {'9' * 60}\n\n\n" for n in range(100))
    inner = tuple(range(2, 400, 4))
    verdict, _ = judge(Coverage(SOURCE, 10.0, inner, tuple(range(1, 400, 4))), text=many)
    (evidence,) = verdict.evidence
    assert len(evidence.detail) < 2100
    assert evidence.detail.endswith("…")
    assert evidence.message.endswith("118 and 70 more are not reached")
