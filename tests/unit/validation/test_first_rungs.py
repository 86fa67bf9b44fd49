from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ctxtui.core.domain.errors import UsageError
from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.ports.toolchains import RunEnd, TestCase, TestOutcome, TestReport, TestRun
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.validation.collects import Collects
from ctxtui.core.validation.evidence import excerpt, short_name
from ctxtui.core.validation.ladder import RUNGS, build_ladder
from ctxtui.core.validation.passes import Passes
from ctxtui.core.validation.stable import Stable

Make = Callable[..., Candidate]


def test_collecting_and_passing_are_judged_from_one_run(candidate: Make, reports: Any) -> None:
    runner, made = reports.Runner(lambda _: reports.report(reports.case("test_a"))), candidate()
    assert not Collects(runner).judge(made).is_failed
    verdict = Passes(runner).judge(made)
    assert len(runner.runs) == 1
    assert verdict.summary == "1 test passed in 0.8 s"
    assert verdict.metrics == {"tests": 1, "failed": 0, "seconds": 0.8}


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (RunEnd.NO_TESTS, "no_tests"),
        (RunEnd.FOREIGN_IMPORT, "foreign_import"),
        (RunEnd.COLLECTION_ERROR, "collection"),
        (RunEnd.TIMEOUT, "timeout"),
        (RunEnd.CRASHED, "crash"),
        (RunEnd.PASSED, "no_tests"),
    ],
)
def test_a_run_that_never_came_to_tests_says_why(candidate: Make, reports: Any, end: RunEnd, kind: str) -> None:
    verdict = Collects(reports.Runner(lambda _: reports.report(end=end))).judge(candidate())
    assert [item.kind for item in verdict.evidence] == [kind]
    assert verdict.summary == verdict.evidence[0].message


@pytest.mark.parametrize(
    ("name", "source", "imported", "is_imported"),
    [
        ("pkg.mod", "src/pkg/mod.py", ["pkg", "pkg.mod"], True),
        ("mod", "src/pkg/mod.py", ["pkg.mod"], True),
        ("pkg.mod", "src/pkg/mod.py", ["pkg"], False),
        ("pkg", "src/pkg/__init__.py", ["pkg"], True),
        ("pkg.__init__", "src/pkg/__init__.py", ["pkg"], True),
        ("pkg.__main__", "src/pkg/__main__.py", ["pkg"], True),
        ("pkg.model", "src/pkg/model.py", ["pkg.mod"], False),
    ],
)
def test_the_component_itself_must_be_imported(
    candidate: Make, reports: Any, name: str, source: str, imported: list[str], *, is_imported: bool
) -> None:
    runner = reports.Runner(lambda _: reports.report(reports.case("test_a"), imported=imported))
    verdict = Collects(runner).judge(candidate(name=name, source=source))
    assert verdict.is_failed is not is_imported


@pytest.mark.parametrize(
    "check",
    [
        "assert x",
        "self.assertEqual(1, 1)",
        "np.testing.assert_allclose(a, b)",
        "mock.assert_called_once()",
        "pytest.fail('x')",
        "assert_that(x)",
        "with pytest.raises(E): pass",
        "with raises(E): pass",
        "with pytest.warns(E): pass",
    ],
)
def test_anything_that_can_fail_a_test_is_an_assertion(candidate: Make, reports: Any, check: str) -> None:
    runner = reports.Runner(lambda _: reports.report(reports.case("test_a")))
    assert not Collects(runner).judge(candidate(f"def test_a():\n    {check}\n")).is_failed


@pytest.mark.parametrize("check", ["pass", "assert True", "assert (x, 'always true')", "print(x)", "x == 1"])
def test_a_file_that_asserts_nothing_is_refused(candidate: Make, reports: Any, check: str) -> None:
    runner = reports.Runner(lambda _: reports.report(reports.case("test_a")))
    verdict = Collects(runner).judge(candidate(f"def test_a():\n    {check}\n"))
    assert [item.kind for item in verdict.evidence] == ["no_assertion"]


@pytest.mark.parametrize(
    ("outcome", "message", "kind"),
    [
        ("failed", "assert 1 == 2", "assertion"),
        ("failed", "AssertionError: no", "assertion"),
        ("failed", "Failed: DID NOT RAISE <class 'ValueError'>", "assertion"),
        ("failed", "Failed: tests/test_mod.py::test_b did not end within 20 s", "timeout"),
        ("failed", "KeyError: 'a'", "error"),
        ("error", "fixture 'x' not found", "error"),
    ],
)
def test_each_failed_test_is_evidence(candidate: Make, reports: Any, outcome: str, message: str, kind: str) -> None:
    failed = reports.case("TestX::test_b[1]", outcome, message, detail="traceback")
    verdict = Passes(reports.Runner(lambda _: reports.report(reports.case("test_a"), failed))).judge(candidate())
    (evidence,) = verdict.evidence
    assert (evidence.kind, evidence.test, evidence.detail) == (kind, failed.id, "traceback")
    assert evidence.message == f"test_b[1]: {message}"
    assert verdict.summary == f"1 of 2 tests failed: test_b[1] ({message})"


def test_the_test_that_stopped_the_run_is_told_once(candidate: Make, reports: Any) -> None:
    message = "the interpreter was ended by SIGSEGV in test_b"
    stopped = reports.report(reports.case("test_b", "error", message), end=RunEnd.CRASHED, message=message)
    verdict = Passes(reports.Runner(lambda _: stopped)).judge(candidate())
    assert [(item.kind, item.test) for item in verdict.evidence] == [("crash", "tests/test_mod.py::test_b")]


def test_a_run_cut_short_is_not_blamed_for_what_it_had_not_imported_yet(candidate: Make, reports: Any) -> None:
    message = "the run did not end within 120 s"
    stopped = reports.report(reports.case("test_b"), end=RunEnd.TIMEOUT, message=message, imported=())
    made, runner = candidate(), reports.Runner(lambda _: stopped)
    assert not Collects(runner).judge(made).is_failed
    assert [item.message for item in Passes(runner).judge(made).evidence] == [message]


def test_a_run_that_failed_without_a_failed_test_does_not_pass(candidate: Make, reports: Any) -> None:
    ended = reports.report(reports.case("test_a"), end=RunEnd.FAILED, message="pytest ended with exit code 2")
    verdict = Passes(reports.Runner(lambda _: ended)).judge(candidate())
    assert verdict.summary == "pytest ended with exit code 2"


def test_tests_that_are_all_skipped_prove_nothing(candidate: Make, reports: Any) -> None:
    skipped = reports.report(reports.case("test_a", "skipped", "no database"))
    verdict = Passes(reports.Runner(lambda _: skipped)).judge(candidate())
    assert verdict.summary == "every test is skipped: no database"


def test_some_skipped_tests_are_told(candidate: Make, reports: Any) -> None:
    mixed = reports.report(reports.case("test_a"), reports.case("test_b", "skipped"))
    verdict = Passes(reports.Runner(lambda _: mixed)).judge(candidate())
    assert verdict.summary == "1 test passed in 0.8 s, 1 skipped"


def test_files_that_tests_leave_are_a_finding_and_are_removed(candidate: Make, reports: Any, tmp_path: Path) -> None:
    made = candidate()
    for name in ("kept.txt", "changed.txt", "deleted.txt"):
        (tmp_path / name).write_text("before")

    def run(_: TestRun) -> TestReport:
        (tmp_path / "out" / "deep").mkdir(parents=True)
        (tmp_path / "out" / "deep" / "new.txt").write_text("x")
        (tmp_path / "link").symlink_to(tmp_path / "kept.txt")
        (tmp_path / "tests" / "__pycache__").mkdir()
        (tmp_path / "tests" / "__pycache__" / "test_mod.cpython-311.pyc").write_text("noise")
        (tmp_path / "changed.txt").write_text("after, longer")
        (tmp_path / "deleted.txt").unlink()
        result: TestReport = reports.report(reports.case("test_a"))
        return result

    verdict = Passes(reports.Runner(run)).judge(made)
    assert {(item.path, item.message.split()[2]) for item in verdict.evidence} == {
        ("link", "created"),
        ("out/deep/new.txt", "created"),
        ("changed.txt", "changed"),
        ("deleted.txt", "deleted"),
    }
    assert verdict.summary.startswith("the tests left 4 files touched outside their own: ")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept.txt").read_text() == "before"


def by_seed(reports: Any, *later: TestReport) -> Any:
    """A runner whose first run is good and whose later ones are as given."""
    queue = [reports.report(reports.case("test_a"), reports.case("test_b")), *later]
    return reports.Runner(lambda _: queue.pop(0))


def test_stable_tests_are_run_again_with_other_seeds(candidate: Make, reports: Any) -> None:
    runner = reports.Runner(lambda _: reports.report(reports.case("test_a")))
    verdict = Stable(runner, LadderLimits(stable_runs=3)).judge(candidate())
    assert verdict.summary == "1 test passed in 3 more runs with other seeds"
    assert runner.runs[0].seed is None
    assert len({(run.seed, run.hash_seed) for run in runner.runs}) == 4


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"test_a": "passed", "test_b": "failed"}, "test_b passed at first and failed with seed 2: assert 1"),
        ({"test_a": "passed"}, "test_b is gone with seed 2: its name or parameters change from run to run"),
        ({"test_a": "passed", "test_b": "passed", "test_c": "passed"}, "test_c is there only with seed 2"),
        ({"test_a": "passed", "test_b": "skipped"}, "test_b passed at first and skipped with seed 2"),
    ],
)
def test_a_test_that_differs_is_named_with_its_seed(
    candidate: Make, reports: Any, names: dict[str, str], message: str
) -> None:
    cases = [reports.case(name, outcome, "assert 1" if outcome == "failed" else "") for name, outcome in names.items()]
    verdict = Stable(by_seed(reports, reports.report(*cases)), LadderLimits(stable_runs=1)).judge(candidate())
    (evidence,) = verdict.evidence
    assert evidence.kind == "unstable"
    assert evidence.message.startswith(message)
    assert verdict.summary.startswith("1 test unstable: test_")


def test_a_run_that_dies_with_another_seed_is_unstable(candidate: Make, reports: Any) -> None:
    dead = reports.report(end=RunEnd.CRASHED, message="the interpreter was ended by SIGSEGV")
    verdict = Stable(by_seed(reports, dead), LadderLimits(stable_runs=1)).judge(candidate())
    assert verdict.summary == "with seed 2 the run ended otherwise: the interpreter was ended by SIGSEGV"


def test_the_rungs_come_cheap_first_whatever_order_they_are_asked_for_in(reports: Any) -> None:
    runner = reports.Runner(lambda _: reports.report())
    assert [rung.rung for rung in build_ladder(runner, ["stable", "fence"]).rungs] == ["fence", "stable"]
    assert [rung.rung for rung in build_ladder(runner).rungs] == list(RUNGS)
    with pytest.raises(UsageError, match="no rung called flies: choose from fence, collects"):
        build_ladder(runner, ["fence", "flies"])


def test_an_excerpt_is_the_end_within_the_budget() -> None:
    text = "\n".join(f"line {n}" for n in range(1000))
    kept = excerpt(text)
    assert len(kept) <= 2000
    assert kept.startswith("… (")
    assert kept.endswith("line 999")
    assert len(excerpt("x" * 5000)) <= 2000
    assert excerpt("short") == "short"


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("tests/test_x.py::test_a", "test_a"),
        ("tests/test_x.py::TestA::test_a[a::b]", "test_a[a::b]"),
        ("tests/test_x.py", "tests/test_x.py"),
    ],
)
def test_a_test_is_called_by_its_own_name(test: str, name: str) -> None:
    assert short_name(test) == name


def test_a_case_without_a_message_still_says_something(candidate: Make, reports: Any) -> None:
    silent = TestCase("t.py::test_a", "t.py", TestOutcome.ERROR)
    verdict = Passes(reports.Runner(lambda _: reports.report(silent))).judge(candidate())
    assert verdict.evidence[0].message == "test_a: error"


@pytest.mark.parametrize(
    ("text", "naming", "never_run"),
    [
        ("def should_add(): assert pkg.mod\n", TestNaming(functions=("should_*",)), []),
        ("def test_add(): assert pkg.mod\n", TestNaming(functions=("should_*",)), ["test_add"]),
        (
            "class TestBag:\n    def test_a(self): assert pkg.mod\n",
            TestNaming(classes=("Describe*",)),
            ["TestBag::test_a"],
        ),
        ("class TestBag:\n    def helper(self): assert pkg.mod\n", TestNaming(), []),
        ("import pytest\n@pytest.fixture\ndef test_data(): assert pkg.mod\n", TestNaming(), []),
    ],
)
def test_what_is_written_as_a_test_and_never_run_goes_back(candidate: Make, reports: Any, text, naming, never_run):
    made = candidate("import pkg.mod\n" + text + "def extra(): assert 1\n")
    made = replace(made, test_run=replace(made.test_run, naming=naming))
    runner = reports.Runner(lambda _: reports.report(reports.case("should_add"), reports.case("test_other")))
    verdict = Collects(runner).judge(made)
    assert [item.test.partition("::")[2] for item in verdict.evidence] == never_run


def test_a_file_that_the_projects_pytest_never_takes_goes_back(candidate: Make, reports: Any) -> None:
    made = candidate()
    made = replace(made, test_run=replace(made.test_run, naming=TestNaming(files=("check_*.py",))))
    verdict = Collects(reports.Runner(lambda _: reports.report(reports.case("test_a")))).judge(made)
    assert verdict.summary.startswith("tests/test_mod.py is never collected: this project's pytest takes files named")


def test_a_test_that_the_projects_options_leave_out_is_collected_all_the_same(candidate: Make, reports: Any) -> None:
    left_out = replace(reports.report(reports.case("test_b")), deselected=("tests/test_mod.py::test_a",))
    assert not Collects(reports.Runner(lambda _: left_out)).judge(candidate()).is_failed


def test_the_last_of_the_stable_runs_has_its_clock_ahead(candidate: Make, reports: Any) -> None:
    runner = reports.Runner(lambda _: reports.report(reports.case("test_a")))
    Stable(runner, LadderLimits(stable_runs=2)).judge(candidate())
    assert [run.days_ahead for run in runner.runs] == [0, 0, 400]


def test_a_difference_is_told_with_the_surroundings_it_shows_in(candidate: Make, reports: Any) -> None:
    good = reports.report(reports.case("test_a"))
    bad = replace(reports.report(reports.case("test_a", "failed", "assert 1")), surroundings="60 columns")
    verdict = Stable(reports.Runner(lambda run: bad if run.seed else good), LadderLimits()).judge(candidate())
    told = "test_a passed at first and failed with seed 2 (60 columns): assert 1"
    assert [item.message for item in verdict.evidence] == [told]


def test_a_path_of_this_machine_is_refused(candidate: Make, reports: Any) -> None:
    made = candidate("import pkg.mod\ndef test_a():\n    assert pkg.mod.place() == '/opt/python/lib/json'\n")
    report = replace(reports.report(reports.case("test_a")), machine_places=("/opt/python", "/usr"))
    verdict = Stable(reports.Runner(lambda _: report), LadderLimits()).judge(made)
    assert [(item.kind, item.lines) for item in verdict.evidence] == [("machine_path", (3,))]


def test_the_value_of_a_variable_of_the_shell_is_refused_and_not_told(
    candidate: Make, reports: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "very-secret")
    made = candidate("import pkg.mod\ndef test_a():\n    assert pkg.mod.key() == 'key very-secret'\n")
    made = replace(made, test_run=replace(made.test_run, pass_env=("SHOP_TOKEN",)))
    report = reports.report(reports.case("test_a"))
    (found,) = Stable(reports.Runner(lambda _: report), LadderLimits()).judge(made).evidence
    assert found.lines == (3,)
    assert found.message == "line 3 holds the value that SHOP_TOKEN has in your shell; read it from os.environ"
