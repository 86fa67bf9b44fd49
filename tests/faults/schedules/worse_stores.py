"""A store that cannot be used for a while: said in one sentence with an exit code, and nothing is lost by it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from tests.faults.schedules.world import PATIENCE, World

NOBODY = 65534
REFUSALS = (2, 3)
"""Exit codes of a program that says what is to be done about its store, now or later."""


def told_of_trouble(world: World, what: str) -> list[str]:
    """What was wrong about what a user was told while the store was in that trouble; it is as before then."""
    data = world.folder / "data"
    if not world.has_run:
        return []
    world.kill_runners()  # a store is no more exchanged under them than under any program
    name = f"{what}-{len(world.started)}"
    # Agents that outlived their runner go on writing into the folder beside the store.
    kept = {path: (path.read_bytes(), path.stat().st_mode) for path in data.glob("ctxtui.db*")}
    mode = data.stat().st_mode
    STORE_TROUBLE[what](data)
    runner = world.start(
        "resume", "--headless", out=f"{name}.out", err=f"{name}.err", user=NOBODY if what == "read_only" else 0
    )
    code = runner.wait(PATIENCE)
    data.chmod(mode)
    for path in data.glob("ctxtui.db*"):
        path.unlink()
    for path, (content, rights) in kept.items():
        path.write_bytes(content)
        path.chmod(rights)
    said = (world.folder / f"{name}.err").read_text()
    sentences = [line for line in said.splitlines() if line.startswith("ctxtui: ")]
    found = [f"{what}: exit code {code}: {said[-300:]}"] if code not in REFUSALS or len(sentences) != 1 else []
    return found + ([f"{what}: {said[-2000:]}"] if "Traceback" in said or "went wrong inside" in said else [])


def _truncate(data: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        (data / "ctxtui.db-wal").unlink()
    os.truncate(data / "ctxtui.db", 30_000)


def _make_newer(data: Path) -> None:
    with closing(sqlite3.connect(data / "ctxtui.db")) as database, database:
        database.execute("update alembic_version set version_num = '9999'")


def _make_read_only(data: Path) -> None:
    """For its own user; nothing is for root, who runs it as another user that has to pass the folders of the test."""
    for folder in data.parents[:3] if os.geteuid() == 0 else ():
        folder.chmod(folder.stat().st_mode | 0o055)
    for path in data.glob("ctxtui.db*"):
        path.chmod(0o444)
    data.chmod(0o555)


STORE_TROUBLE: Mapping[str, Callable[[Path], None]] = {
    "newer": _make_newer,
    "read_only": _make_read_only,
    "truncated": _truncate,
}
