"""A terminal to look at and to type into, and a small project with the scripted agent."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest

for folder in (Path(__file__).resolve().parent, Path(__file__).resolve().parents[2] / "doubles"):
    sys.path.insert(0, str(folder))

from scenario import Project  # noqa: E402 - found beside this file


@contextlib.contextmanager
def _projects(folder: Path):
    pytest.importorskip("pyte", reason="pyte, which reads what a terminal is sent, is not installed")
    try:
        ends = os.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo terminal can be had: {error.strerror}")
    for end in ends:
        os.close(end)
    made = []

    def make(turns: dict[str, list[list[list[object]]]]) -> Project:
        made.append(Project(folder, turns))
        return made[-1]

    yield make
    for project in made:
        project.end()


@pytest.fixture
def project_of(tmp_path):
    """Makes a project; everything it started is ended with the test."""
    with _projects(tmp_path) as make:
        yield make


@pytest.fixture(scope="module")
def lasting_project_of(tmp_path_factory):
    """The same for all tests of a file, which only look at it."""
    with _projects(tmp_path_factory.mktemp("project")) as make:
        yield make
