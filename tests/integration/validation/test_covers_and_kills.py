from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict, lines_in
from ctxtui.core.ports.toolchains import RunEnd, TestRun
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.toolchains.python_pytest import PythonToolchain
from ctxtui.core.validation.ladder import build_ladder

SOURCE = """LIMIT = 3


def cut(text):
    if len(text) > LIMIT:
        return text[:LIMIT]
    return text


def endless(number):
    while number < 10:
        number += 1
    return number
"""
TEST = "tests/test_mod.py"
KEEN = """
import pkg.mod


def test_short_texts_stay():
    assert pkg.mod.cut("abc") == "abc"


def test_long_texts_are_cut():
    assert pkg.mod.cut("abcd") == "abc"
"""


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "pkg").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "pkg" / "__init__.py").write_text("")
    (root / "pkg" / "mod.py").write_text(SOURCE)
    return root


def candidate_of(worktree: Path, text: str) -> Candidate:
    (worktree / TEST).write_text(text)
    return Candidate(
        component_id="c1",
        component_name="pkg.mod",
        source_path="pkg/mod.py",
        test_path=TEST,
        worktree=worktree,
        changes=(Change(TEST, ChangeKind.ADDED),),
        owned=(TEST,),
        test_run=TestRun(
            worktree, (TEST,), "pkg", (".",), Path(sys.executable), timeout=30, test_timeout=5, measure=("pkg/mod.py",)
        ),
    )


def judge(rung: str, candidate: Candidate, **limits: float) -> RungVerdict:
    (validator,) = build_ladder(PythonToolchain(), [rung], LadderLimits(**limits)).rungs
    return validator.judge(candidate)


def test_coverage_is_counted_beyond_the_import(worktree: Path):
    verdict = judge("covers", candidate_of(worktree, KEEN))
    assert verdict.outcome is RungOutcome.PASSED
    assert verdict.metrics["gained"] == 3
    assert verdict.evidence[0].message == "lines 11-13 are not reached"


def test_tests_that_only_import_gain_nothing(worktree: Path):
    verdict = judge("covers", candidate_of(worktree, "import pkg.mod\ndef test_a():\n    assert pkg.mod\n"))
    assert verdict.is_failed
    assert verdict.evidence[0].message == "lines 5-7, 11-13 are not reached"


def test_an_import_late_in_a_test_is_no_gain(worktree: Path):
    late = "def test_a():\n    import pkg.mod\n    assert pkg.mod.LIMIT == 3\n"
    assert judge("covers", candidate_of(worktree, late)).is_failed


def test_a_module_that_cannot_be_imported_says_so(worktree: Path):
    (worktree / "pkg" / "mod.py").write_text("import absent_module\n")
    run = replace(candidate_of(worktree, KEEN).test_run, import_only=("pkg.mod",))
    report = PythonToolchain().run(run)
    assert report.end is RunEnd.COLLECTION_ERROR
    assert "pkg.mod cannot be imported: ModuleNotFoundError" in report.message


def test_importing_alone_runs_no_test(worktree: Path):
    report = PythonToolchain().run(replace(candidate_of(worktree, KEEN).test_run, import_only=("pkg.mod",)))
    assert (report.end, report.cases, report.imported) == (RunEnd.PASSED, (), ("pkg", "pkg.mod"))
    assert report.coverage[0].reached == (1, 4, 10)


def test_a_run_may_stop_at_its_first_failure(worktree: Path):
    text = "def test_a():\n    assert 0\ndef test_b():\n    assert 0\n"
    report = PythonToolchain().run(replace(candidate_of(worktree, text).test_run, stop_at_first=True))
    assert (report.end, len(report.cases)) == (RunEnd.FAILED, 1)


def test_surviving_mutants_are_told_and_pass_without_a_floor(worktree: Path):
    lax = "import pkg.mod\n\n\ndef test_cuts():\n    assert pkg.mod.cut('abcdef')\n"
    verdict = judge("kills", candidate_of(worktree, lax), mutants=3)
    assert verdict.outcome is RungOutcome.PASSED
    assert verdict.metrics["mutants"] == 3
    assert verdict.evidence
    for evidence in verdict.evidence:
        assert (evidence.kind, evidence.path) == ("survived", "pkg/mod.py")
        assert evidence.change.startswith("--- a/pkg/mod.py\n+++ b/pkg/mod.py\n@@ ")
        assert verdict.lines is not None
        assert set(evidence.lines) <= lines_in(verdict.lines.survived)
        assert evidence.message.startswith("nothing notices that ")
        assert "@@" in evidence.detail


def test_the_worktree_is_never_changed_and_nothing_is_left(worktree: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    candidate = candidate_of(worktree, KEEN + "\n    (pkg.mod and open(pkg.mod.__file__).close())\n")
    before = {path: path.stat() for path in worktree.rglob("*")}
    verdict = judge("kills", candidate, mutants=2, mutants_floor=100)
    assert verdict.summary == "2 of 2 mutants noticed"
    assert {path: path.stat().st_mtime_ns for path in worktree.rglob("*") if path.is_file()} == {
        path: status.st_mtime_ns for path, status in before.items() if path.is_file()
    }
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_mutant_that_never_ends_is_noticed_in_little_time(worktree: Path):
    (worktree / "pkg" / "mod.py").write_text("def fall(n, by):\n    while n:\n        n -= by\n    return n\n")
    text = "import pkg.mod\n\n\ndef test_falls():\n    assert pkg.mod.fall(2, 1) == 0\n"
    verdict = judge("kills", candidate_of(worktree, text), mutation_seconds=60)
    assert verdict.summary == "3 of 3 mutants noticed"
    assert verdict.duration < 60


def test_a_floor_fails_tests_that_notice_too_little(worktree: Path):
    lax = "import pkg.mod\n\n\ndef test_cuts():\n    pkg.mod.cut('abcdef')\n    assert pkg.mod\n"
    verdict = judge("kills", candidate_of(worktree, lax), mutants=2, mutants_floor=80)
    assert verdict.is_failed
    assert verdict.summary == "0 of 2 mutants noticed, below the floor of 80 %"


def test_no_time_for_any_mutant_is_no_failure(worktree: Path):
    verdict = judge("kills", candidate_of(worktree, KEEN), mutation_seconds=0.001, mutants_floor=80)
    assert verdict.outcome is RungOutcome.SKIPPED
    assert verdict.summary == "no mutant could be tried within 0.001 s"


def test_a_change_that_only_an_import_shows_is_tried_too(worktree: Path):
    verdict = judge("kills", candidate_of(worktree, KEEN), mutants=50)
    assert not any("line 1" in item.message for item in verdict.evidence)
    assert verdict.metrics["mutants"] == 4


def test_only_tests_that_reach_a_change_are_run_against_it(worktree: Path, tmp_path: Path):
    log = tmp_path / "log"
    text = (
        KEEN
        + f"""

def test_elsewhere():
    with open({str(log)!r}, "a") as file:
        file.write("x")
    assert pkg.mod.endless(9) == 10
"""
    )
    judge("kills", candidate_of(worktree, text), mutants=4)
    assert len(log.read_text()) < 2 + 4


def test_a_change_that_would_harm_files_is_noticed_and_harms_nothing(worktree: Path):
    (worktree / "data").mkdir()
    (worktree / "data" / "precious.csv").write_text("1")
    (worktree / "pkg" / "mod.py").write_text(
        "import shutil\n\n\ndef tidy(folder):\n    if folder == 'none':\n        return 0\n"
        "    shutil.rmtree('data')\n    return 1\n"
    )
    text = "import pkg.mod\n\n\ndef test_nothing_to_tidy():\n    assert pkg.mod.tidy('none') == 0\n"
    verdict = judge("kills", candidate_of(worktree, text), mutants_floor=100)
    assert (worktree / "data" / "precious.csv").read_text() == "1"
    assert verdict.outcome is RungOutcome.PASSED


def test_tests_that_fail_by_themselves_are_not_tried(worktree: Path):
    text = "import pkg.mod\nRUNS = []\ndef test_a():\n    assert pkg.mod.cut('abcd') == 'ab'\n"
    assert judge("kills", candidate_of(worktree, text)).outcome is RungOutcome.SKIPPED
