"""A small real project, a scripted agent and the real parts: what the engine's tests are made of."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from ctxtui import bootstrap
from ctxtui.config import Settings
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.session import Session
from ctxtui.core.engine import planning, stored_run
from ctxtui.core.engine.asking import make_request
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.runner import Runner
from ctxtui.core.views.summary import RunSummary, summarize
from ctxtui.services.starting import plan_request
from tests.doubles.scripted_agent import descriptor, prompt, starts, write_script

MODULES = {
    "money": "def add(a, b):\n    return a + b\n",
    "stock": "ITEMS = []\n\n\ndef put(item):\n    ITEMS.append(item)\n    return len(ITEMS)\n",
}


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass
class Project:
    """A repository with the package `shop`, and everything a run of it needs; nothing outside `folder`."""

    folder: Path
    settings: Settings
    environ: dict[str, str]
    script: Path
    parts: Parts
    run_id: str = ""
    scope: object = None

    @property
    def root(self) -> Path:
        return self.folder / "shop"

    def plan(self, **options: object) -> planning.Plan:
        request = plan_request(self.settings, "shop", self.root, **options)
        return planning.make_plan(self.parts, request)

    def start(self, *, is_fresh: bool = False, **options: object) -> str:
        plan = self.plan(**options)
        self.scope = plan.scope
        self.run_id = stored_run.start(self.parts, plan, is_fresh=is_fresh).run_id
        return self.run_id

    def runner(self) -> Runner:
        return Runner(self.parts, self.scope, self.run_id)

    def work(self) -> ExitCode:
        return self.runner().work()

    def session(self) -> Session:
        return self.parts.store.sessions.load(self.scope, self.run_id)

    def child(self, name: str) -> Session:
        child = next(child for child in self.session().children if child.name == name)
        return self.parts.store.sessions.load(self.scope, child.id)

    def summary(self) -> RunSummary:
        return summarize(self.parts.store.feed.changes(self.scope, self.run_id), self.parts.now())

    def verdicts(self) -> dict[str, str]:
        return {component.name: component.verdict for component in self.summary().components}

    def ask(self, kind: RequestKind, name: str = "", **arguments: object) -> Request:
        session_id = self.child(name).id if name else self.run_id
        request = make_request(self.parts.new_id(), self.run_id, session_id, kind, self.parts.now(), arguments)
        self.parts.store.requests.ask(self.scope, request)
        return request

    def answer(self, request: Request) -> Request:
        return self.parts.store.requests.get(self.scope, request.id)

    def prompt(self, name: str, attempt: int) -> str:
        return prompt(self.script, name, attempt)

    def starts(self) -> list[tuple[str, int]]:
        return [(component, attempt) for component, attempt, _pid in starts(self.script)]

    def branch_files(self) -> set[str]:
        branch = self.session().state["branch_name"]
        return set(git(self.root, "diff", "--name-only", "HEAD", branch).split())


@pytest.fixture
def make_project(tmp_path, monkeypatch):
    """Makes a project whose agent does what the turns say; settings may be changed."""
    opened: list[Project] = []
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()

    def make(turns: dict[str, list[list[list[object]]]], **changes: object) -> Project:
        folder = tmp_path / f"project-{len(opened)}"
        root = folder / "shop"
        (root / "shop").mkdir(parents=True)
        (root / "tests").mkdir()
        (root / "shop" / "__init__.py").write_text("")
        for name, text in MODULES.items():
            (root / "shop" / f"{name}.py").write_text(text)
        (root / "pyproject.toml").write_text("[project]\nname = 'shop'\nversion = '1'\n")
        (root / "tests" / "test_nothing.py").write_text("def test_nothing():\n    assert True\n")
        git(folder, "init", "-q", "-b", "main", "shop")
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", "shop")
        script = write_script(folder / "agent", turns)
        environ = {"CTXTUI_DATA_DIR": str(folder / "data"), "CTXTUI_CACHE_DIR": str(folder / "cache"), **os.environ}
        agents = {"scripted": descriptor(script), **changes.pop("agents", {})}
        base = {"agent": "scripted", "jobs": 2, "rungs": ["fence", "collects", "passes"], "sandbox": "off"}
        settings = Settings(**{**base, **changes, "agents": agents})
        store = bootstrap.open_store(settings, environ)
        project = Project(folder, settings, environ, script, bootstrap.open_parts(settings, environ, store))
        opened.append(project)
        return project

    yield make
    for project in opened:
        project.parts.store.close()


@pytest.fixture
def run_git():
    return git


@pytest.fixture
def in_thread():
    """Runs a function beside the test; its result is awaited by the test."""
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


@pytest.fixture
def wait_until():
    def wait(is_true: Callable[[], object], seconds: float = 60.0) -> None:
        limit = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < limit, "it did not come to pass in time"
            time.sleep(0.02)

    return wait


@pytest.fixture
def is_running():
    def look(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return look
