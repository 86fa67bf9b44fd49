"""A project, an agent that logs every turn, and everything around a run that faults are done to."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from ctxtui.core.processes.table import this_machine
from tests.doubles.scripted_agent import descriptor, starts, write_script
from tests.doubles.surroundings import small_environ
from tests.faults.schedules.forks import Fork, Forks

GOOD = "from shop.{name} import value\n\n\ndef test_value():\n    assert value() == '{name}'\n"
BAD = GOOD.replace("value() == '{name}'", "(value(), {attempt}) != ('{name}', {attempt})")
"""Fails where it is run, too: a runner that a request started in the background runs it."""
FAILURES = {"alpha": 0, "beta": 1, "gamma": 0, "delta": 2}
"""The modules, and how many attempts at each fail before one passes."""
TURNS = {(f"shop.{name}", n + 1) for name, failures in FAILURES.items() for n in range(failures + 1)}
BRANCH = "test-context-testing-session-for-shop"
FLOOD = ["bytes", ("flood " * 20 + "\n").encode().hex(), 3000]
LAST_CHARACTERS = 20_000
PATIENCE = 500.0
"""Seconds that anything may take, on a machine that is busy with other things."""


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass
class World:
    """Every process of it carries its data folder in the environment, and none outlives `end`."""

    folder: Path
    forks: Forks
    started: list[Fork] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    kept: dict[str, object] = field(default_factory=dict)
    strangers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.folder / "shop"

    @property
    def script(self) -> Path:
        return self.folder / "agent" / "script.json"

    @property
    def environ(self) -> dict[str, str]:
        places = {f"CTXTUI_{name.upper()}_DIR": str(self.folder / name) for name in ("data", "cache", "config")}
        more = {"HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp"), "PYTHONPATH": str(Path.cwd())}
        return {**small_environ("LANG"), **places, **more}

    def make(self) -> None:
        (self.root / "shop").mkdir(parents=True)
        (self.folder / "tmp").mkdir()
        (self.root / "shop" / "__init__.py").write_text("")
        for name in FAILURES:
            (self.root / "shop" / f"{name}.py").write_text(f"def value():\n    return '{name}'\n")
        git(self.folder, "init", "-q", "-b", "main", "shop")
        git(self.root, "add", ".")
        git(self.root, "commit", "-q", "-m", "shop")
        turns = {
            f"shop.{name}": [
                *(
                    [["pause", 0.3], ["write", "{test_path}", BAD.format(name=name, attempt=n)]]
                    for n in range(failures)
                ),
                [["pause", 0.3], ["write", "{test_path}", GOOD.format(name=name)], FLOOD, ["pause", 0.2]],
            ]
            for name, failures in FAILURES.items()
        }
        agent = descriptor(write_script(self.folder / "agent", turns))
        lines = ['agent = "scripted"', "jobs = 2", 'rungs = ["fence", "collects", "passes"]', 'sandbox = "off"']
        lines += ["[agents.scripted]", *(f"{key} = {json.dumps(value)}" for key, value in agent.items())]
        (self.folder / "config").mkdir()
        (self.folder / "config" / "config.toml").write_text("\n".join(lines))
        self.kept = self.repository()

    def start(
        self,
        *words: str,
        faults: list[dict[str, object]] | None = None,
        ahead: int = 0,
        out: str = "said.log",
        err: str = "said.log",
        user: int = 0,
    ) -> Fork:
        """The command line in a process of its own; its clock may be seconds ahead, and its user another one."""
        order = {"faults": faults or [], "words": words, "environ": self.environ, "cwd": self.root}
        order |= {"out": self.folder / out, "err": self.folder / err, "user": user}
        self.started.append(self.forks.start(ahead, **order))
        return self.started[-1]

    def stacks_of(self, process: Fork) -> str:
        """What each thread of a process that does not end is at, behind the last of what it said."""
        process.send_signal(signal.SIGUSR1)
        time.sleep(1.0)
        return (self.folder / "said.log").read_text("utf-8", "replace")[-LAST_CHARACTERS:]

    def runs(self, *words: str) -> int:
        """The exit code of words that have all the time they need."""
        return self.start(*words).wait(PATIENCE)

    def told(self, *words: str) -> Any:
        """What words print as JSON."""
        number = len(self.started)
        out, err = f"told-{number}.json", f"told-{number}.log"
        self.start(*words, "--json", out=out, err=err).wait(PATIENCE)
        told = (self.folder / out).read_text()
        assert told, (self.folder / err).read_text()
        return json.loads(told)

    def sessions(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """The newest run's sessions by name, each with its status and state; read past the program."""
        query = """
            select components.name, sessions.status, sessions.state from sessions
            join components on components.id = sessions.component_id where coalesce(sessions.parent_id, sessions.id) = ?
        """
        newest = "select id from sessions where parent_id is null order by created_at desc limit 1"
        with contextlib.suppress(sqlite3.OperationalError), closing(self._database()) as database:
            for (run_id,) in database.execute(newest):
                rows = database.execute(query, (run_id,)).fetchall()
                return {name: (status, json.loads(state)) for name, status, state in rows}
        return {}

    @property
    def has_run(self) -> bool:
        return bool(self.sessions())

    def lock_store(self, seconds: float) -> None:
        with contextlib.suppress(sqlite3.OperationalError), closing(self._database()) as database:
            database.execute("begin immediate")
            time.sleep(seconds)

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.folder / 'data' / 'ctxtui.db'}?mode=rw", uri=True)

    @property
    def log(self) -> str:
        path = self.folder / "said.log"
        return path.read_text() if path.exists() else ""

    def turns(self) -> Counter[tuple[str, int]]:
        return Counter((component, attempt) for component, attempt, _pid in starts(self.script))

    def agents(self) -> list[int]:
        """The agents at work."""
        return [pid for _component, _attempt, pid in starts(self.script) if _is_running(pid)]

    def kill_runners(self) -> None:
        """Those that a request has started in the background, too."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                if "runner" in process.cmdline():
                    process.kill()
                    process.wait(PATIENCE)

    def kill_agents(self) -> None:
        for pid in self.agents():
            try:
                os.killpg(os.getpgid(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue

    def repository(self) -> dict[str, object]:
        """What a run must leave as it was, but for its branch."""
        refs = git(self.root, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return {
            "head": git(self.root, "symbolic-ref", "HEAD"),
            "refs": sorted(ref for ref in refs if not ref.startswith((f"refs/heads/{BRANCH} ", "refs/ctxtui/"))),
            "status": git(self.root, "status", "--porcelain", "--ignored"),
            "config": (self.root / ".git" / "config").read_text(),
            "worktrees": len(git(self.root, "worktree", "list").splitlines()),
            "stash": git(self.root, "stash", "list"),
        }

    @property
    def base(self) -> str:
        """The commit that the run was started with."""
        return str(self.sessions()["shop"][1]["plan"]["base"])

    def branch_files(self) -> dict[str, str]:
        names = git(self.root, "diff", "--name-only", self.base, BRANCH).split()
        return {name: git(self.root, "show", f"{BRANCH}:{name}") + "\n" for name in names}

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this world."""
        mine = str(self.folder)
        found = []
        for process in psutil.process_iter(["environ", "status"]):
            environ = process.info["environ"] or {}
            belongs = any(str(environ.get(name, "")).startswith(mine) for name in ("CTXTUI_DATA_DIR", "HOME", "TMPDIR"))
            if belongs and process.info["status"] != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                found.append(process)
        return found

    def end(self) -> None:
        for process in self.processes():
            process.kill()
        for process in self.started:
            process.kill()
            process.wait(PATIENCE)
        for stranger in self.strangers:
            stranger.kill()
            stranger.wait()

    def is_stopped(self, pid: int) -> bool:
        process = this_machine().find(pid)
        return process is not None and process.is_stopped

    def delete_base(self) -> None:
        """The user rewrites the whole history, and nothing of theirs holds what a run was started with."""
        git(self.root, "checkout", "-q", "--orphan", "rewritten")
        git(self.root, "commit", "-q", "-m", "all anew")
        heads = git(self.root, "for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()
        for head in set(heads) - {"rewritten", BRANCH}:
            git(self.root, "branch", "-q", "-D", head)
        git(self.root, "branch", "-q", "-m", "main")
        git(self.root, "reflog", "expire", "--expire=now", "--all")
        git(self.root, "gc", "-q", "--prune=now")
        self.kept = self.repository()

    def reuse_pids(self) -> None:
        """What ended has left its process id to somebody else's program, by the time anybody looks."""
        self.strangers.append(subprocess.Popen(["sleep", "3600"], env={"PATH": os.environ["PATH"]}))
        pid = self.strangers[-1].pid
        for claim in (self.folder / "data").glob("turns/**/claim"):
            kind, _pid, *others = claim.read_text().splitlines()
            claim.write_text("\n".join([kind, str(pid), *others]) + "\n")
        with contextlib.suppress(sqlite3.OperationalError), closing(self._database()) as database, database:
            database.execute("update leases set pid = ?", (pid,))

    def clear_cache(self) -> None:
        shutil.rmtree(self.folder / "cache", ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
