"""A program run to its end, whatever it does: bounded in time and output, and nothing of it left running."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from ctxtui.core.processes.ending import end_child
from ctxtui.core.processes.fair_time import FairTime
from ctxtui.core.processes.table import this_machine

LARGEST_OUTPUT = 32 * 1024 * 1024
STEP = 0.25
LINGER = 5.0


class Stoppable(Protocol):
    """What says from outside that a program is to end early."""

    def check(self) -> None:
        """Raises once it is to end."""
        ...


class CutShort(Enum):
    """Why a program had to be ended."""

    TIME = "time"
    OUTPUT = "output"
    LINGERED = "lingered"


@dataclass(frozen=True, slots=True)
class BoundedProcess:
    """What to run and its bounds. `marker` names a variable of `env` whose value no other program has.

    `is_done` is a file that the program makes when its work is over: it may then take `LINGER` seconds to end.
    `errors` is where standard error goes, `output` unless it is given. A program whose time is up is asked to end
    and has `grace` seconds for it.
    """

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    output: Path
    marker: str
    timeout: float
    is_done: Path | None = None
    stop: Stoppable | None = None
    errors: Path | None = None
    grace: float = 0.0

    def run(self) -> tuple[int, CutShort | None]:
        """The exit code (negative: the signal that ended it) and why it was stopped, if it was.

        Raises OSError when the program cannot be started, and what `stop` raises soon after it was set.
        """
        self._check()
        process = self._start()
        try:
            cut_short = self._follow(process)
            if cut_short and self.grace:
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(self.grace)
        finally:
            end_child(process, this_machine(), f"{self.marker}={self.env[self.marker]}")
        return process.returncode, cut_short

    def _start(self) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as files:
            return subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=files.enter_context(self.output.open("wb")),
                stderr=files.enter_context(self.errors.open("wb")) if self.errors else subprocess.STDOUT,
                start_new_session=True,
            )

    def _check(self) -> None:
        if self.stop is not None:
            self.stop.check()

    def _follow(self, process: subprocess.Popen[bytes]) -> CutShort | None:
        limit, over = FairTime(self.timeout, lambda: process.pid), CutShort.TIME
        while True:
            left = limit.left()
            if left <= 0:
                return over
            try:
                process.wait(min(STEP, left))
            except subprocess.TimeoutExpired:
                self._check()
                if self.output.stat().st_size > LARGEST_OUTPUT:
                    return CutShort.OUTPUT
                if over is CutShort.TIME and self.is_done is not None and self.is_done.exists():
                    limit, over = FairTime(min(left, LINGER), lambda: process.pid), CutShort.LINGERED
            else:
                return None
