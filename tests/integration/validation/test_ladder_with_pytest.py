from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.toolchains import TestRun
from ctxtui.core.ports.validation import Assembly, Candidate
from ctxtui.core.toolchains.python_pytest import PythonToolchain
from ctxtui.core.validation.ladder import VerdictLadder, build_ladder

SOURCE = """
registry = {"a": 1}


def double(number):
    return number * 2
"""


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "pkg").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "pkg" / "__init__.py").write_text("")
    (root / "pkg" / "mod.py").write_text(SOURCE)
    (root / "pkg" / "other.py").write_text("def negate(number):\n    return -number\n")
    return root


@pytest.fixture
def ladder() -> VerdictLadder:
    return build_ladder(PythonToolchain(), ["fence", "collects", "passes", "stable"])


def template(worktree: Path, *files: str) -> TestRun:
    return TestRun(
        worktree=worktree,
        files=files,
        package_name="pkg",
        import_roots=(".",),
        interpreter=Path(sys.executable),
        timeout=30,
        test_timeout=2,
        runs_anywhere=True,
    )


def write(worktree: Path, path: str, text: str) -> None:
    (worktree / path).parent.mkdir(parents=True, exist_ok=True)
    (worktree / path).write_text(dedent(text))


def climb(ladder: VerdictLadder, worktree: Path, text: str) -> RungVerdict:
    """The verdict of the first rung that fails, or of the last."""
    path = "tests/test_mod.py"
    write(worktree, path, text)
    candidate = Candidate(
        component_id="c1",
        component_name="pkg.mod",
        source_path="pkg/mod.py",
        test_path=path,
        worktree=worktree,
        changes=(Change(path, ChangeKind.ADDED),),
        owned=(path,),
        test_run=template(worktree, path),
    )
    return next(judged for judged in _verdicts(ladder, candidate) if judged.is_failed or judged.rung == "stable")


def _verdicts(ladder: VerdictLadder, candidate: Candidate) -> Iterator[RungVerdict]:
    for rung in ladder.rungs:
        yield rung.judge(candidate)


GOOD = """
from pkg.mod import double


def test_doubles():
    assert double(2) == 4
"""


def test_good_tests_climb_to_the_top(ladder: VerdictLadder, worktree: Path) -> None:
    before = sorted(worktree.rglob("*"))
    verdict = climb(ladder, worktree, GOOD)
    assert not verdict.is_failed, verdict
    assert verdict.summary == "1 test passed in 2 more runs with other seeds"
    assert sorted(worktree.rglob("*")) == sorted([*before, worktree / "tests" / "test_mod.py"])


CHAIN = """
def test_first():
    double.seen = 1
def test_second():
    double.seen += 1
def test_third():
    assert double.seen == 2
"""


@pytest.mark.parametrize(
    ("text", "rung", "kind", "summary"),
    [
        ("import absent\ndef test_a(): assert absent\n", "collects", "collection", "No module named 'absent'"),
        ("import pkg.other as o\ndef test_a(): assert o\n", "collects", "not_imported", "never import pkg.mod"),
        (GOOD + "\ndef test_b():\n    assert double(2) == 5\n", "passes", "assertion", "1 of 2 tests failed: test_b"),
        (GOOD + "\nimport os\ndef test_b():\n    os._exit(3)\n", "passes", "crash", "1 of 2 tests failed: test_b"),
        (GOOD + "\ndef test_b():\n    while True: pass\n", "passes", "timeout", "1 of 2 tests failed: test_b"),
        (GOOD + "\ndef test_b():\n    open('left', 'w').close()\n", "passes", "leftover", "outside their own: left"),
        (GOOD + CHAIN, "stable", "unstable", "unstable: test_"),
        (GOOD + "\ndef test_b():\n    assert open('pkg/mod.py').read()\n", "stable", "unstable", "unstable: test_b"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_the_rung_that_fails_names_the_reason(
    ladder: VerdictLadder, worktree: Path, text: str, rung: str, kind: str, summary: str
) -> None:
    verdict = climb(ladder, worktree, text)
    assert (verdict.rung, verdict.is_failed) == (rung, True), verdict
    assert kind in {item.kind for item in verdict.evidence}
    assert summary in verdict.summary
    assert {path.name for path in worktree.iterdir()} == {"pkg", "tests"}


def assemble(worktree: Path, **tests: str) -> Assembly:
    """Test files by component name; component x has the id `id-x` and the file tests/test_x.py."""
    for name, text in tests.items():
        write(worktree, f"tests/test_{name}.py", text)
    files = tuple(f"tests/test_{name}.py" for name in tests)
    return Assembly(
        worktree=worktree,
        test_run=template(worktree, *files),
        owners={f"tests/test_{name}.py": f"id-{name}" for name in tests},
        names={f"id-{name}": f"pkg.{name}" for name in tests},
    )


NEUTRAL = "def test_nothing():\n    assert True is not False\n"
POLLUTER = "from pkg.mod import registry\ndef test_clears():\n    registry.clear()\n    assert not registry\n"
VICTIM = "from pkg.mod import registry\ndef test_reads():\n    assert registry == {'a': 1}\n"


def test_the_polluter_is_blamed_and_not_its_victim(ladder: VerdictLadder, worktree: Path) -> None:
    others = {f"n{number}": NEUTRAL for number in range(2)}
    verdict = ladder.together.judge(assemble(worktree, victim=VICTIM, **others, polluter=POLLUTER))
    assert verdict.is_failed, "two seeds never ran the polluter first"
    (evidence,) = verdict.evidence
    assert (evidence.kind, evidence.component_id) == ("pollutes", "id-polluter")
    assert "tests/test_polluter.py::test_clears breaks tests/test_victim.py::test_reads when it" in evidence.message
    assert "at fault: pkg.polluter" in verdict.summary


def test_of_a_file_that_breaks_others_the_one_test_is_named(ladder: VerdictLadder, worktree: Path) -> None:
    harmless = "".join(f"def test_{name}():\n    assert registry is not None\n" for name in ("a", "clear", "d", "e"))
    verdict = ladder.together.judge(assemble(worktree, polluter=POLLUTER + harmless, victim=VICTIM))
    (evidence,) = verdict.evidence
    assert evidence.message.startswith("tests/test_polluter.py::test_clears breaks tests/test_victim.py::test_reads")
    assert evidence.test == "tests/test_polluter.py::test_clears"


def test_a_file_that_cannot_be_collected_is_blamed_and_the_others_still_run(
    ladder: VerdictLadder, worktree: Path
) -> None:
    bad = "def test_wrong():\n    assert 1 == 2\n"
    verdict = ladder.together.judge(assemble(worktree, broken="import absent\n", bad=bad, fine=NEUTRAL))
    assert {(item.kind, item.component_id) for item in verdict.evidence} == {
        ("collection", "id-broken"),
        ("assertion", "id-bad"),
    }


def test_of_two_files_with_one_name_the_later_gives_way(ladder: VerdictLadder, worktree: Path) -> None:
    for folder in ("one", "two"):
        write(worktree, f"tests/{folder}/test_same.py", NEUTRAL)
    files = ("tests/one/test_same.py", "tests/two/test_same.py")
    assembly = Assembly(
        worktree=worktree,
        test_run=template(worktree, *files),
        owners={files[0]: "id-one", files[1]: "id-two"},
        names={"id-one": "pkg.one", "id-two": "pkg.two"},
    )
    verdict = ladder.together.judge(assembly)
    (evidence,) = verdict.evidence
    assert (evidence.kind, evidence.component_id) == ("name_clash", "id-two")
    assert evidence.message.startswith("tests/two/test_same.py has the same name as tests/one/test_same.py")


def test_a_file_that_stops_the_whole_run_is_found(ladder: VerdictLadder, worktree: Path) -> None:
    stopper = "import os\ndef test_ends():\n    os._exit(1)\n"
    verdict = ladder.together.judge(assemble(worktree, a=NEUTRAL, stopper=stopper))
    (evidence,) = verdict.evidence
    assert (evidence.kind, evidence.component_id) == ("crash", "id-stopper")
