from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.ports.validation import Candidate, LadderLimits
from ctxtui.core.validation.fence import Fence

PATH = "tests/test_mod.py"
Make = Callable[..., Candidate]
FENCE = Fence(LadderLimits(file_bytes=1000))
EXISTING = """
import pytest, unittest

@pytest.mark.parametrize("n", [1, 2, 3])
def test_a(n):
    assert n
    assert n > 0

class TestB(unittest.TestCase):
    def test_c(self):
        self.assertEqual(1, 1)
        with pytest.raises(ValueError):
            int("x")
"""


def added(path: str = PATH, **facts: object) -> Change:
    return Change(path, ChangeKind.ADDED, **facts)  # type: ignore[arg-type]


def test_a_child_that_stays_inside_its_fence_passes(candidate: Make) -> None:
    verdict = FENCE.judge(candidate(changes=[added(), added("tests/fixtures/mod/deep/a.json")]))
    assert not verdict.is_failed
    assert verdict.summary == "wrote 2 files of its own"


def test_files_outside_are_counted_and_named(candidate: Make) -> None:
    changes = [added(), Change("a.py", ChangeKind.MODIFIED), Change("b.py", ChangeKind.DELETED)]
    verdict = FENCE.judge(candidate(changes=changes))
    assert verdict.is_failed
    assert verdict.summary == "touched 2 files outside its tests: a.py, b.py"
    assert [(item.kind, item.path) for item in verdict.evidence] == [
        ("outside_fence", "a.py"),
        ("outside_fence", "b.py"),
    ]


def test_a_name_that_would_break_a_sentence_is_quoted_on_one_line(candidate: Make) -> None:
    verdict = FENCE.judge(candidate(changes=[added(), added("tests/a\n\x1b[31mb\u202e.txt")]))
    assert verdict.summary == r"touched 1 file outside its tests: tests/a\n\x1b[31mb\u202e.txt"
    assert verdict.evidence[0].path == "tests/a\n\x1b[31mb\u202e.txt"


@pytest.mark.parametrize(
    "path",
    [
        "pkg/__pycache__/mod.cpython-311.pyc",
        ".pytest_cache/v/x",
        "sub/.coverage",
        ".coverage.host.1",
        ".hypothesis/x",
    ],
)
def test_what_tools_leave_by_themselves_never_counts(candidate: Make, path: str) -> None:
    assert not FENCE.judge(candidate(changes=[added(), added(path)])).is_failed


@pytest.mark.parametrize(
    "path",
    ["pkg/__pycache__/mod.py", "mod.pyc", ".coveragerc", "tests/conftest.py", "tests/fixtures/other/a"],
)
def test_what_only_looks_like_it_does_count(candidate: Make, path: str) -> None:
    assert FENCE.judge(candidate(changes=[added(), added(path)])).is_failed


def test_a_missing_test_file_is_named(candidate: Make) -> None:
    verdict = FENCE.judge(candidate(None, changes=[]))
    (evidence,) = verdict.evidence
    assert (evidence.kind, evidence.path) == ("missing_file", PATH)
    assert verdict.summary == f"{PATH} is missing: write the tests into it"


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        (added(mode="120000"), "odd_file", "is a symbolic link"),
        (added(mode="160000"), "odd_file", "is a nested repository"),
        (added(mode="100755"), "odd_file", "is marked as executable"),
        (Change(PATH, ChangeKind.MODE, mode="100755"), "odd_file", "changed the mode of"),
        (added(links=2), "odd_file", "is a hard link"),
        (added(size=2000), "oversize", "has 2,000 bytes; at most 1,000"),
        (Change("tests/fixtures/mod/a", ChangeKind.DELETED), "deleted_file", "deleted tests/fixtures/mod/a"),
    ],
)
def test_an_odd_file_is_refused(candidate: Make, change: Change, kind: str, sentence: str) -> None:
    (evidence,) = FENCE.judge(candidate(changes=[change])).evidence
    assert evidence.kind == kind
    assert sentence in evidence.message


def test_an_executable_file_that_was_one_before_may_be_changed(candidate: Make) -> None:
    assert not FENCE.judge(candidate(changes=[Change(PATH, ChangeKind.MODIFIED, mode="100755")])).is_failed


def test_a_link_in_place_of_the_test_file_is_seen_in_the_tree_too(candidate: Make, tmp_path: Path) -> None:
    made = candidate(None, changes=[])
    (tmp_path / "real.py").write_text("")
    (tmp_path / PATH).symlink_to(tmp_path / "real.py")
    assert [item.kind for item in FENCE.judge(made).evidence] == ["odd_file"]


def test_a_linked_folder_is_seen(candidate: Make, tmp_path: Path) -> None:
    made = candidate(changes=[])
    (tmp_path / "tests").rename(tmp_path / "elsewhere")
    (tmp_path / "tests").symlink_to("elsewhere")
    (evidence,) = FENCE.judge(made).evidence
    assert evidence.message == "tests is a symbolic link: write into a real folder"


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo], ids=["folder", "fifo"])
def test_a_test_file_that_is_no_file_is_refused(candidate: Make, tmp_path: Path, make: Callable[[Path], None]) -> None:
    made = candidate(None, changes=[])
    make(tmp_path / PATH)
    assert "is no plain file" in FENCE.judge(made).summary


def test_existing_tests_may_be_added_to(candidate: Make) -> None:
    more = EXISTING + "\n        assert True is not None\n\ndef test_new():\n    assert 1\n"
    assert not FENCE.judge(candidate(more, existing=EXISTING)).is_failed


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("def test_a", "def test_z", "test_a was deleted or renamed"),
        ("    assert n > 0\n", "", "test_a has 1 assertions where it had 2"),
        ("assert n > 0", "assert True", "test_a has 1 assertions where it had 2"),
        ("self.assertEqual(1, 1)", "pass", "TestB::test_c has 1 assertions where it had 2"),
        ("[1, 2, 3]", "[1, 2]", "test_a runs with 2 sets of parameters where it had 3"),
        ("def test_a", "@pytest.mark.skip\ndef test_a", "test_a is now skipped or expected to fail"),
        ("    assert n\n", "    pytest.xfail('x')\n    assert n\n", "test_a is now skipped or expected to fail"),
        ("class TestB", "@unittest.skip('x')\nclass TestB", "TestB::test_c is now skipped"),
        ("class TestB", "pytestmark = pytest.mark.skip\nclass TestB", "the whole file is skipped"),
        ("class TestB", "if False:\n  class TestB", "TestB::test_c was deleted"),
        ("class TestB", "def test_a(): pass\nclass TestB", "test_a has 0 assertions where it had 2"),
    ],
)
def test_an_existing_test_that_proves_less_is_a_finding(candidate: Make, old: str, new: str, sentence: str) -> None:
    text = EXISTING.replace(old, new)
    if new.startswith("if False"):
        head, _, tail = text.partition("  class")
        text = head + "  class" + tail.replace("\n    ", "\n      ")
    verdict = FENCE.judge(candidate(text, existing=EXISTING))
    assert "weakened" in {item.kind for item in verdict.evidence}
    assert any(sentence in item.message for item in verdict.evidence), verdict.evidence
    assert verdict.summary.startswith("weakened existing tests: ")


@pytest.mark.parametrize(("existing", "text"), [("def (", "x = 1"), (EXISTING, "def ("), (EXISTING, "\0")])
def test_text_that_is_no_python_is_left_to_the_next_rung(candidate: Make, existing: str, text: str) -> None:
    assert not FENCE.judge(candidate(text, existing=existing)).is_failed


def test_only_so_much_evidence_is_given(candidate: Make) -> None:
    verdict = FENCE.judge(candidate(changes=[added(), *(added(f"{n}.py") for n in range(30))]))
    assert len(verdict.evidence) == 11
    assert verdict.evidence[-1].message == "and 20 more"
    assert verdict.summary == "touched 30 files outside its tests: 0.py, 1.py, 2.py, 3.py and 26 more"


def test_what_any_run_leaves_is_not_the_agents_doing(candidate: Callable[..., Candidate]) -> None:
    made = candidate(changes=[Change(PATH, ChangeKind.ADDED), Change("app.log", ChangeKind.ADDED)])
    made = replace(made, test_run=replace(made.test_run, tolerated=("app.log",)))
    assert not Fence(LadderLimits()).judge(made).is_failed
