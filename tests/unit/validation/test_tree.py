"""What a run does to files is told apart by who did it, and is undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ctxtui.core.ports.toolchains import Blame, TestReport, TestRun, Touch
from ctxtui.core.ports.validation import Effect, LadderLimits
from ctxtui.core.validation.passes import Passes
from ctxtui.core.validation.stable import Stable
from ctxtui.core.validation.tree import run_and_tidy

TEST = "tests/test_mod.py::test_a"


@pytest.fixture
def template(tmp_path: Path) -> TestRun:
    (tmp_path / "state.txt").write_text("before")
    return TestRun(tmp_path, ("tests/test_mod.py",), "pkg", ("src",), Path("python"))


def test_a_file_is_put_down_to_the_test_that_wrote_it(template: TestRun, reports: Any, tmp_path: Path):
    def act(_: TestRun) -> TestReport:
        (tmp_path / "last.txt").write_text("x")
        touched = (Touch("last.txt", "written", Blame.CONFTEST), Touch("last.txt", "written", Blame.TESTS, TEST))
        return replace(reports.report(reports.case("test_a")), touched=touched)

    assert run_and_tidy(reports.Runner(act), template)[1] == [Effect("last.txt", "created", Blame.TESTS, TEST)]
    assert not (tmp_path / "last.txt").exists()


def test_a_file_that_nobody_was_seen_writing_is_put_down_to_the_tests(template, reports, tmp_path):
    def act(_: TestRun) -> TestReport:
        (tmp_path / "out").mkdir()
        return reports.report(reports.case("test_a"))

    assert run_and_tidy(reports.Runner(act), template)[1] == [Effect("out", "created")]
    assert not (tmp_path / "out").exists()


def test_what_a_folder_lost_is_put_down_to_whoever_deleted_it(template, reports, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x")

    def act(_: TestRun) -> TestReport:
        (tmp_path / "data" / "a.csv").unlink()
        (tmp_path / "data").rmdir()
        return replace(reports.report(reports.case("test_a")), touched=(Touch("data", "deleted", Blame.TESTS, TEST),))

    effects = run_and_tidy(reports.Runner(act), template)[1]
    assert {(effect.path, effect.what, effect.test) for effect in effects} == {
        ("data", "deleted", TEST),
        ("data/a.csv", "deleted", TEST),
    }


def test_what_was_changed_is_put_back(template, reports, tmp_path):
    def act(_: TestRun) -> TestReport:
        (tmp_path / "state.txt").write_text("after, longer")
        return reports.report(reports.case("test_a"))

    undoing = replace(template, put_back=lambda: (tmp_path / "state.txt").write_text("before"))
    assert run_and_tidy(reports.Runner(act), undoing)[1] == [Effect("state.txt", "changed")]
    assert (tmp_path / "state.txt").read_text() == "before"


def test_what_any_run_leaves_is_tolerated(template, reports, tmp_path):
    def act(_: TestRun) -> TestReport:
        (tmp_path / "report.xml").write_text("x")
        return reports.report(reports.case("test_a"))

    assert run_and_tidy(reports.Runner(act), replace(template, tolerated=("report.xml",)))[1] == []


def test_an_attempt_that_changed_nothing_here_is_told_too(template, reports):
    touched = (Touch("data", "deleted", Blame.TESTS, TEST),)
    runner = reports.Runner(lambda _: replace(reports.report(reports.case("test_a")), touched=touched))
    assert run_and_tidy(runner, template)[1] == [Effect("data", "touched", Blame.TESTS, TEST)]


def test_stand_ins_are_there_during_the_run_and_never_after(template, reports, tmp_path):
    seen: dict[str, str] = {}

    def act(_: TestRun) -> TestReport:
        for name in ("state.json", "data/measured.csv"):
            seen[name] = (tmp_path / name).read_text()
        (tmp_path / "data" / "measured.csv").unlink()
        return reports.report(reports.case("test_a"))

    canaries = ("state.json", "data/measured.csv", "cache/", "state.txt")
    effects = run_and_tidy(reports.Runner(act), replace(template, canaries=canaries))[1]
    assert seen == {"state.json": "{}\n", "data/measured.csv": ""}
    assert effects == [Effect("data/measured.csv", "deleted")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.txt"]


def test_what_an_import_or_conftest_does_fails_no_test(candidate, reports):
    touched = (Touch("app.log", "written", Blame.IMPORT), Touch("report.xml", "written", Blame.CONFTEST))
    runner = reports.Runner(lambda _: replace(reports.report(reports.case("test_a")), touched=touched))
    verdict = Passes(runner).judge(candidate())
    assert not verdict.is_failed
    assert verdict.summary == "1 test passed in 0.8 s; importing pkg.mod by itself touches app.log"


def test_stand_ins_are_for_later_runs_and_their_outcome_counts_only_as_harm(candidate, reports):
    with_them = reports.report(reports.case("test_a", "failed", "assert 1"))
    made = candidate()
    made = replace(made, test_run=replace(made.test_run, canaries=("state.json",)))
    good = reports.report(reports.case("test_a"))
    runner = reports.Runner(lambda run: with_them if run.canaries else good)
    assert not Stable(runner, LadderLimits()).judge(made).is_failed
    assert [bool(run.canaries) for run in runner.runs] == [False, True, False, False]


def test_harm_to_stand_ins_is_refused(candidate, reports):
    made = candidate()
    made = replace(made, test_run=replace(made.test_run, canaries=("state.json",)))
    harm = (Touch("state.json", "deleted", Blame.TESTS, TEST),)
    good = reports.report(reports.case("test_a"))
    runner = reports.Runner(lambda run: replace(good, touched=harm if run.canaries else ()))
    verdict = Stable(runner, LadderLimits()).judge(made)
    assert verdict.is_failed
    assert [(item.kind, item.path, item.test) for item in verdict.evidence] == [("leftover", "state.json", TEST)]
