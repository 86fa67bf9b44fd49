"""The environments that people's tools make for a project are found where those tools keep them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from ctxtui.core.toolchains.environments import environments


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


def made(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return python


def mark(project: Path) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(str(project).encode()).digest()).decode()[:8]


def found(project: Path, **environ: str) -> list[Path]:
    return [python for python, _ in environments(project, environ)]


@pytest.mark.parametrize("place", [".venv", "venv", "env", ".pixi/envs/default", ".conda", ".tox/py311", ".nox/tests"])
def test_an_environment_in_the_project_is_found(project: Path, place: str):
    python = made(project / place)
    assert found(project) == [python]


def test_a_file_that_names_an_environment_is_followed(project: Path, tmp_path: Path):
    (project / ".venv").write_text(f"{tmp_path / 'elsewhere'}\n")
    python = made(tmp_path / "elsewhere")
    assert found(project) == [python]


def test_what_pdm_chose_is_found(project: Path, tmp_path: Path):
    python = made(tmp_path / "pdm")
    (project / ".pdm-python").write_text(str(python))
    assert found(project) == [python]


def test_a_variable_may_name_the_environment(project: Path):
    python = made(project / ".uv")
    assert found(project, UV_PROJECT_ENVIRONMENT=".uv") == [python]


def test_of_many_environments_those_for_tests_on_the_newest_python_go_first(project: Path):
    for name in ("lint", "docs", "coverage", "py39", "py312-django", "py310"):
        made(project / ".tox" / name)
    assert [path.parent.parent.name for path in found(project)] == ["py312-django", "py310", "py39"]


def test_environments_in_the_home_are_those_of_this_project(project: Path, tmp_path: Path):
    home = tmp_path / "home"
    name = mark(project)
    poetry = home / ".cache" / "pypoetry" / "virtualenvs"
    made(poetry / "shop-AAAAAAAA-py3.12")
    hatch = home / ".local" / "share" / "hatch" / "env" / "virtual" / "shop" / name
    expected = [
        made(poetry / f"shop-{name}-py3.12"),
        made(hatch / "hatch-test.py3.12"),
        made(hatch / "my-shop"),
    ]
    made(hatch / "hatch-static.types")
    assert found(project, HOME=str(home)) == expected


def test_pipenv_says_whose_an_environment_is(project: Path, tmp_path: Path):
    (project / "Pipfile").touch()
    kept = tmp_path / "home" / ".local" / "share" / "virtualenvs"
    made(kept / "shop-1")
    mine = made(kept / "shop-2")
    (kept / "shop-2" / ".project").write_text(str(project))
    assert found(project, HOME=str(tmp_path / "home")) == [mine]


def test_a_conda_environment_is_found_by_its_name(project: Path, tmp_path: Path):
    (project / "environment.yml").write_text("channels: [conda-forge]\nname: shop-dev\n")
    listed = made(tmp_path / "opt" / "envs" / "shop-dev")
    (tmp_path / "home" / ".conda").mkdir(parents=True)
    (tmp_path / "home" / ".conda" / "environments.txt").write_text(f"{tmp_path}/opt/envs/other\n")
    assert found(project, HOME=str(tmp_path / "home")) == [listed]
    beside = made(tmp_path / "home" / "miniforge3" / "envs" / "shop-dev")
    assert found(project, HOME=str(tmp_path / "home")) == [beside, listed]


def test_nothing_is_looked_for_in_a_home_that_is_not_known(project: Path):
    assert found(project) == []
