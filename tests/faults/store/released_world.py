"""The project, the agent and the settings that a released version's store is written with, and the writing of one.

`python -m tests.faults.store.released_world VERSION` runs the program as it is and keeps what it wrote in
`released/VERSION.sql`: once for each release, at its commit.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil

from tests.doubles.scripted_agent import descriptor, starts, write_script
from tests.doubles.surroundings import small_environ

RELEASED = Path(__file__).with_name("released")
GOOD = "from shop.{0} import value\n\n\ndef test_value():\n    assert value() == '{0}'\n"
WRONG = "from shop.stock import value\n\n\ndef test_value():\n    assert value() == 'nothing'\n"
BASE = "c6d9a9807131033d34399a2fc6d525eb957f378b"
BRANCH = "test-context-testing-session-for-shop"
MODULES = ("money", "stock")
LONG_AGO = 1577836800000000
"""When the owners of the runs were heard of last: microseconds since the epoch, in 2020."""


class World:
    """The very commit that the runs were started on; everything else of a machine lies in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "shop"
        (self.root / "shop").mkdir(parents=True)
        (self.root / "shop" / "__init__.py").write_text("")
        for name in MODULES:
            (self.root / "shop" / f"{name}.py").write_text(f"def value():\n    return '{name}'\n")
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "shop")
        assert self.git("rev-parse", "HEAD") == BASE
        self.script = self.agent_writes([GOOD.format("stock")])
        facts = [f"{key} = {json.dumps(value)}" for key, value in descriptor(self.script).items()]
        settings = ['agent = "scripted"', 'rungs = ["fence", "collects", "passes"]', 'sandbox = "off"']
        (folder / "config").mkdir()
        (folder / "config" / "config.toml").write_text("\n".join([*settings, "[agents.scripted]", *facts]))
        (folder / "data").mkdir()

    def agent_writes(self, stock: list[str]) -> Path:
        """What the agent writes for `stock`, turn by turn, before it is silent where there is nothing more."""
        turns: dict[str, list[list[list[object]]]] = {"shop.money": [[["write", "{test_path}", GOOD.format("money")]]]}
        turns["shop.stock"] = [[["write", "{test_path}", text]] for text in stock] or [[["sleep_forever"]]]
        return write_script(self.folder / "agent", turns)

    @property
    def store(self) -> Path:
        return self.folder / "data" / "ctxtui.db"

    def read(self, dump: Path) -> None:
        """Has what a version wrote for its own store."""
        text = dump.read_text("utf-8").replace("@WORLD@", str(self.folder)).replace("@PYTHON@", sys.executable)
        with closing(sqlite3.connect(self.store)) as database:
            database.executescript(text)

    def git(self, *words: str) -> str:
        when = "2026-03-01T12:00:00Z"
        environ = {**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        argv = ["git", "-C", str(self.root), "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words]
        return subprocess.run(argv, check=True, capture_output=True, text=True, env=environ).stdout.strip()

    def deliver(self) -> None:
        """The branch of the run that passed."""
        self.git("switch", "-q", "-c", BRANCH)
        (self.root / "tests").mkdir()
        for name in MODULES:
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
            argv, cwd=self.root, env=self.environ, capture_output=True, text=True, check=False, timeout=500
        )

    def end(self) -> None:
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("CTXTUI_DATA_DIR") == self.environ["CTXTUI_DATA_DIR"]:
                process.kill()


def write_release(world: World, version: str) -> Path:
    """Two runs, one that passed after one failure and one that is killed when it has accepted one of two modules."""
    world.agent_writes([WRONG, GOOD.format("stock")])
    passed = world.types("run", "shop", "--headless")
    assert passed.returncode == 0, passed.stderr
    world.agent_writes([])
    before = len(starts(world.script))
    argv = [sys.executable, "-m", "ctxtui", "run", "shop", "--headless", "--fresh", "-q"]
    runner = subprocess.Popen(argv, cwd=world.root, env=world.environ, stdout=subprocess.DEVNULL)
    while len(starts(world.script)) < before + 2 or "passed" not in world.types("show", "last").stdout:
        time.sleep(0.5)
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    world.end()
    for _component, _attempt, pid in starts(world.script):
        if psutil.pid_exists(pid):
            psutil.Process(pid).kill()  # the one that is silent for ever
    path = RELEASED / f"{version}.sql"
    path.write_text(_told_of_no_machine(_dump(world.store), world.folder), encoding="utf-8")
    return path


def _dump(store: Path) -> str:
    with closing(sqlite3.connect(store)) as database:
        database.execute("UPDATE leases SET host = 'host', boot_id = 'boot', heartbeat_at = ?", (LONG_AGO,))
        database.commit()
        return "\n".join(database.iterdump()) + "\n"


def _told_of_no_machine(text: str, folder: Path) -> str:
    text = text.replace(str(folder), "@WORLD@").replace(sys.executable, "@PYTHON@")
    text = text.replace(str(Path(sys.executable).resolve()), "@PYTHON@").replace(str(Path.cwd()), "@PROGRAM@")
    text = re.sub(rf"\b{re.escape(socket.gethostname())}\b", "host", text)
    return re.sub(r"\b[\w.-]+@host\b", "ada@host", text)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(write_release(World(Path(made).resolve()), sys.argv[1]))
