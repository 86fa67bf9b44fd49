from __future__ import annotations

from pathlib import Path

import pytest

from ctxtui.core.toolchains.existing_tests import subject_of
from ctxtui.core.toolchains.project_settings import read_settings
from ctxtui.core.toolchains.pytest_options import joined
from ctxtui.core.toolchains.pytest_plugins import missing_plugins


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
    assert settings.options.plugins == ("one",)
    assert settings.file == tmp_path / file


@pytest.mark.parametrize(
    ("addopts", "kept", "switched_off"),
    [
        ("--import-mode=importlib --ds app.settings -p one", "--import-mode=importlib --ds app.settings -p one", []),
        ("-n 4 --dist loadfile -n2", "", ["-n 4", "--dist loadfile", "-n2"]),
        ("--cov pkg --cov-report=term --no-cov-on-fail -m 'not slow'", "-m 'not slow'", None),
        ("--cov --strict-markers", "--strict-markers", ["--cov"]),
        ("-ra -vv --tb=long --durations 5 --color yes --env=test", "--env=test", []),
        ("-x --maxfail 2 --lf --reruns 3 --runslow", "--runslow", ["-x", "--maxfail 2", "--lf", "--reruns 3"]),
        ("--junitxml report.xml --json-report --ignore tests", "--ignore tests", None),
        ("tests -k fast", "-k fast", []),
        ("-k tests", "-k tests", []),
    ],
)
def test_only_what_would_spoil_a_proof_is_taken_out_of_the_options(tmp_path: Path, addopts, kept, switched_off):
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").write_text(f"[pytest]\naddopts = {addopts}\n")
    options = read_settings(tmp_path).pytest.options
    assert joined(options.kept) == kept
    if switched_off is not None:
        assert list(options.switched_off) == switched_off


def test_settings_of_pytest_itself_come_before_older_ones(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.pytest]\npython_functions = ['should_*']\n")
    (tmp_path / "tox.ini").write_text("[pytest]\npython_functions = check_*\n")
    assert read_settings(tmp_path).pytest.functions == ("should_*",)


def test_a_project_inside_a_repository_has_the_settings_around_it(tmp_path: Path):
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = apps/one/checks apps/two\n")
    project = tmp_path / "apps" / "one"
    (project / "checks").mkdir(parents=True)
    (project / "pyproject.toml").write_text("[project]\nname = 'one'\n")
    settings = read_settings(project, tmp_path).pytest
    assert settings.root == tmp_path
    assert settings.test_places(tmp_path) == ("apps/one/checks",)
    assert read_settings(project).pytest.root == project


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


@pytest.mark.parametrize(
    ("text", "is_installable"),
    [
        ("[build-system]\nrequires = ['hatchling']\n", True),
        ("[tool.ruff]\nline-length = 100\n", False),
        ("[build-system]\nrequires = []\n[tool.poetry]\npackage-mode = false\n", False),
        ("[build-system]\nrequires = []\n[tool.uv]\npackage = false\n", False),
    ],
)
def test_a_project_is_installable_where_it_says_how_it_is_built(tmp_path: Path, text: str, *, is_installable: bool):
    (tmp_path / "pyproject.toml").write_text(text)
    assert read_settings(tmp_path).is_installable is is_installable


@pytest.mark.parametrize(("packages", "is_installable"), [(("one", "tests"), True), (("one", "two"), False)])
def test_several_packages_are_no_distribution_unless_their_build_is_described(
    tmp_path: Path, packages: tuple[str, ...], *, is_installable: bool
):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'scripts'\n")
    for name in packages:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    assert read_settings(tmp_path).is_installable is is_installable


def test_plugins_that_the_settings_ask_for_and_nobody_installed_are_named(tmp_path: Path):
    settings = "[pytest]\nasyncio_mode = auto\nrequired_plugins = pytest-xyz>=1 pytest_mock\n"
    (tmp_path / "pytest.ini").write_text(settings)
    installed = {"pytest_mock": "pytest_mock", "xdist": "pytest-xdist"}
    assert missing_plugins(read_settings(tmp_path).pytest, installed) == ("pytest-xyz", "pytest-asyncio")
