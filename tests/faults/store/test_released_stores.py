"""Stores of released versions: opened, read and gone on with by this one.

`released/VERSION.sql` is what the version wrote for two runs of one package: one that passed, one that was killed after
it had accepted one of two modules.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.doubles.scripted_agent import descriptor, starts, write_script
from tests.doubles.surroundings import small_environ

RELEASED = sorted(Path(__file__).with_name("released").glob("*.sql"))
GOOD = "from shop.{0} import value\n\n\ndef test_value():\n    assert value() == '{0}'\n"
PASSED, KILLED = "74afeb6fb4aa", "c333f59bac7f"
BASE = "c6d9a9807131033d34399a2fc6d525eb957f378b"
BRANCH = "test-context-testing-session-for-shop"


class Upgraded:
    """The project, the agent and the settings that the store was written with."""

    def __init__(self, folder: Path, dump: Path) -> None:
        self.folder = folder
        self.root = folder / "shop"
        self._make_project()
        self.script = write_script(
            folder / "agent",
            {f"shop.{name}": [[["write", "{test_path}", GOOD.format(name)]]] for name in ("money", "stock")},
        )
        facts = [f"{key} = {json.dumps(value)}" for key, value in descriptor(self.script).items()]
        settings = ['agent = "scripted"', 'rungs = ["fence", "collects", "passes"]', 'sandbox = "off"']
        (folder / "config").mkdir()
        (folder / "config" / "config.toml").write_text("\n".join([*settings, "[agents.scripted]", *facts]))
        (folder / "data").mkdir()
        text = dump.read_text("utf-8").replace("@WORLD@", str(folder)).replace("@PYTHON@", sys.executable)
        with closing(sqlite3.connect(folder / "data" / "ctxtui.db")) as database:
            database.executescript(text)

    def git(self, *words: str) -> str:
        when = "2026-03-01T12:00:00Z"
        environ = {**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        argv = ["git", "-C", str(self.root), "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words]
        return subprocess.run(argv, check=True, capture_output=True, text=True, env=environ).stdout.strip()

    def _make_project(self) -> None:
        """The very commit that the runs were started on, and the branch of the one that passed."""
        (self.root / "shop").mkdir(parents=True)
        (self.root / "shop" / "__init__.py").write_text("")
        for name in ("money", "stock"):
            (self.root / "shop" / f"{name}.py").write_text(f"def value():\n    return '{name}'\n")
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "shop")
        assert self.git("rev-parse", "HEAD") == BASE
        self.git("switch", "-q", "-c", BRANCH)
        (self.root / "tests").mkdir()
        for name in ("money", "stock"):
            (self.root / "tests" / f"test_{name}.py").write_text(GOOD.format(name))
        self.git("add", ".")
        self.git("commit", "-q", "-m", "Add tests for shop (2 components)")
        self.git("switch", "-q", "main")

    @property
    def environ(self) -> dict[str, str]:
        places = {f"CTXTUI_{name.upper()}_DIR": str(self.folder / name) for name in ("data", "cache", "config")}
        return {**small_environ("LANG"), **places, "HOME": str(self.folder), "PYTHONPATH": str(Path.cwd())}

    def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "ctxtui", *words]
        return subprocess.run(
            argv, cwd=self.root, env=self.environ, capture_output=True, text=True, check=False, timeout=200
        )

    def end(self) -> None:
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("CTXTUI_DATA_DIR") == self.environ["CTXTUI_DATA_DIR"]:
                process.kill()


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def upgraded(request, tmp_path):
    made = Upgraded(tmp_path, request.param)
    yield made
    made.end()


def test_runs_of_a_released_version_are_shown_and_their_history_told(upgraded):
    runs = json.loads(upgraded.types("ls", "--json").stdout)
    assert [(run["run"], run["status"]) for run in runs] == [(KILLED, "interrupted"), (PASSED, "passed")]
    history = upgraded.types("history", PASSED, "stock").stdout
    assert "fix_failures" in history
    shown = json.loads(upgraded.types("show", PASSED, "--json").stdout)
    assert [one["verdict"] for one in shown["components"]] == ["passed", "passed"]
    for words in (["stats", PASSED], ["export", PASSED], ["history", KILLED]):
        assert upgraded.types(*words).returncode == 0, words
    assert list((upgraded.folder / "data").glob("ctxtui.db.bak-*"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_run_that_a_released_version_began_is_gone_on_with_and_asks_nobody_twice(upgraded):
    done = upgraded.types("resume", KILLED, "--headless")
    assert done.returncode == 0, done.stderr
    assert {component for component, _attempt, _pid in starts(upgraded.script)} == {"shop.stock"}
    for name in ("money", "stock"):
        assert upgraded.git("show", f"{BRANCH}-2:tests/test_{name}.py") == GOOD.format(name).strip()
    assert upgraded.git("rev-list", "--count", f"main..{BRANCH}-2") == "1"
