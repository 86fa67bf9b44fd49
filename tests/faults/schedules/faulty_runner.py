"""Forks into the command line with faults at named points: `faulty_runner.py EXITS`, told on standard input.

Each line is a JSON map of `faults`, `words`, `environ`, `cwd`, `out`, `err`, `user` and `exit`; the answer is a process
id, and the exit code becomes a file in EXITS that is called what `exit` says: ids come again. Tests are judged by what
stands in them, without running them: that takes most of a run's time and is not what these faults are about. A fault is
a map of `point`, `nth` and `do`: at the nth time that the point is reached the process kills itself, stops itself, is
late, meets a full disk, runs out of file descriptors, has its clock set, or is refused the system's file watcher.
"""

from __future__ import annotations

import errno
import faulthandler
import gc
import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import watchfiles.main

import ctxtui.bootstrap
from ctxtui.cli.group import main
from ctxtui.core.ports.points import visited_by
from ctxtui.core.ports.toolchains import Package, Rehearsal, RunEnd, TestCase, TestOutcome, TestReport, TestRun
from ctxtui.core.toolchains.python_pytest import PythonToolchain

NEEDED = (
    *("alembic.command", "alembic.config", "git", "sqlalchemy.dialects.sqlite"),
    *("ctxtui.cli.commands.history", "ctxtui.cli.commands.resume", "ctxtui.cli.commands.retry"),
    *("ctxtui.cli.commands.run", "ctxtui.cli.commands.show", "ctxtui.cli.foreground", "ctxtui.core.agents.registry"),
    *("ctxtui.core.agents.acp_agent", "ctxtui.core.agents.builtin", "ctxtui.core.agents.cli_agent"),
    *("ctxtui.core.engine.planning", "ctxtui.core.executors.local", "ctxtui.core.store.opening"),
    *("ctxtui.core.toolchains.registry", "ctxtui.core.validation.ladder", "ctxtui.core.workspaces.git_workspaces"),
)
"""What every word needs sooner or later, imported once."""
LATE_SECONDS = 0.4
JUDGING_SECONDS = 0.1
SET_FORWARD = timedelta(hours=2)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def be_late() -> None:
    time.sleep(LATE_SECONDS)


def fill_the_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def run_out_of_files() -> None:
    """Nearly every file descriptor is taken from here on."""
    taken = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken + 3, taken + 3))


def set_the_clock() -> None:
    """From here on the program reads another time; how long something takes is still told rightly."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + SET_FORWARD

    ctxtui.bootstrap.datetime = Later


def use_up_watchers() -> None:
    """The user's other programs watch as many files as the system lets anybody."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    real = watchfiles.main.RustNotify
    watchfiles.main.RustNotify = lambda *words: real(*words) if words[2] else refuse()


DOINGS = {
    "clock": set_the_clock,
    "files": run_out_of_files,
    "full": fill_the_disk,
    "kill": kill,
    "late": be_late,
    "stop": stop,
    "watchers": use_up_watchers,
}


class Saboteur:
    """Counts how often each point is reached, from whichever thread."""

    def __init__(self, faults: list[dict[str, object]]) -> None:
        self._doings = {(fault["point"], fault["nth"]): DOINGS[str(fault["do"])] for fault in faults}
        self._reached: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, point: str) -> None:
        with self._lock:
            self._reached[point] += 1
            doing = self._doings.get((point, self._reached[point]))
        if doing is not None:
            doing()


def judge_by_content(_toolchain: PythonToolchain, run: TestRun) -> TestReport:
    """One test a file; it fails where the file compares with `!=`, and its first line says what it imports."""
    run.stop.wait(JUDGING_SECONDS)
    texts = {file: (run.worktree / file).read_text() for file in run.files if (run.worktree / file).exists()}
    cases = tuple(case_of(file, text) for file, text in texts.items())
    failed = sum(case.outcome is TestOutcome.FAILED for case in cases)
    if len(texts) < len(run.files) or not cases:
        return TestReport(RunEnd.NO_TESTS, message="no test was collected")
    message = f"{failed} of {len(cases)} tests failed" if failed else ""
    imported = tuple(text.split()[1] for text in texts.values())
    return TestReport(RunEnd.FAILED if failed else RunEnd.PASSED, cases, message=message, imported=imported)


def case_of(file: str, text: str) -> TestCase:
    wrong = next((line.strip() for line in text.splitlines() if "!=" in line), "")
    outcome = TestOutcome.FAILED if wrong else TestOutcome.PASSED
    return TestCase(f"{file}::test_value", file, outcome, wrong)


def rehearse_nothing(_toolchain: PythonToolchain, _tree: Path, _package: Package) -> Rehearsal:
    """There are no tests before a run, and what they would need is not what these faults are about."""
    return Rehearsal(())


class Parent:
    """Forks, and tells how what came of it ended."""

    def __init__(self, exits: Path) -> None:
        self._exits = exits
        self._names: dict[int, str] = {}
        signal.signal(signal.SIGCHLD, self._reap)

    def fork(self, order: dict[str, Any]) -> int:
        """The process id of the fork; 0 in the fork itself."""
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # its end is not heard of before its name is known
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        else:
            self._names[pid] = order["exit"]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        if pid == 0:
            become(order)
        return pid

    def _reap(self, *_: object) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            exits = self._exits / self._names.pop(pid)
            draft = exits.with_suffix(".draft")
            draft.write_text(str(os.waitstatus_to_exitcode(status)))
            draft.rename(exits)


def become(order: dict[str, Any]) -> None:
    """What a shell would do before it runs a program."""
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    append = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    places = [(os.devnull, os.O_RDONLY), (order["out"], append), (order["err"], append)]
    for number, (place, flags) in enumerate(places):
        opened = os.open(place, flags, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    faulthandler.register(signal.SIGUSR1, all_threads=True)  # asked of one that does not end: what it waits for
    if order["user"] and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(order["user"])
        os.setuid(order["user"])


def serve(exits: Path) -> int:
    parent = Parent(exits)
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        pid = parent.fork(order)
        if pid == 0:
            with visited_by(Saboteur(order["faults"])):
                return main(order["words"])
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    PythonToolchain.run = judge_by_content
    PythonToolchain.rehearse = rehearse_nothing
    for name in NEEDED:
        importlib.import_module(name)
    gc.freeze()
    sys.exit(serve(Path(sys.argv[1])))
