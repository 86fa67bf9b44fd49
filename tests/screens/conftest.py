"""A real store with a run in every state, and the interface over it."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sys
import time
from pathlib import Path

import pytest

from ctxtui.app import CtxtuiApp
from ctxtui.screens.services import HomeStart, RunStart, UiSettings

_PATH = Path(__file__).with_name("demo_store.py")
_SPEC = importlib.util.spec_from_file_location("demo_store", _PATH)
demo = importlib.util.module_from_spec(_SPEC)
sys.modules["demo_store"] = demo
_SPEC.loader.exec_module(demo)


class Stage:
    """The interface, a person at its keys, and the store's other side: the run's owner."""

    def __init__(self, path: Path, told: demo.Story | None = None) -> None:
        self.clock = demo.Clock(told.clock.now) if told else demo.Clock()
        self.path = path / "store.db"
        self.story = demo.Story(demo.open_store(self.path, clock=self.clock), self.clock)
        if told:
            self.story.children, self.story.number = told.children, told.number
        self.services = demo.DemoServices(self.path, self.clock, self.story.ref)
        self.app = None
        self.pilot = None

    @property
    def store(self):
        return self.story.store

    @property
    def launcher(self):
        return self.services.launcher

    def app_for(self, where="run", settings=None):
        start = HomeStart() if where == "home" else RunStart(self.story.ref)
        settings = settings or UiSettings(theme="ctxtui-dark", follow=False)
        return CtxtuiApp(self.services, start, settings, self.clock)

    @contextlib.asynccontextmanager
    async def open(self, where="run", *, size=(120, 40), settings=None, keys=()):
        self.app = self.app_for(where, settings)
        async with self.app.run_test(size=size) as pilot:
            self.pilot = pilot
            await self.until(lambda: self.app.access.opened is not None)
            if where == "run":
                await self.until(lambda: self.screen.session_tree.selected is not None)
            await self.press(*keys)
            yield self

    @property
    def screen(self):
        return self.app.screen

    @property
    def text(self) -> str:
        """What is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    def line_with(self, text: str) -> str:
        return next(line for line in self.text.splitlines() if text in line)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    async def until(self, is_so, seconds: float = 15.0) -> None:
        """Waits for a condition, and says what was on the screen when it did not come."""
        for _ in range(int(seconds / 0.02)):
            if is_so():
                return
            await self.pilot.pause(0.02)
        pytest.fail(f"did not come about; on the screen was:\n{self.text}")

    async def sees(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.text for text in texts))

    async def select(self, name: str) -> None:
        self.screen.session_tree.go_to_session(self.story.children[name])
        await self.pilot.pause()

    async def asked(self, kind: str):
        """The request that was stored, once it is."""
        found = []

        def look() -> bool:
            found[:] = [
                one for one in self.store.requests.open(self.story.scope, self.story.run_id) if one.kind == kind
            ]
            return bool(found)

        await self.until(look)
        return found

    def close(self) -> None:
        self.store.close()


@pytest.fixture(autouse=True)
def _steady(monkeypatch, tmp_path):
    for name in ("NO_COLOR", "TEXTUAL_THEME", "COLORFGBG", "EDITOR", "VISUAL", "PAGER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("CTXTUI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CTXTUI_CACHE_DIR", str(tmp_path / "cache"))
    time.tzset()
    monkeypatch.setattr("ctxtui.screens.widgets.key_bar._HINT_SECONDS", 600.0)


def _told(folder: Path, owner) -> tuple[Path, demo.Story]:
    """A filled store, written once and copied for each test."""
    clock = demo.Clock()
    story = demo.Story(demo.open_store(folder / "store.db", clock=clock), clock)
    demo.tell_the_whole_story(story, owner)
    story.store.close()
    return folder, story


@pytest.fixture(scope="session")
def _living(tmp_path_factory):
    return _told(tmp_path_factory.mktemp("living"), demo.living_owner())


@pytest.fixture(scope="session")
def _dead(tmp_path_factory):
    return _told(tmp_path_factory.mktemp("dead"), demo.dead_owner())


def _staged(path: Path, told: tuple[Path, demo.Story]):
    shutil.copytree(told[0], path, dirs_exist_ok=True)
    stage = Stage(path, told[1])
    yield stage
    stage.close()


@pytest.fixture
def empty_stage(tmp_path):
    """A store with nothing in it."""
    made = Stage(tmp_path)
    yield made
    made.close()


@pytest.fixture
def run_stage(tmp_path, _living):
    """A run in which every state occurs, owned by this process."""
    yield from _staged(tmp_path, _living)


@pytest.fixture
def dead_stage(tmp_path, _dead):
    """The same run, whose owner is gone."""
    yield from _staged(tmp_path, _dead)
