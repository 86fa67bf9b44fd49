"""Many test files are named to pytest by their folders, and what else lies there is passed by."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctxtui.core.domain.test_naming import PYTEST_NAMING
from ctxtui.core.toolchains.guest.others import Others
from ctxtui.core.toolchains.interpreter import Interpreter
from ctxtui.core.toolchains.named_files import MOST_ONE_BY_ONE, named_files

MANY = [f"tests/test_{number}.py" for number in range(MOST_ONE_BY_ONE + 1)]


def python(pytest_version: str = "8.4.1") -> Interpreter:
    return Interpreter(Path("python"), (3, 11, 0), pytest_version, "7.0", {})


@pytest.fixture
def named(tmp_path):
    def names(files: list[str], interpreter: Interpreter) -> list[str]:
        for file in files:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).touch()
        return named_files(tmp_path, files, PYTEST_NAMING, interpreter)

    return names


def test_a_few_are_named_one_by_one(named):
    assert named(MANY[:-1], python()) == MANY[:-1]


def test_many_are_named_by_their_outermost_folders(named):
    assert named([*MANY, "tests/sub/test_b.py", "other/test_c.py"], python()) == ["other", "tests"]


def test_with_a_name_that_pytest_would_not_take_by_itself_all_are_named(named):
    assert named([*MANY, "tests/checks.py"], python()) == [*MANY, "tests/checks.py"]


def test_a_file_that_is_missing_is_named_so_that_pytest_says_so(tmp_path):
    assert named_files(tmp_path, MANY, PYTEST_NAMING, python()) == MANY


def test_an_older_pytest_is_given_every_file(named):
    assert named(MANY, python("7.4.0")) == MANY


@pytest.mark.parametrize(
    ("path", "is_passed_by"),
    [
        ("/work/tests/test_a.py", False),
        ("/work/tests", False),
        ("/work", False),
        ("/work/tests/test_b.py", True),
        ("/work/tests/data", True),
    ],
)
def test_only_the_files_of_a_run_and_what_leads_to_them_is_looked_at(path, is_passed_by):
    assert Others(["/work/tests/test_a.py"]).is_passed_by(path) is is_passed_by


def test_a_run_of_no_files_passes_nothing_by():
    assert Others([]).is_passed_by("/work/tests/test_a.py") is None
