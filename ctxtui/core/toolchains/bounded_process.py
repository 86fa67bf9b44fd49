"""A program run to its end, whatever it does: bounded in time and output, and nothing of it left running."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import psutil

LARGEST_OUTPUT = 32 * 1024 * 1024
STEP = 0.25
LINGER = 5.0
KILL_ROUNDS = 3
KILL_PATIENCE = 5.0


class Stop(Enum):
    """Why a program had to be ended."""

    TIME = "time"
    OUTPUT = "output"
    LINGERED = "lingered"


@dataclass(frozen=True, slots=True)
class BoundedProcess:
    """What to run and its bounds. `marker` is a text in the environment that no other program has.

    `is_done` is a file that the program makes when its work is over: it may then take `LINGER` seconds to end.
    """

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    output: Path
    marker: str
    timeout: float
    is_done: Path | None = None

    def run(self) -> tuple[int, Stop | None]:
        """The exit code (negative: the signal that ended it) and why it was stopped, if it was.

        Raises OSError when the program cannot be started.
        """
        started_at = time.time()
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            stop = self._follow(process)
        finally:
            self._end_everything(process, started_at)
        return process.returncode, stop

    def _follow(self, process: subprocess.Popen[bytes]) -> Stop | None:
        deadline = time.monotonic() + self.timeout
        is_lingering = False
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return Stop.LINGERED if is_lingering else Stop.TIME
            try:
                process.wait(min(STEP, left))
            except subprocess.TimeoutExpired:
                if self.output.stat().st_size > LARGEST_OUTPUT:
                    return Stop.OUTPUT
                if not is_lingering and self.is_done is not None and self.is_done.exists():
                    is_lingering = True
                    deadline = min(deadline, time.monotonic() + LINGER)
            else:
                return None

    def _end_everything(self, process: subprocess.Popen[bytes], started_at: float) -> None:
        """Ends the group and what left it, and again what those started meanwhile, until nothing is left."""
        for _ in range(KILL_ROUNDS):
            _kill_group(process.pid)
            process.wait()
            marked = self._marked(started_at)
            if not marked:
                return
            for one in marked:
                with contextlib.suppress(psutil.Error):
                    one.kill()
            psutil.wait_procs(marked, timeout=KILL_PATIENCE)

    def _marked(self, started_at: float) -> list[psutil.Process]:
        """Live processes of this run: a daemon leaves the group, but still carries the mark in its environment."""
        found: list[psutil.Process] = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):  # it ended meanwhile, or belongs to somebody else
                if process.create_time() >= started_at - 1 and self.marker in process.environ().values():
                    found.append(process)
        return found


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def tail(path: Path, limit: int) -> str:
    """The last `limit` bytes of a file, from a line's start on."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - limit))
        text = file.read(limit).decode("utf-8", "replace")
    if size > limit:
        text = text.partition("\n")[2] or text
    return text
