from __future__ import annotations

from pathlib import Path

import pytest

from ctxtui.core.toolchains.existing_tests import subject_of
from ctxtui.core.toolchains.project_settings import read_settings
from ctxtui.core.toolchains.pytest_plugins import needed_plugins


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pytest.ini", "[pytest]\ntestpaths = checks more\naddopts = -q -p one --cov=x\n"),
        ("tox.ini", "[pytest]\ntestpaths = checks more\naddopts = -q -p one\n"),
        ("setup.cfg", "[tool:pytest]\ntestpaths = checks more\naddopts = -q -pone\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\ntestpaths = ['checks', 'more']\naddopts = ['-p', 'one']\n"),
    ],
)
def test_pytest_settings_are_read_wherever_pytest_reads_them(tmp_path: Path, file: str, text: str):
    (tmp_path / file).write_text(text)
    settings = read_settings(tmp_path).pytest
    assert settings.test_paths == ("checks", "more")
    assert settings.plugins == ("one",)


def test_only_options_that_decide_how_tests_load_are_kept(tmp_path: Path):
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --cov --import-mode=importlib --ds app.settings -n 4 -x\n"
    )
    assert read_settings(tmp_path).pytest.options == ("--import-mode=importlib", "--ds", "app.settings")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = ['code']\n"),
        ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "code"\n'),
        ("pyproject.toml", "[tool.hatch.build.targets.wheel]\npackages = ['code/pkg']\n"),
        ("pyproject.toml", "[[tool.poetry.packages]]\ninclude = 'pkg'\nfrom = 'code'\n"),
        ("pyproject.toml", "[tool.pdm.build]\npackage-dir = 'code'\n"),
        ("setup.cfg", "[options]\npackage_dir =\n    = code\n"),
        ("setup.cfg", "[options.packages.find]\nwhere = code\n"),
    ],
)
def test_source_folders_are_read_from_every_build_backend(tmp_path: Path, file: str, text: str):
    (tmp_path / file).write_text(text)
    assert read_settings(tmp_path).source_roots == ("code",)


def test_settings_that_cannot_be_read_say_nothing(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[[[")
    (tmp_path / "setup.cfg").write_text("no section")
    assert read_settings(tmp_path).name == ""


@pytest.mark.parametrize(
    ("name", "subject"),
    [("test_words.py", "words"), ("words_test.py", "words"), ("words.py", ""), ("test_.py", "")],
)
def test_a_test_files_name_says_what_it_is_about(name: str, subject: str):
    assert subject_of(name, ("test_*.py", "*_test.py")) == subject


def test_plugins_come_from_settings_and_from_what_tests_use(tmp_path: Path):
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nrequired_plugins = pytest-xyz>=1\n")
    installed = {"asyncio": "pytest-asyncio", "pytest_mock": "pytest_mock", "xdist": "pytest-xdist"}
    needed = needed_plugins(read_settings(tmp_path).pytest, ["def test_a(mocker): pass"], installed, ())
    assert needed.entries == ("asyncio", "pytest_mock")
    assert needed.missing == ("pytest-xyz",)
