"""The command in the worktree with which an agent runs its tests: what it says, and where it cannot lead."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.agents.test_script import offer_tests
from ctxtui.core.ports.agents import TEST_SCRIPT, Turn
from ctxtui.core.ports.toolchains import TestRun
from tests.doubles.turns import first_turn

COMMAND = (sys.executable, "-P", "-m", "ctxtui.core.toolchains.test_command")
SOURCE = "def double(a):\n    return a * 2\n\n\ndef halve(a):\n    return a / 2\n"
PASSING = "from shop.prices import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
FAILING = PASSING + "\n\ndef test_wrong():\n    assert double(2) == 5\n"


@pytest.fixture
def turn(tmp_path: Path) -> Turn:
    made = first_turn(tmp_path)
    (made.worktree / "shop").mkdir()
    (made.worktree / "shop/__init__.py").touch()
    (made.worktree / "shop/prices.py").write_text(SOURCE)
    made.turn_dir.mkdir(parents=True)
    test_run = TestRun(
        worktree=made.worktree,
        files=("tests/test_prices.py",),
        package_name="shop",
        import_roots=(".",),
        interpreter=Path(sys.executable),
    )
    return replace(made, test_run=test_run)


def run(turn: Turn, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(turn.worktree / TEST_SCRIPT), *words]
    env = {"PATH": os.defpath, "HOME": str(turn.turn_dir), "PYTHONPATH": str(turn.worktree)}
    return subprocess.run(command, cwd=turn.worktree, env=env, capture_output=True, text=True, check=False)


def test_an_agent_is_told_what_failed_what_is_not_reached_and_when_it_is_done(turn: Turn) -> None:
    offer_tests(turn, COMMAND)
    (turn.worktree / turn.test_path).write_text(FAILING)
    failed = run(turn)
    assert failed.returncode == 1
    assert "FAILED tests/test_prices.py::test_wrong: " in failed.stdout
    assert "assert double(2) == 5" in failed.stdout

    (turn.worktree / turn.test_path).write_text(PASSING)
    passed = run(turn, "--seed", "3")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "shop/prices.py: " in passed.stdout
    assert "not reached: lines 6" in passed.stdout
    assert passed.stdout.endswith("passed: 1 passed\n")


def test_a_module_of_the_project_does_not_stand_in_for_one_of_the_command(turn: Turn) -> None:
    offer_tests(turn, COMMAND)
    (turn.worktree / "json.py").write_text("raise SystemExit('the wrong json')\n")
    (turn.worktree / turn.test_path).write_text("def test_nothing():\n    assert 1 == 1\n")
    assert "the wrong json" not in run(turn).stderr


def test_a_link_in_its_place_leads_nowhere(turn: Turn, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (turn.worktree / ".ctxtui").symlink_to(tmp_path / "elsewhere")
    offer_tests(turn, COMMAND)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (turn.worktree / TEST_SCRIPT).is_file()


def test_what_an_earlier_turn_made_of_it_is_replaced(turn: Turn) -> None:
    offer_tests(turn, COMMAND)
    (turn.worktree / TEST_SCRIPT).write_text("#!/bin/sh\necho passed\n")
    (turn.worktree / ".ctxtui/more").write_text("x")
    offer_tests(turn, COMMAND)
    assert "test_command" in (turn.worktree / TEST_SCRIPT).read_text()
    assert not (turn.worktree / ".ctxtui/more").exists()


def test_without_a_description_of_the_run_there_is_no_command(turn: Turn) -> None:
    offer_tests(replace(turn, test_run=None), COMMAND)
    offer_tests(turn, ())
    assert not (turn.worktree / ".ctxtui").exists()
