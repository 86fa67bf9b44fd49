"""The command line in forks of a process that has imported it already: to import it takes longer than most words."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

RUNNER = Path(__file__).with_name("faulty_runner.py")
ANSWER_SECONDS = 300.0


@dataclass
class Fork:
    """A process of its own as far as anybody can tell; whoever made it tells its exit code in a file."""

    pid: int
    exit: Path
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and self.exit.exists():
            self.returncode = int(self.exit.read_text())
        return self.returncode

    def wait(self, seconds: float) -> int:
        limit = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > limit:
                raise TimeoutError(f"process {self.pid} has not ended after {seconds:g} s")
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass
class Forks:
    """Processes that fork, one for each clock: whose clock is ahead by how many seconds is settled at its start."""

    folder: Path
    _parents: dict[int, subprocess.Popen[str]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def start(self, ahead: int = 0, **order: object) -> Fork:
        """`order` is what faulty_runner.py is told."""
        parent = self._parents.get(ahead) or self._parent(ahead)
        assert parent.stdin is not None
        assert parent.stdout is not None
        name = str(next(self._numbers))
        parent.stdin.write(json.dumps({**order, "exit": name}, default=str) + "\n")
        parent.stdin.flush()
        assert select.select([parent.stdout], [], [], ANSWER_SECONDS)[0], "the process that forks does not answer"
        return Fork(int(parent.stdout.readline()), self.folder / name)

    def _parent(self, ahead: int) -> subprocess.Popen[str]:
        environ = dict(os.environ)
        if ahead:
            from tests.clock_ahead import shifted  # noqa: PLC0415 - only on Linux

            environ = shifted(environ) | {"FAKETIME": f"{ahead:+}s"}
        self._parents[ahead] = subprocess.Popen(
            [sys.executable, str(RUNNER), str(self.folder)],
            env={**environ, "PYTHONPATH": str(Path.cwd())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._parents[ahead]

    def end(self) -> None:
        for parent in self._parents.values():
            parent.kill()
            parent.communicate()
