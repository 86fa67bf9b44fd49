from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ctxtui.core.agents.builtin import REQUEST_FILE, BuiltinAgent
from ctxtui.core.generator.rehearsal import rehearse, standing_at
from ctxtui.core.ports.agents import Turn
from ctxtui.core.ports.toolchains import TestRun

NAMES = '''
import sys


def add(a: int, b: int) -> int:
    return a - b if a > b else a + b


def with_caller(text: str) -> str:
    """The text after the name of the module that calls."""
    name = sys._getframe(1).f_globals.get("__name__") or "?"
    return name + ":" + text
'''


def test_what_fails_when_the_file_is_run_is_left_out_and_the_rest_is_delivered(generate):
    written = generate(NAMES, is_rehearsed=True)
    assert "with_caller" not in written.text
    assert "test_add" in written.text
    assert written.run_pytest().returncode == 0


def reported(*cases: tuple[str, str, str], message: str = "") -> str:
    listed = [{"id": test, "outcome": outcome, "message": why} for test, outcome, why in cases]
    return json.dumps({"end": "failed", "message": message, "cases": listed})


def printing(*reports: str) -> tuple[str, ...]:
    """A command that reports these test runs."""
    return (sys.executable, "-c", "import sys; print(*sys.argv[1:], sep=chr(10))", *reports)


def test_tests_that_fail_in_any_run_are_told_apart_from_those_that_pass():
    first = reported(("t.py::TestA::test_b[1]", "failed", "no"), ("t.py::test_c", "passed", ""))
    second = reported(("t.py::TestA::test_b[1]", "passed", ""))
    found = rehearse(printing(first, second))
    assert (found.failed, found.passed, found.trouble) == ({"TestA::test_b": "no"}, {"test_c"}, "")


def test_a_run_without_tests_is_trouble_and_blames_no_test():
    found = rehearse(printing(reported(message="cannot import")))
    assert (dict(found.failed), found.trouble) == ({}, "cannot import")


FILE = """\
import pytest

LIMIT = 3


@pytest.mark.parametrize(
    "row",
    [
        (1 / 0,),
    ],
)
def test_rows(row):
    assert row


class TestOne:
    def test_first(self):
        assert LIMIT

    @pytest.mark.parametrize("row", [int("x")])
    def test_second(self, row):
        assert row
"""


def test_the_tests_at_which_a_file_cannot_be_collected_are_told_by_its_lines():
    assert standing_at(FILE, {9}) == ["test_rows"]
    assert standing_at(FILE, {20, 10}) == ["test_rows", "TestOne::test_second"]
    assert standing_at(FILE, {1, 3}) == []
    assert standing_at("def broken(", {1}) == []


def test_a_file_that_cannot_be_collected_is_told_with_its_line(tmp_path):
    (tmp_path / "test_rows.py").write_text(FILE)
    test_run = TestRun(tmp_path, ("test_rows.py",), "rows", ("",), Path(sys.executable))
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"test_run": test_run.as_data(), "seeds": [0]}))
    found = rehearse((sys.executable, "-m", "ctxtui.core.toolchains.test_command", str(request)))
    assert found.failed == {}
    assert "ZeroDivisionError" in found.trouble
    assert found.failed_in(FILE) == {"test_rows": found.trouble}


HASHES = """
def test_hash():
    assert hash("plum") == {hashed}
"""


def test_the_runs_of_a_rehearsal_have_other_orders_and_one_hash_seed(tmp_path):
    argv = [sys.executable, "-c", "print(hash('plum'))"]
    hashed = subprocess.check_output(argv, env={"PYTHONHASHSEED": "0"}, text=True).strip()
    (tmp_path / "test_hashes.py").write_text(HASHES.format(hashed=hashed))
    test_run = TestRun(tmp_path, ("test_hashes.py",), "hashes", ("",), Path(sys.executable))
    request = tmp_path / "request.json"
    data = {"test_run": test_run.as_data(), "seeds": [None, 7], "hash_seed": 0}
    request.write_text(json.dumps(data))
    found = rehearse((sys.executable, "-m", "ctxtui.core.toolchains.test_command", str(request)))
    assert found.passed == {"test_hash"}
    assert found.failed == {}


def test_the_embedded_agent_rehearses_under_one_hash_seed(tmp_path):
    test_run = TestRun(tmp_path, ("tests/test_plums.py",), "plums", ("",), Path(sys.executable))
    turn = Turn(
        worktree=tmp_path,
        turn_dir=tmp_path / "turn",
        prompt="",
        component_name="plums",
        source_path="plums.py",
        test_path="tests/test_plums.py",
        package_name="plums",
        import_roots=("",),
        interpreter=Path(sys.executable),
        owned=("tests/test_plums.py",),
        test_run=test_run,
    )
    BuiltinAgent(("run-tests",)).launch(turn)
    request = json.loads((turn.turn_dir / REQUEST_FILE).read_text())
    assert (request["seeds"], request["hash_seed"]) == ([None, 7], 0)
