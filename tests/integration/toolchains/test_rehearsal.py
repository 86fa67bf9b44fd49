"""What keeps a project's tests from running is known before anything starts, with the line that mends it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ctxtui.core.ports.toolchains import DiscoveryOptions, Rehearsal, ToolchainCheck
from ctxtui.core.toolchains.interpreter import install_line, probe
from ctxtui.core.toolchains.python_pytest import PythonToolchain

CODE = {"pkg/__init__.py": "", "pkg/a.py": "def double(x):\n    return 2 * x\n"}
OWN_ENVIRONMENT = "python3 -m venv .venv && .venv/bin/python -m pip install pytest"
Rehearse = Callable[..., Rehearsal]


@pytest.fixture
def rehearse(project, discover, toolchain) -> Rehearse:
    """Plans the package `pkg` of a project with those files and rehearses it in its own folder."""

    def play(files: dict[str, str]) -> Rehearsal:
        root = project({**CODE, **files})
        before = {path for path in root.rglob("*") if "__pycache__" not in path.parts}
        rehearsal = toolchain.rehearse(root, discover(root, "pkg"))
        assert {path for path in root.rglob("*") if "__pycache__" not in path.parts} == before
        return rehearsal

    return play


def problem(rehearsal: Rehearsal) -> ToolchainCheck:
    (found,) = [check for check in rehearsal.checks if not check.is_good]
    return found


def test_a_project_in_order_passes_every_check(rehearse: Rehearse):
    rehearsal = rehearse({})
    assert [(check.name, check.is_good) for check in rehearsal.checks] == [
        ("interpreter", True),
        ("pytest", True),
        ("coverage", True),
        ("tests", True),
    ]
    assert rehearsal.left_out == {}


@pytest.mark.parametrize(
    ("conftest", "finding", "remedy"),
    [
        (
            "import simplejson_of_ours\n",
            "tests/conftest.py cannot be imported: ModuleNotFoundError: No module named 'simplejson_of_ours'",
            "pip install pytest simplejson_of_ours`.",
        ),
        (
            "import pytest\n@pytest.fixture(autouse=True)\ndef _ready(httpserver): pass\n",
            "fixture 'httpserver' not found",
            "pip install pytest pytest-httpserver`.",
        ),
        (
            "def pytest_html_report_title(report): pass\n",
            "unknown hook 'pytest_html_report_title' in plugin",
            "pip install pytest pytest-html`.",
        ),
        ("import sys\nsys.exit('no database here')\n", "before the tests did: no database here", ""),
        (
            "import pytest\ndef pytest_sessionstart(session): pytest.exit('needs docker')\n",
            "pytest is told to stop: needs docker",
            "",
        ),
        (
            "def pytest_collection_modifyitems(config, items): config.hook.pytest_deselected(items=[items.pop()])\n",
            "a new test would never run here: hooks choose others (tests/conftest.py)",
            "",
        ),
    ],
)
def test_a_conftest_that_lacks_something_is_named_with_what_mends_it(rehearse: Rehearse, conftest, finding, remedy):
    check = problem(rehearse({"tests/conftest.py": conftest, "tests/test_old.py": "def test_old(): pass\n"}))
    assert check.name == "tests"
    assert finding in check.finding
    assert check.remedy.endswith(remedy)


def test_what_the_project_declares_for_its_tests_is_installed_as_a_whole(rehearse: Rehearse):
    pyproject = "[project]\nname = 'pkg'\n[project.optional-dependencies]\ntests = ['simplejson_of_ours>=3']\n"
    check = problem(rehearse({"pyproject.toml": pyproject, "tests/conftest.py": "import simplejson_of_ours\n"}))
    assert check.remedy == f"Install what the project's tests need: run `{OWN_ENVIRONMENT} -e '.[tests]'`."


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "write `pythonpath = .` below `[pytest]` in pytest.ini."),
        ({"pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-q'\n"}, 'write `pythonpath = ["."]` below'),
        ({"setup.py": "from setuptools import setup\nsetup()\n"}, "The project itself is not installed: run `"),
        ({"pytest.ini": "[pytest]\npythonpath = .\n"}, ""),
        ({"conftest.py": ""}, ""),
        ({"tests/__init__.py": ""}, ""),
        (
            {"tests/conftest.py": "import os, sys\nsys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))\n"},
            "",
        ),
    ],
    ids=["nothing", "settings in TOML", "not installed", "pythonpath", "conftest", "tests as a package", "sys.path"],
)
def test_a_package_that_only_this_program_finds_is_told(rehearse: Rehearse, more: dict[str, str], told: str):
    found = [note for note in rehearse(more).notes if note.startswith("plain `pytest` does not find pkg")]
    assert len(found) == bool(told)
    assert told in "".join(found)


@pytest.mark.parametrize(
    ("root", "told"), [(".", "pkg, as `python -m pytest` may. "), ("src", "pkg, nor does `python -m pytest`. ")]
)
def test_that_python_itself_finds_a_package_is_said_only_of_one_in_its_folder(project, discover, toolchain, root, told):
    project_root = project(
        {f"{root}/{path}": text for path, text in CODE.items()} | {"tests/test_old.py": "def test_a(): 1\n"}
    )
    notes = toolchain.rehearse(project_root, discover(project_root, "pkg")).notes
    assert any(note.startswith(f"plain `pytest` does not find {told}") for note in notes)


def test_modules_that_one_line_has_found_are_told_together(project, discover, toolchain):
    scripts = dict.fromkeys(("script_a.py", "script_b.py", "script_c.py", "script_d.py"), CODE["pkg/a.py"])
    root = project({**scripts, "tests/test_old.py": "def test_old(): assert 1\n"})
    notes = toolchain.rehearse(root, discover(root, ".")).notes
    (told,) = [note for note in notes if "does not find" in note]
    assert " and 1 more, as `python -m pytest` may. To have it found, write `pythonpath = .`" in told


def test_a_plugin_of_the_project_that_plain_pytest_would_not_find_is_told(rehearse: Rehearse):
    more = {"pytest.ini": "[pytest]\naddopts = -p checks_of_ours.plugin\n", "checks_of_ours/plugin.py": ""}
    told = (
        "plain `pytest` does not find checks_of_ours.plugin, pkg, as `python -m pytest` may. To have it found, write "
    )
    assert any(note.startswith(told) for note in rehearse(more).notes)
    more["pytest.ini"] += "pythonpath = .\n"
    assert not any("does not find" in note for note in rehearse(more).notes)


def test_an_environment_that_is_made_for_a_project_gets_the_project_too(rehearse: Rehearse):
    pyproject = "[project]\nname = 'pkg'\n[dependency-groups]\ntests = ['simplejson_of_ours>=3']\n"
    check = problem(rehearse({"pyproject.toml": pyproject, "tests/conftest.py": "import simplejson_of_ours\n"}))
    assert check.remedy == f"Install what the project's tests need: run `{OWN_ENVIRONMENT} -e . --group tests`."


def test_a_project_that_is_not_installed_is_never_taken_for_a_stranger(rehearse: Rehearse):
    version = "from importlib.metadata import version\n__version__ = version('my-dist')\n"
    check = problem(rehearse({"pyproject.toml": "[project]\nname = 'my-dist'\n", "pkg/__init__.py": version}))
    assert check.remedy == f"The project itself is not installed: run `{OWN_ENVIRONMENT} -e .`."


def test_what_is_missing_is_installed_into_the_projects_own_environment_where_it_has_one(
    project, toolchain: PythonToolchain
):
    root = project({**CODE, "tests/conftest.py": "import simplejson_of_ours\n"})
    package = toolchain.discover(root, "pkg", DiscoveryOptions(interpreter=sys.executable))
    remedy = problem(toolchain.rehearse(root, package)).remedy
    assert remedy == f"Run `{install_line(Path(sys.executable), 'simplejson_of_ours')}`."


def test_a_module_that_reads_pytests_command_line_for_its_own_is_left_out(rehearse: Rehearse):
    reads = "import argparse\nargs = argparse.ArgumentParser().parse_args()\ndef key(): return 1\n"
    rehearsal = rehearse({"pkg/script.py": reads})
    why = "it cannot be imported here: importing it ends the interpreter (2)"
    assert rehearsal.left_out == {"pkg/script.py": why}


def test_all_that_is_missing_for_modules_that_are_left_out_is_one_note(rehearse: Rehearse):
    lacking = {f"pkg/{name}.py": f"import {name}_of_ours\ndef key(): return 1\n" for name in ("win", "mac")}
    rehearsal = rehearse({**lacking, "pkg/gone.py": "import pkg.nothing\ndef key(): return 1\n"})
    named, note = (note for note in rehearsal.notes if "left out" in note)
    assert named.endswith("; and 2 more, which `ctxtui plan` lists")
    assert note == f"to import what is left out for it: Run `{OWN_ENVIRONMENT} mac_of_ours win_of_ours`."
    assert len(rehearsal.left_out) == 3


def test_a_module_that_cannot_be_imported_here_is_left_out_with_the_reason(rehearse: Rehearse):
    rehearsal = rehearse({"pkg/win.py": "import winreg_of_ours\ndef key(): return 1\n"})
    assert all(check.is_good for check in rehearsal.checks)
    _named, note = (note for note in rehearsal.notes if "left out" in note)
    assert note == f"to import what is left out for it: Run `{OWN_ENVIRONMENT} winreg_of_ours`."
    (reason,) = rehearsal.left_out.values()
    assert list(rehearsal.left_out) == ["pkg/win.py"]
    assert reason.startswith("it cannot be imported here: ModuleNotFoundError: No module named 'winreg_of_ours'")


@pytest.mark.parametrize("name", ["UserDict", "asyncore", "_winapi"])
def test_what_only_another_python_or_system_has_is_not_sought_in_a_registry(rehearse: Rehearse, name: str):
    rehearsal = rehearse(
        {"pkg/old.py": f"raise ModuleNotFoundError(\"No module named '{name}'\")\ndef f(): return 1\n"}
    )
    (reason,) = rehearsal.left_out.values()
    assert reason == f"it cannot be imported here: ModuleNotFoundError: No module named '{name}'"


def test_a_package_that_fails_behind_its_imports_cannot_be_tested(rehearse: Rehearse):
    modules = {f"pkg/{name}.py": "def key(): return 1\n" for name in ("a", "b", "sub/c", "sub/d")}
    broken = "from pkg.sub import c, d\nfrom pkg.sub._made import version\n"
    rehearsal = rehearse({**modules, "pkg/sub/__init__.py": broken})
    why = "it cannot be imported: it imports pkg.sub._made, and there is no pkg/sub/_made.py"
    assert rehearsal.left_out == {"pkg/sub/c.py": why, "pkg/sub/d.py": why}
    whole = problem(rehearse({**modules, "pkg/__init__.py": "from pkg import a, b\nfrom pkg._made import version\n"}))
    assert whole.finding.startswith(
        "none of 4 modules can be imported: pkg/a.py cannot be imported: it imports pkg._made"
    )


@pytest.mark.parametrize("asking", ["input('How many? ')", "import sys\nsys.stdin.read(1)", "raise EOFError"])
def test_modules_that_ask_for_input_when_they_are_imported_are_told_as_such(rehearse: Rehearse, asking: str):
    rehearsal = rehearse({"pkg/ask.py": f"{asking}\ndef f(): return 1\n", "pkg/z.py": "def z(): return 1\n"})
    why = "it cannot be imported here: importing it asks for input: that belongs below"
    assert rehearsal.left_out["pkg/ask.py"].startswith(why)


def test_modules_that_end_the_interpreter_cost_the_others_nothing(rehearse: Rehearse):
    rehearsal = rehearse(
        {"pkg/end.py": "import os\nos._exit(3)\ndef f(): return 1\n", "pkg/z.py": "def z(): return 1\n"}
    )
    assert rehearsal.left_out == {"pkg/end.py": "it cannot be imported here: importing it ends the interpreter"}
    assert "left out: pkg/end.py: it cannot be imported here: importing it ends the interpreter" in rehearsal.notes


@pytest.mark.parametrize("act", ["os.kill(os.getppid(), signal.SIGTERM)", "os.killpg(0, signal.SIGTERM)"])
def test_modules_that_end_their_parents_cost_the_others_nothing(rehearse: Rehearse, act: str):
    kill = f"import os, signal\n{act}\nsignal.pause()\ndef f(): return 1\n"
    rehearsal = rehearse({"pkg/kill.py": kill, "pkg/z.py": "def z(): return 1\n"})
    why = "it cannot be imported here: importing it sends SIGTERM to the process that imports it"
    assert rehearsal.left_out == {"pkg/kill.py": why}


def test_modules_that_leave_a_process_behind_cost_the_others_nothing(rehearse: Rehearse):
    leaves = "import os, time\nif not os.fork():\n    time.sleep(100_000)\ndef f(): return 1\n"
    twice = "import os\nos.fork()\ndef f(): return 1\n"
    rehearsal = rehearse({"pkg/leaves.py": leaves, "pkg/twice.py": twice, "pkg/z.py": "def z(): return 1\n"})
    assert [check.finding for check in rehearsal.checks if not check.is_good] == []
    assert rehearsal.left_out == {}


USES = {"pkg/uses.py": "from pkg.fresh import ONE\ndef plus(a): return a + ONE\n"}


def test_an_uncommitted_module_of_the_package_is_asked_for(project, discover, toolchain):
    checkout = project({**CODE, **USES, "pkg/fresh.py": "ONE = 1\n"})
    planned = discover(checkout, "pkg")
    (checkout / "pkg" / "fresh.py").rename(checkout / "fresh.py")  # the worktree of the commit has no such file
    worktree = Path(shutil.copytree(checkout, checkout.with_name("worktree")))
    (checkout / "fresh.py").rename(checkout / "pkg" / "fresh.py")
    check = problem(toolchain.rehearse(worktree, planned))
    assert check.finding == "pkg/uses.py imports pkg/fresh.py, which the last commit lacks"


def test_a_module_that_imports_what_nobody_has_is_left_out(rehearse: Rehearse):
    rehearsal = rehearse(USES)
    assert all(check.is_good for check in rehearsal.checks)
    reason = "it cannot be imported: it imports pkg.fresh, and there is no pkg/fresh.py"
    assert rehearsal.left_out == {"pkg/uses.py": reason}


def test_what_conftest_leaves_behind_is_tolerated_from_then_on(rehearse: Rehearse, project):
    conftest = """
        from pathlib import Path
        def pytest_sessionfinish(session):
            Path("report.xml").unlink(missing_ok=True)
        """
    assert rehearse({"tests/conftest.py": conftest}).tolerated == ("report.xml",)


def test_what_an_import_leaves_behind_is_tolerated_too(rehearse: Rehearse):
    logs = "import logging\nlog = logging.FileHandler('/dev/null')\nopen('app.log', 'a').close()\ndef f(): return 1\n"
    assert rehearse({"pkg/logs.py": logs, "app.log": ""}).tolerated == ("app.log",)


def test_tests_that_exist_are_counted_and_tried(rehearse: Rehearse):
    rehearsal = rehearse(
        {
            "tests/test_a.py": "def test_one(): pass\ndef test_two(): assert 0\n",
            "tests/test_odd.py": "import missing_of_ours\ndef test_three(): pass\n",
        }
    )
    assert rehearsal.tests == {"tests/test_a.py": 2}
    told = "\n".join(rehearsal.notes)
    assert "1 of 2 existing test files cannot be collected: tests/test_odd.py" in told
    assert "1 of 2 existing tests in tests/test_a.py pass, not tests/test_a.py::test_two" in told


def test_tests_that_exist_may_take_longer_than_a_plan(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ctxtui.core.toolchains.rehearsal.SAMPLE_SECONDS", 0.3)
    rehearsal = rehearse({"tests/test_slow.py": "import time\ndef test_slow(): time.sleep(600)\n"})
    assert rehearsal.tests == {"tests/test_slow.py": 1}
    (told,) = [note for note in rehearsal.notes if "take longer" in note]
    assert told.startswith("existing tests in tests/test_slow.py take longer than 0.3 s. ")
    assert "raise `run_seconds`" in told
    assert not rehearsal.runs_anywhere


def test_what_is_switched_off_is_said(rehearse: Rehearse):
    rehearsal = rehearse({"pytest.ini": "[pytest]\naddopts = -n 2 --cov=pkg --cov-fail-under=90 -q\n"})
    note = next(note for note in rehearsal.notes if note.startswith("switched off for proofs: "))
    assert "-n 2 (run in parallel), --cov=pkg, --cov-fail-under=90 (measure coverage)" in note


def test_functions_are_named_as_the_project_collects_them(rehearse: Rehearse, tmp_path: Path):
    settings = "[pytest]\npython_functions = should_*\npython_files = check_*.py\n"
    assert all(check.is_good for check in rehearse({"pytest.ini": settings}).checks)


@pytest.mark.parametrize(
    ("files", "runs_anywhere"),
    [
        ({}, True),
        ({"tests/test_old.py": "def test_old(): pass\n"}, True),
        ({"tests/test_old.py": "def test_old(): open('pkg/a.py').close()\n"}, False),
        ({"tests/conftest.py": "open('pkg/a.py').close()\n"}, False),
        ({"pkg/b.py": "open('pkg/a.py').close()\ndef b(): return 1\n"}, False),
    ],
    ids=["no tests yet", "tests that do not mind", "tests that do", "conftest", "a module"],
)
def test_whether_the_folder_in_which_pytest_is_started_matters_is_found_out(rehearse: Rehearse, files, runs_anywhere):
    rehearsal = rehearse(files)
    assert all(check.is_good for check in rehearsal.checks)
    assert rehearsal.runs_anywhere is runs_anywhere


@pytest.mark.parametrize(
    ("settings", "finding", "remedy"),
    [
        (
            "addopts = -m unit\nmarkers = unit: x",
            "a new test would never run here: -m unit in pytest.ini chooses",
            "run, as",
        ),
        ("addopts = --ds=x.settings", "unrecognized arguments: --ds=x.settings", "pytest-django`."),
        ("asyncio_mode = auto\nfilterwarnings = error", "Unknown config option: asyncio_mode", "pytest-asyncio`."),
        ("minversion = 99", "requires pytest-99", "'pytest>=99'`."),
    ],
)
def test_a_setting_that_keeps_tests_from_running_is_named_with_what_mends_it(
    rehearse: Rehearse, settings: str, finding: str, remedy: str
):
    check = problem(rehearse({"pytest.ini": f"[pytest]\n{settings}\n"}))
    assert finding in check.finding
    assert remedy in check.remedy


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (
            {"tox.ini": "[testenv]\ncommands = python -m django test --settings=tests.conf {posargs}\n"},
            " = tests.conf` and `pythonpath = .",
        ),
        ({"manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n"}, " = site.settings"),
        ({"tests/settings.py": "SECRET_KEY = '-'\n"}, " = tests.settings` and `pythonpath = ."),
        ({}, " = …"),
    ],
    ids=["tox", "manage.py", "beside the tests", "nowhere"],
)
def test_djangos_settings_are_named_for_whoever_has_to_tell_pytest(
    rehearse: Rehearse, more: dict[str, str], named: str
):
    refused = "Requested setting INSTALLED_APPS, but settings are not configured."
    check = problem(rehearse({"tests/conftest.py": f"raise RuntimeError({refused!r})\n", **more}))
    assert f"pytest-django`, write `DJANGO_SETTINGS_MODULE{named}` below `[pytest]` in pytest.ini" in check.remedy


@pytest.mark.parametrize(
    ("more", "is_told"),
    [({}, True), ({"conftest.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'x'\n"}, False)],
)
def test_code_that_needs_djangos_settings_when_it_is_called_is_told_of_them(
    project, discover, toolchain, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], *, is_told: bool
):
    """It can be imported all the same, so that no failure would say what is missing."""
    framework = {"django/__init__.py": "", "django/conf.py": "settings = None\n"}
    app = {"pkg/__init__.py": "", "pkg/a.py": "from django.conf import settings\n" + CODE["pkg/a.py"]}
    root = project({**framework, **app, "manage.py": "setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n", **more})
    real = probe(Path(sys.executable))
    with_django = replace(real, installed=frozenset({*real.installed, "django"}))
    monkeypatch.setattr("ctxtui.core.toolchains.rehearsal.probe", lambda _path: with_django)
    told = [note for note in toolchain.rehearse(root, discover(root, "pkg")).notes if "uses Django" in note]
    assert bool(told) == is_told
    assert all("write `DJANGO_SETTINGS_MODULE = site.settings` below `[pytest]` in pytest.ini" in one for one in told)


@pytest.mark.parametrize(
    ("files", "is_good"), [("tests.py", False), ("tests/*.py", True), ("tests.py test_*.py", True)]
)
def test_a_project_whose_pytest_has_no_name_for_a_new_file_is_told_before_the_start(
    rehearse: Rehearse, files: str, is_good: bool
):
    rehearsal = rehearse({"pytest.ini": f"[pytest]\npython_files = {files}\n"})
    assert all(check.is_good for check in rehearsal.checks) == is_good
    if not is_good:
        found = (
            "new tests would never be collected: `python_files` in pytest.ini takes tests.py and not tests/test_a.py"
        )
        assert problem(rehearsal).sentence == f"{found}. Add `test_*.py` to it."


def test_a_compiled_module_that_is_not_built_is_told_from_a_file_that_is_missing(rehearse: Rehearse):
    rehearsal = rehearse({"pkg/__init__.py": "from pkg._fast import add\n", "pkg/_fast.pyi": "def add() -> int: ...\n"})
    check = problem(rehearsal)
    assert "it imports pkg._fast, which is not built here" in check.finding
    assert check.remedy.startswith("Build the project: run `")
