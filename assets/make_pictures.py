"""Makes the README's pictures from the running program: the demo at work, then what came of it.

Run it from a checkout with ctxtui installed: `python assets/make_pictures.py`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ctxtui import bootstrap
from ctxtui.app import CtxtuiApp
from ctxtui.config import Settings
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.ports.store import ChildRow, Store
from ctxtui.screens.home.screen import HomeScreen
from ctxtui.screens.review.screen import ReviewScreen
from ctxtui.screens.run.screen import RunScreen
from ctxtui.screens.services import HomeStart, RunRef, RunStart, UiSettings
from ctxtui.services.screens import ScreenServices

SIZE = (120, 28)
PASSED_FIRST = 3
"""Modules that have passed when the picture of the run is taken."""
LONGEST_WAIT = 600.0
"""Seconds until a scene that does not come about is given up."""
HERE = Path(__file__).resolve().parent


async def until(is_so: Callable[[], object], awaited: str) -> None:
    """Waits for a scene; ends the program with what was awaited where it does not come about."""
    limit = time.monotonic() + LONGEST_WAIT
    while not is_so():
        if time.monotonic() > limit:
            sys.exit(f"no picture: {awaited} did not come about in {LONGEST_WAIT:.0f} s")
        await asyncio.sleep(0.1)


def start_demo(environ: dict[str, str], folder: Path) -> None:
    project = folder / "larder"
    shutil.copytree(HERE / "demo", project, ignore=shutil.ignore_patterns("__pycache__"))
    bootstrap.open_workspaces(Settings(), environ).found(project, "The sample project")
    argv = [sys.executable, "-m", "ctxtui", "run", "larder", "--agent", "builtin", "--jobs", "2", "--detach"]
    subprocess.run(argv, cwd=project, env=environ, check=True, stdin=subprocess.DEVNULL)


def is_worth_a_picture(rows: dict[str, ChildRow]) -> bool:
    """Some modules have passed while others are at work; or it is over, and there will be no better moment."""
    children = [row for row in rows.values() if row.parent_id]
    passed = sum(row.status is SessionStatus.COMPLETE for row in children)
    at_work = sum(bool(row.pending_step) and bool(row.attempts) for row in children)
    return bool(children) and (passed == len(children) or (passed >= PASSED_FIRST and at_work > 0))


async def take_picture(services: ScreenServices, store: Store, run: RunRef, path: Path) -> None:
    def rows() -> dict[str, ChildRow]:
        return {row.id: row for row in store.feed.changes(run.scope, run.run_id).rows}

    def how_much_happened(row: ChildRow) -> tuple[int, str]:
        return len(row.attempts), row.pending_step

    app = CtxtuiApp(services, RunStart(run), UiSettings(theme="ctxtui-dark", follow=False))
    async with app.run_test(size=SIZE) as pilot:
        await until(lambda: is_worth_a_picture(rows()), "a run with modules that passed and others at work")
        shown = max((row for row in rows().values() if row.parent_id), key=how_much_happened).id
        await until(lambda: isinstance(app.screen, RunScreen) and shown in app.screen.run.rows, "the run's screen")
        app.screen.session_tree.go_to_session(shown)
        await asyncio.sleep(0.6)
        await pilot.pause()
        path.write_text(app.export_screenshot(title="ctxtui"), encoding="utf-8")


async def take_home(services: ScreenServices, path: Path) -> None:
    app = CtxtuiApp(services, HomeStart(), UiSettings(theme="ctxtui-dark"))
    async with app.run_test(size=(120, 16)) as pilot:
        await until(
            lambda: isinstance(app.screen, HomeScreen) and app.screen.selected and app.access.opened, "the list of runs"
        )
        await pilot.pause(0.5)
        path.write_text(app.export_screenshot(title="ctxtui"), encoding="utf-8")


async def take_review(services: ScreenServices, run: RunRef, path: Path) -> None:
    app = CtxtuiApp(services, RunStart(run), UiSettings(theme="ctxtui-dark", follow=False))
    async with app.run_test(size=SIZE) as pilot:
        await until(lambda: isinstance(app.screen, RunScreen) and app.screen.run.parent, "the run's screen")
        await pilot.press("g", "d")
        await until(
            lambda: isinstance(app.screen, ReviewScreen) and app.screen.changes.text.files, "the review of the branch"
        )
        await pilot.press("j", "j", "j", "j", "j", "slash", *"raises", "enter")
        await pilot.pause(0.5)
        path.write_text(app.export_screenshot(title="ctxtui"), encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ctxtui-pictures-") as name:
        folder = Path(name)
        places = {f"CTXTUI_{kind}_DIR": str(folder / kind.lower()) for kind in ("DATA", "CACHE", "CONFIG")}
        environ = {**os.environ, **places, "HOME": str(folder)}
        os.environ["HOME"] = str(folder)
        start_demo(environ, folder)
        services = ScreenServices(Settings(), environ, folder)
        store = services.open_store()
        row = store.sessions.runs(None, services.account)[0]
        asyncio.run(take_picture(services, store, RunRef(row.scope, row.id), HERE / "run.svg"))
        wait_for_end(services, RunRef(row.scope, row.id))
        # An interface closes its store when it ends: each picture has its own.
        asyncio.run(take_home(ScreenServices(Settings(), environ, folder), HERE / "home.svg"))
        run = RunRef(row.scope, row.id)
        asyncio.run(take_review(ScreenServices(Settings(), environ, folder), run, HERE / "review.svg"))


def wait_for_end(services: ScreenServices, run: RunRef) -> None:
    """The run goes on without its viewer; its folder is removed when it has ended."""
    argv = [sys.executable, "-m", "ctxtui", "watch", run.run_id, "-q"]
    environ = dict(services.environ)
    try:
        subprocess.run(
            argv, env=environ, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_WAIT
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"no picture: the run of the demo did not end in {LONGEST_WAIT:.0f} s")


if __name__ == "__main__":
    main()
