"""A person at a terminal: words typed in a project's folder, and what comes back; nothing outside `tmp_path`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from ctxtui import bootstrap
from ctxtui.cli.group import main
from ctxtui.config import load_settings
from ctxtui.core.engine import planning, stored_run
from ctxtui.services.starting import plan_request
from tests.doubles.scripted_agent import Script, descriptor, write_script
from tests.doubles.surroundings import NO_PLUGINS, small_environ

MODULES = {
    "money": "def add(a, b):\n    return a + b\n",
    "stock": "ITEMS = []\n\n\ndef put(item):\n    ITEMS.append(item)\n    return len(ITEMS)\n",
}
GOOD = "import {component} as module\n\n\ndef test_name():\n    assert module.__name__ == '{component}'\n"
TURNS: Script = {"*": [[["write", "{test_path}", GOOD]]]}


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def make_repository(root: Path) -> None:
    """The package `shop` with two modules, and a test, in one commit."""
    (root / "shop").mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "shop" / "__init__.py").write_text("")
    for name, text in MODULES.items():
        (root / "shop" / f"{name}.py").write_text(text)
    (root / "pyproject.toml").write_text("[project]\nname = 'shop'\nversion = '1'\n")
    (root / "tests" / "test_nothing.py").write_text("def test_nothing():\n    assert True\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "shop")


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line that tells of an error."""
        assert self.err.startswith("ctxtui: "), self.err
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        assert "went wrong inside" not in self.err, self.err
        return self.err.removeprefix("ctxtui: ").strip()

    @property
    def lines(self) -> list[Any]:
        """Standard output, each line as the JSON it is."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Person:
    """Types words: `types` runs them in this process, `starts` and `runs` in one of their own."""

    folder: Path
    capsys: pytest.CaptureFixture[str] | None = None
    patch: pytest.MonkeyPatch | None = None
    more: dict[str, str] = field(default_factory=dict)
    projects: Path | None = None

    @property
    def root(self) -> Path:
        return (self.projects or self.folder) / "shop"

    @property
    def script(self) -> Path:
        return self.folder / "agent" / "script.json"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "ctxtui.db"

    @property
    def environ(self) -> dict[str, str]:
        kept = small_environ("LANG", "LC_ALL")
        places = {f"CTXTUI_{name.upper()}_DIR": str(self.folder / name) for name in ("data", "cache", "config")}
        return {**kept, "HOME": str(self.folder), NO_PLUGINS: "1", **places, **self.more}

    def sets_up(self, turns: Script = TURNS) -> None:
        """Writes the scripted agent and the settings that make it the default."""
        agent = descriptor(write_script(self.folder / "agent", turns))
        lines = ['agent = "scripted"', "jobs = 2", 'rungs = ["fence", "collects", "passes"]', 'sandbox = "off"']
        lines.append(f'pass_env = ["{NO_PLUGINS}"]')
        lines += ["[agents.scripted]", *(f"{key} = {json.dumps(value)}" for key, value in agent.items())]
        (self.folder / "config").mkdir()
        (self.folder / "config" / "config.toml").write_text("\n".join(lines))

    def types(self, *words: str, at: Path | None = None, **environ: str) -> Answer:
        assert self.capsys is not None
        assert self.patch is not None
        with self.patch.context() as patched:
            for name in [name for name in os.environ if name.startswith("CTXTUI_") or name == "VIRTUAL_ENV"]:
                patched.delenv(name)
            for name, value in {**self.environ, **environ}.items():
                patched.setenv(name, value)
            patched.chdir(at or self.root)
            self.capsys.readouterr()
            code = main(words)
        told = self.capsys.readouterr()
        return Answer(code, told.out, told.err)

    def starts(self, *words: str, at: Path | None = None, **streams: Any) -> subprocess.Popen[str]:
        wanted = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
        argv = [sys.executable, "-m", "ctxtui", *words]
        return subprocess.Popen(argv, cwd=at or self.root, env=self.environ, text=True, encoding="utf-8", **wanted)

    def runs(self, *words: str, at: Path | None = None, **streams: Any) -> Answer:
        process = self.starts(*words, at=at, **streams)
        out, err = process.communicate(timeout=500)
        return Answer(process.returncode, out or "", err or "")

    def stores_run(self, run_id: str, package: str = "shop") -> None:
        """A run that was started and that nobody works on."""
        settings = load_settings(self.root, self.root, {}, self.environ).settings
        store = bootstrap.open_store(settings, self.environ)
        try:
            parts = replace(bootstrap.open_parts(settings, self.environ, store), new_id=lambda: run_id)
            plan = planning.make_plan(parts, plan_request(settings, package, self.root))
            stored_run.start(parts, plan, is_fresh=True)
        finally:
            store.close()

    def ends(self) -> None:
        """Ends what was started for this person and still runs."""
        mine = self.environ["CTXTUI_DATA_DIR"]
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("CTXTUI_DATA_DIR") == mine and process.pid != os.getpid():
                process.kill()


@pytest.fixture
def person(tmp_path, capsys, monkeypatch) -> Iterator[Person]:
    person = Person(tmp_path, capsys, monkeypatch)
    make_repository(person.root)
    person.sets_up()
    yield person
    person.ends()


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory) -> tuple[Path, Answer]:
    """The folder of a person whose run of `shop` has passed, and what `run --json` said."""
    person = Person(tmp_path_factory.mktemp("finished"))
    make_repository(person.root)
    person.sets_up()
    told = person.runs("run", "shop", "--json")
    assert told.code == 0, told.err
    return person.folder, told


@pytest.fixture
def done(finished_run, tmp_path, capsys, monkeypatch) -> Person:
    """A person with that run behind them, whose data may be changed."""
    folder, _told = finished_run
    for name in ("data", "config"):
        shutil.copytree(folder / name, tmp_path / name)
    return Person(tmp_path, capsys, monkeypatch, projects=folder)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions do not bind root, so root becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
