from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ctxtui.core.ports.toolchains import RunEnd, TestReport, TestRun
from ctxtui.core.ports.validation import Assembly, LadderLimits
from ctxtui.core.validation.culprits import find_culprit
from ctxtui.core.validation.together import Together


def path_of(name: str) -> str:
    return f"tests/test_{name}.py"


def assembly(tmp_path: Path, names: Sequence[str], unowned: Sequence[str] = ()) -> Assembly:
    files = tuple(path_of(name) for name in (*unowned, *names))
    return Assembly(
        worktree=tmp_path,
        test_run=TestRun(tmp_path, files, "pkg", (".",), Path("python"), timeout=100),
        owners={path_of(name): f"id-{name}" for name in names},
        names={f"id-{name}": f"pkg.{name}" for name in names},
    )


def world(reports: Any, is_broken: Callable[[str, tuple[str, ...], int | None], bool]) -> Any:
    """A runner in which each file has one test, which fails when the rule says so of (name, names before it, seed)."""

    def run(test_run: TestRun) -> TestReport:
        names = [Path(file).stem.removeprefix("test_") for file in test_run.files]
        if test_run.seed is not None and test_run.seed % 2:
            names.reverse()
        cases = [
            reports.case("test_it", "failed", "assert 0", path_of(name))
            if is_broken(name, tuple(names[:n]), test_run.seed)
            else reports.case("test_it", "passed", "", path_of(name))
            for n, name in enumerate(names)
        ]
        result: TestReport = reports.report(*cases)
        return result

    return reports.Runner(run)


def judged(runner: Any, made: Assembly, **limits: int) -> Any:
    return Together(runner, LadderLimits(**limits)).judge(made)


def blame(verdict: Any) -> list[tuple[str, str]]:
    return [(item.kind, item.component_id) for item in verdict.evidence]


def test_everything_is_run_once_a_seed_with_a_limit_that_grows(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda *_: False)
    verdict = judged(runner, assembly(tmp_path, "abc"))
    assert not verdict.is_failed
    assert verdict.summary == "3 tests of 3 components passed together in 1.6 s, in 2 orders"
    assert [run.seed for run in runner.runs] == [None, 1]
    assert {run.timeout for run in runner.runs} == {110}


@pytest.mark.parametrize("size", [2, 3, 17, 1000])
def test_the_polluter_among_many_is_found_in_few_runs(tmp_path: Path, reports: Any, size: int) -> None:
    names = ["victim", *(f"n{n}" for n in range(size - 2)), "polluter"]
    runner = world(reports, lambda name, before, _: name == "victim" and "polluter" in before)
    verdict = judged(runner, assembly(tmp_path, names))
    assert blame(verdict) == [("pollutes", "id-polluter")]
    assert len(runner.runs) <= 2 + 1 + 12


def test_two_polluters_are_both_found_and_each_explains_all_its_victims(tmp_path: Path, reports: Any) -> None:
    victims = {"v1": "p1", "v2": "p1", "v3": "p2"}
    runner = world(reports, lambda name, before, _: victims.get(name, "-") in before)
    verdict = judged(runner, assembly(tmp_path, [*victims, "a", "b", "p1", "p2"]))
    assert sorted(blame(verdict)) == [("pollutes", "id-p1"), ("pollutes", "id-p1"), ("pollutes", "id-p2")]
    assert verdict.summary == "3 of 7 new tests failed when run together; at fault: pkg.p2, pkg.p1"


def test_a_test_that_fails_alone_is_its_own_fault(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda name, *_: name == "b")
    assert blame(judged(runner, assembly(tmp_path, "abc"))) == [("assertion", "id-b")]


def test_a_test_that_fails_alone_with_that_seed_only_is_its_own_fault(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda name, _, seed: name == "b" and seed == 1)
    assert blame(judged(runner, assembly(tmp_path, "abc"))) == [("assertion", "id-b")]


def test_a_test_that_only_several_files_break_is_unstable_itself(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda name, before, _: name == "v" and {"a", "d"} <= set(before))
    verdict = judged(runner, assembly(tmp_path, ["v", "a", "b", "c", "d"]))
    assert blame(verdict) == [("unstable", "id-v")]
    assert "passes alone and fails after other tests" in verdict.evidence[0].message


def test_tests_that_were_there_before_are_never_blamed_for_pollution(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda name, before, _: name == "v" and "old" in before)
    verdict = judged(runner, assembly(tmp_path, ["a", "v"], unowned=["old"]))
    assert blame(verdict) == [("polluted", "id-v")]
    assert "after the existing tests/test_old.py" in verdict.evidence[0].message


def test_explanations_end_when_their_runs_are_used_up(tmp_path: Path, reports: Any) -> None:
    victims = [f"v{n}" for n in range(20)]
    runner = world(reports, lambda name, before, _: name in victims and len(before) > 1)
    verdict = judged(runner, assembly(tmp_path, victims), search_runs=4, extra_runs=10)
    assert verdict.is_failed
    assert len(runner.runs) <= 2 + 10 + 2 * 4
    assert all(item.component_id for item in verdict.evidence if item.kind != "more")


def test_once_a_polluter_is_known_the_rest_waits_for_the_next_round(tmp_path: Path, reports: Any) -> None:
    victims = [f"v{n}" for n in range(8)]
    runner = world(reports, lambda name, before, _: name in victims and "p" in before)
    verdict = judged(runner, assembly(tmp_path, [*victims, "p"]), extra_runs=6)
    assert {item.component_id for item in verdict.evidence} == {"id-p", ""}
    assert "more failed tests not looked into yet" in verdict.evidence[-1].message


@pytest.mark.parametrize("end", [RunEnd.TIMEOUT, RunEnd.CRASHED])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_file_that_stops_the_run_is_found_and_the_others_are_judged_without_it(
    tmp_path: Path, reports: Any, end: RunEnd, *, is_named: bool
) -> None:
    def run(test_run: TestRun) -> TestReport:
        result: TestReport
        if path_of("stops") in test_run.files:
            cases = [reports.case("test_it", "error", "it stopped", path_of("stops"))] if is_named else []
            result = reports.report(*cases, end=end, message="it stopped")
        else:
            result = reports.report(
                *(
                    reports.case("test_it", "failed" if "bad" in file else "passed", "assert 0", file)
                    for file in test_run.files
                )
            )
        return result

    verdict = judged(reports.Runner(run), assembly(tmp_path, ["a", "bad", "stops", "d", "e"]))
    kind = "timeout" if end is RunEnd.TIMEOUT else "crash"
    assert blame(verdict) == [(kind, "id-stops"), ("assertion", "id-bad")]


def test_a_run_that_only_all_files_stop_blames_the_test_that_was_running(tmp_path: Path, reports: Any) -> None:
    def run(test_run: TestRun) -> TestReport:
        cases = [reports.case("test_it", "passed", "", file) for file in test_run.files]
        if {path_of("a"), path_of("d")} <= set(test_run.files):
            stopped = reports.case("test_it", "error", "it hangs", path_of("d"))
            result: TestReport = reports.report(stopped, end=RunEnd.TIMEOUT, message="it hangs")
            return result
        passed: TestReport = reports.report(*cases)
        return passed

    verdict = judged(reports.Runner(run), assembly(tmp_path, "abcd"))
    assert blame(verdict) == [("timeout", "id-d")]


def test_a_file_that_cannot_be_collected_does_not_hide_failures_of_others(tmp_path: Path, reports: Any) -> None:
    def run(test_run: TestRun) -> TestReport:
        broken = path_of("broken") in test_run.files
        error = reports.case("x", "error", "No module named 'y'", path_of("broken"))
        collector = type(error)(path_of("broken"), path_of("broken"), error.outcome, error.message)
        cases = [reports.case("test_it", "failed", "assert 0", path_of("bad"))]
        result: TestReport = reports.report(
            *([collector] if broken else []), *cases, end=RunEnd.COLLECTION_ERROR if broken else None
        )
        return result

    verdict = judged(reports.Runner(run), assembly(tmp_path, ["broken", "bad"]))
    assert blame(verdict) == [("collection", "id-broken"), ("assertion", "id-bad")]


def test_only_test_files_are_run_when_the_template_names_none(tmp_path: Path, reports: Any) -> None:
    runner = reports.Runner(lambda _: reports.report(reports.case("test_it")))
    made = Assembly(
        worktree=tmp_path,
        test_run=TestRun(tmp_path, (), "pkg", (".",), Path("python")),
        owners={
            "tests/test_a.py": "1",
            "tests/b_test.py": "2",
            "tests/conftest.py": "1",
            "tests/data/test_x.json": "1",
        },
        names={},
    )
    judged(runner, made)
    assert runner.runs[0].files == ("tests/test_a.py", "tests/b_test.py")


@pytest.mark.parametrize("culprit", range(7))
def test_halving_finds_any_single_culprit(culprit: int) -> None:
    suspects = [str(n) for n in range(7)]
    assert find_culprit(suspects, lambda files: str(culprit) in files, 12) == str(culprit)


def test_halving_gives_no_name_without_proof() -> None:
    assert find_culprit(["a", "b", "c"], lambda files: False, 12) is None
    assert find_culprit(["a", "b"] * 50, lambda files: True, 3) is None
    assert find_culprit([], lambda files: True, 3) is None


def test_the_files_are_run_in_their_own_order_too(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda name, before, seed: name == "b" and seed is None and "a" in before)
    assert blame(judged(runner, assembly(tmp_path, "abc"))) == [("pollutes", "id-a")]


def with_existing(tmp_path: Path, names: Sequence[str], existing: Sequence[str]) -> Assembly:
    return replace(assembly(tmp_path, names), existing=tuple(path_of(name) for name in existing))


def test_new_tests_are_run_with_those_that_exist(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda *_: False)
    verdict = judged(runner, with_existing(tmp_path, "bc", "ad"))
    assert not verdict.is_failed
    assert verdict.summary.endswith(", and with 2 existing tests")
    assert runner.runs[-1].files == tuple(path_of(name) for name in "abcd")


def test_a_new_test_that_an_existing_one_breaks_has_to_bear_with_it(tmp_path: Path, reports: Any) -> None:
    verdict = judged(
        world(reports, lambda name, before, _: name == "c" and "a" in before), with_existing(tmp_path, "bc", "a")
    )
    assert blame(verdict) == [("polluted", "id-c")]


def test_a_new_test_that_breaks_an_existing_one_is_blamed(tmp_path: Path, reports: Any) -> None:
    verdict = judged(
        world(reports, lambda name, before, _: name == "d" and "b" in before), with_existing(tmp_path, "bc", "d")
    )
    assert blame(verdict) == [("pollutes", "id-b")]
    assert verdict.summary == "1 of 3 tests failed when the new ones ran with those that exist; at fault: pkg.b"


def test_an_existing_test_that_fails_now_and_then_is_nobodys_fault(tmp_path: Path, reports: Any) -> None:
    late = iter([True])
    runner = world(reports, lambda name, before, _: name == "d" and len(before) > 1 and next(late, False))
    assert not judged(runner, with_existing(tmp_path, "bc", "d")).is_failed


def test_a_second_run_that_does_not_come_to_its_end_clears_nobody(tmp_path: Path, reports: Any) -> None:
    runner = world(reports, lambda name, before, _: name == "d" and len(before) > 1)
    answer, ends = runner.answer, iter([None, RunEnd.TIMEOUT])

    def late(test_run: TestRun) -> TestReport:
        end = next(ends, None) if len(test_run.files) > 2 else None
        report: TestReport = reports.report(end=end) if end else answer(test_run)
        return report

    runner.answer = late
    assert judged(runner, with_existing(tmp_path, "bc", "d")).is_failed


def test_existing_tests_that_fail_anyway_are_nobodys_fault(tmp_path: Path, reports: Any) -> None:
    verdict = judged(world(reports, lambda name, *_: name == "a"), with_existing(tmp_path, "bc", "a"))
    assert not verdict.is_failed
