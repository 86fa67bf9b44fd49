"""The flaw in the sample project: tests of the labels that pass at once, but not everywhere."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from ctxtui.config import assets_dir
from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
from ctxtui.core.ports.toolchains import TestRun
from ctxtui.core.ports.validation import Candidate
from ctxtui.core.toolchains.python_pytest import PythonToolchain
from ctxtui.core.validation.ladder import build_ladder

TEST_PATH = "tests/test_labels.py"
RECORDED_AT_NOON = """
from datetime import date

from larder.labels import allergens, packed_day


def test_packed_day_of_a_noon():
    assert packed_day("2024-06-10T12:00:00+00:00") == date(2024, 6, 10)


def test_allergens_are_found_in_order():
    assert allergens(["Wheat flour", "whole milk"]) == ["milk", "wheat"]
"""


@pytest.fixture
def verdicts(tmp_path: Path) -> dict[str, RungVerdict]:
    demo = Path(shutil.copytree(assets_dir() / "demo", tmp_path / "larder"))
    (demo / TEST_PATH).write_text(RECORDED_AT_NOON)
    candidate = Candidate(
        component_id="labels",
        component_name="larder.labels",
        source_path="larder/labels.py",
        test_path=TEST_PATH,
        worktree=demo,
        changes=(Change(TEST_PATH, ChangeKind.ADDED),),
        owned=(TEST_PATH,),
        test_run=TestRun(demo, (TEST_PATH,), "larder", (".",), Path(sys.executable)),
    )
    ladder = build_ladder(PythonToolchain(), ["collects", "passes", "stable"])
    return {rung.rung: rung.judge(candidate) for rung in ladder.rungs}


def test_what_was_recorded_at_noon_passes_once_and_is_found_unstable(verdicts):
    outcomes = {rung: verdict.outcome for rung, verdict in verdicts.items()}
    blamed = [evidence.test for evidence in verdicts["stable"].evidence]

    assert outcomes == {
        "collects": RungOutcome.PASSED,
        "passes": RungOutcome.PASSED,
        "stable": RungOutcome.FAILED,
    }
    assert blamed == [f"{TEST_PATH}::test_packed_day_of_a_noon"]
