"""Warm processes that test runs are forked from: one an interpreter, package and hash seed, ended with this process."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctxtui.core.ports.stop import Stop
from ctxtui.core.processes import bounded
from ctxtui.core.processes.bounded import CutShort
from ctxtui.core.processes.fair_time import FairTime
from ctxtui.core.toolchains.interpreter import Interpreter, changed_at
from ctxtui.core.toolchains.run_folder import ENTRY, SETTINGS_VARIABLE, RunFolder

START_SECONDS = 60.0
ENDING_SECONDS = 5.0
MOST_HOSTS = 6
OLDEST_AGE = 1800.0
"""Seconds after which a host is made anew: what is installed may have changed."""


@dataclass(frozen=True, slots=True)
class HostedRun:
    """A run to be made by a fork of a host; the same bounds as for a process of its own."""

    folder: Path
    environment: Mapping[str, str]
    run_folder: RunFolder
    timeout: float
    stop: Stop


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: `code` is negative for a signal, `cut_short` says why it was ended, `cpu` is in seconds."""

    code: int
    cut_short: CutShort | None = None
    cpu: float = 0.0


class HostGoneError(Exception):
    """The host ended before it took the run: it can be made in a process of its own."""


@dataclass(eq=False, slots=True)
class TestHost:
    """One host. `why_not` says why it cannot serve, empty when it can."""

    __test__ = False

    process: subprocess.Popen[bytes]
    why_not: str
    started: float
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def can_serve(self) -> bool:
        is_young = time.monotonic() - self.started < OLDEST_AGE
        return not self.why_not and self.process.poll() is None and is_young

    def run(self, hosted: HostedRun) -> Ended:
        """How it ended. Raises HostGoneError, and StoppedError soon after the run's handle was set."""
        hosted.stop.check()
        status = hosted.run_folder.path / "status"
        os.mkfifo(status, 0o600)
        reading = os.open(status, os.O_RDONLY | os.O_NONBLOCK)
        try:
            self._ask(hosted, status)
            return _Following(self.process, hosted, reading).result()
        finally:
            os.close(reading)

    def _ask(self, hosted: HostedRun, status: Path) -> None:
        request = {
            "settings": str(hosted.run_folder.settings),
            "folder": str(hosted.folder),
            "environment": dict(hosted.environment),
            "output": str(hosted.run_folder.output),
            "status": str(status),
        }
        assert self.process.stdin is not None  # noqa: S101 - started with a pipe
        with self.lock:
            try:
                self.process.stdin.write(json.dumps(request).encode() + b"\n")
                self.process.stdin.flush()
            except (OSError, ValueError) as error:
                raise HostGoneError from error

    def close(self) -> None:
        """Ends it; its runs end with it."""
        with self.lock, contextlib.suppress(OSError, ValueError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        try:
            self.process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class _Following:
    """Waits for one run, within its bounds."""

    def __init__(self, host: subprocess.Popen[bytes], hosted: HostedRun, reading: int) -> None:
        self.host = host
        self.hosted = hosted
        self.reading = reading
        self.text = ""
        self.watcher = 0
        self.is_closed = False

    def result(self) -> Ended:
        try:
            cut_short = self._within_bounds()
        except BaseException:
            self._end()
            raise
        if cut_short is not None:
            self._end()
        found = [line for line in self.text.split("\n") if line.startswith("exit ")]
        if not found and cut_short is None and not self.watcher:
            raise HostGoneError
        _, code, cpu = found[0].split() if found else ("exit", str(-signal.SIGKILL), "0")
        return Ended(int(code), cut_short, float(cpu))

    def _within_bounds(self) -> CutShort | None:
        limit, over = FairTime(self.hosted.timeout, self._working), CutShort.TIME
        while not self._has_ended(max(0.0, min(bounded.STEP, left := limit.left()))):
            self.hosted.stop.check()
            if left <= 0:
                return over
            output = self.hosted.run_folder.output
            if output.exists() and output.stat().st_size > bounded.LARGEST_OUTPUT:
                return CutShort.OUTPUT
            if over is CutShort.TIME and self.hosted.run_folder.done.exists():
                limit, over = FairTime(min(left, bounded.LINGER), self._working), CutShort.LINGERED
        return None

    def _working(self) -> int:
        """The run's own process; before it has one, nobody's."""
        return self.watcher

    def _has_ended(self, seconds: float) -> bool:
        """Whether the run has ended, after waiting for news of it that long at most."""
        if self.is_closed or (not self.watcher and self.host.poll() is not None):
            return True
        if select.select([self.reading], [], [], seconds)[0]:
            self._read(seconds)
        return self.is_closed or "exit " in self.text

    def _read(self, seconds: float) -> None:
        try:
            news = os.read(self.reading, 4096)
        except BlockingIOError:
            return
        if not news and not self.watcher:
            time.sleep(min(seconds, 0.002))  # nobody has opened the other end yet
        elif not news:
            self.is_closed = True
        self.text += news.decode()
        first = self.text.partition("\n")[0]
        if not self.watcher and first.startswith("pid "):
            self.watcher = int(first.split()[1])

    def _end(self) -> None:
        """Has the watching fork end everything, and waits until it has."""
        deadline = time.monotonic() + ENDING_SECONDS
        is_asked = False
        while time.monotonic() < deadline and not self._has_ended(0.05):
            if self.watcher and not is_asked:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.watcher, signal.SIGTERM)
                is_asked = True
        if self.watcher and not self._has_ended(0.0):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.watcher, signal.SIGKILL)


class TestHosts:
    """The hosts of this process."""

    __test__ = False

    def __init__(self) -> None:
        self._hosts: OrderedDict[tuple[Any, ...], TestHost] = OrderedDict()
        self._locks: dict[tuple[Any, ...], threading.Lock] = {}
        self._lock = threading.Lock()
        atexit.register(self.close)

    def host(
        self,
        interpreter: Interpreter,
        packages: tuple[str, ...],
        environment: Mapping[str, str],
        settings: Mapping[str, Any],
        folder: RunFolder,
    ) -> TestHost | None:
        """The host for such runs, started if need be; None where there can be none."""
        if sys.platform != "linux":
            return None
        hash_seed = environment["PYTHONHASHSEED"]
        key = (interpreter.path, changed_at(interpreter.path), packages, hash_seed)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            found = self._hosts.get(key)
            if found is None or not (found.can_serve or found.why_not):
                found = self._start(interpreter, environment, {**settings, "packages": packages}, folder)
                self._keep(key, found)
        return found if found.can_serve else None

    def why_not(self, interpreter: Interpreter) -> str:
        """Why runs of that interpreter are processes of their own; empty when they are forks, or none was made yet."""
        if sys.platform != "linux":
            return f"warm processes are for Linux, and this is {sys.platform}"
        with self._lock:
            hosts = [host for key, host in self._hosts.items() if key[0] == interpreter.path]
        return next((host.why_not for host in hosts if host.why_not), "")

    def _keep(self, key: tuple[Any, ...], host: TestHost) -> None:
        with self._lock:
            former = self._hosts.pop(key, None)
            self._hosts[key] = host
            gone = [former] if former else []
            while len(self._hosts) > MOST_HOSTS:
                gone.append(self._hosts.popitem(last=False)[1])
        for one in gone:
            one.close()

    def _start(
        self, interpreter: Interpreter, environment: Mapping[str, str], settings: Mapping[str, Any], folder: RunFolder
    ) -> TestHost:
        place = folder.path / "host.json"
        place.write_text(json.dumps({**settings, "is_host": True}), "utf-8")
        process = subprocess.Popen(
            [str(interpreter.path), ENTRY],
            cwd=folder.home,
            env={**environment, SETTINGS_VARIABLE: str(place)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return TestHost(process, _why_not(process), time.monotonic())

    def close(self) -> None:
        """Ends them all; a later run starts new ones."""
        with self._lock:
            hosts, self._hosts = list(self._hosts.values()), OrderedDict()
        for host in hosts:
            host.close()


def _why_not(process: subprocess.Popen[bytes]) -> str:
    """What the host says of itself once it is warm."""
    assert process.stdout is not None  # noqa: S101 - started with a pipe
    limit = FairTime(START_SECONDS, lambda: process.pid)
    while not (ready := select.select([process.stdout], [], [], bounded.STEP)[0]) and limit.left() > 0:
        pass
    line = process.stdout.readline() if ready else b""
    process.stdout.close()
    if not line:
        process.kill()
        process.wait()
        return "it does not start" if ready else f"it was not ready within {START_SECONDS:g} s"
    return str(json.loads(line)["unfit"])


HOSTS = TestHosts()
"""The hosts of this process: every toolchain shares them, since what they hold depends on the interpreter only."""
