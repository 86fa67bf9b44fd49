"""Makes the README's picture from the running program: the demo at work, seen in the interface.

Run it from a checkout with ctxtui installed: `python assets/make_pictures.py`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ctxtui import bootstrap
from ctxtui.app import CtxtuiApp
from ctxtui.config import Settings
from ctxtui.core.ports.store import ChildRow, Store
from ctxtui.screens.run import RunScreen
from ctxtui.screens.services import RunRef, RunStart, UiSettings
from ctxtui.services.screens import ScreenServices

SIZE = (120, 28)
SHOWN = "larder.labels"
HERE = Path(__file__).resolve().parent


def start_demo(environ: dict[str, str], folder: Path) -> None:
    project = folder / "larder"
    shutil.copytree(HERE / "demo", project, ignore=shutil.ignore_patterns("__pycache__"))
    bootstrap.open_workspaces(Settings(), environ).found(project, "The sample project")
    argv = [sys.executable, "-m", "ctxtui", "run", "larder", "--agent", "builtin", "--jobs", "2", "--detach"]
    subprocess.run(argv, cwd=project, env=environ, check=True, stdin=subprocess.DEVNULL)


def is_worth_a_picture(rows: dict[str, ChildRow]) -> bool:
    """The module that is mended has been sent back, and others are at work."""
    labels = next((row for row in rows.values() if row.name == SHOWN), None)
    return labels is not None and len(labels.attempts) > 1 and labels.pending_step != ""


async def take_picture(services: ScreenServices, store: Store, run: RunRef, path: Path) -> None:
    app = CtxtuiApp(services, RunStart(run), UiSettings(theme="ctxtui-dark", follow=False))
    async with app.run_test(size=SIZE) as pilot:
        while not is_worth_a_picture(rows := {row.id: row for row in store.feed.changes(run.scope, run.run_id).rows}):
            await asyncio.sleep(0.1)
        shown = next(row.id for row in rows.values() if row.name == SHOWN)
        while not (isinstance(app.screen, RunScreen) and shown in app.screen.run.rows):
            await asyncio.sleep(0.1)
        app.screen.session_tree.go_to_session(shown)
        await asyncio.sleep(0.6)
        await pilot.pause()
        path.write_text(app.export_screenshot(title="ctxtui"), encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ctxtui-pictures-") as name:
        folder = Path(name)
        places = {f"CTXTUI_{kind}_DIR": str(folder / kind.lower()) for kind in ("DATA", "CACHE", "CONFIG")}
        environ = {**os.environ, **places}
        start_demo(environ, folder)
        services = ScreenServices(Settings(), environ, folder)
        store = services.open_store()
        row = store.sessions.runs(None, services.account)[0]
        asyncio.run(take_picture(services, store, RunRef(row.scope, row.id), HERE / "run.svg"))
        wait_for_end(services, RunRef(row.scope, row.id))


def wait_for_end(services: ScreenServices, run: RunRef) -> None:
    """The run goes on without its viewer; its folder is removed when it has ended."""
    argv = [sys.executable, "-m", "ctxtui", "watch", run.run_id, "-q"]
    subprocess.run(argv, env=dict(services.environ), check=False, stdin=subprocess.DEVNULL, capture_output=True)


if __name__ == "__main__":
    main()
