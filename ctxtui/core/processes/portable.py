"""The machine's processes through psutil, for systems without /proc."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from ctxtui.core.processes.table import UNKNOWN, Process


class PortableProcesses:
    """A process that made a claim is older than the claim, which is all that can be told here."""

    def started(self, pid: int) -> str:  # noqa: ARG002 - the shim cannot know it without /proc either
        return UNKNOWN

    def is_same(self, pid: int, started: str, claimed_at: float) -> bool:  # noqa: ARG002 - see the class
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= claimed_at + 1
        return False

    def find(self, pid: int) -> Process | None:
        with contextlib.suppress(psutil.Error, OSError):
            return self._of(psutil.Process(pid))
        return None

    def all(self, since: float = 0.0) -> Iterator[Process]:
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if (process := self._of(one)) is not None and process.started >= since:
                    yield process

    def is_alive(self, process: Process) -> bool:
        return self.find(process.pid) == process

    def earliest(self, started: str) -> float:  # noqa: ARG002 - see `started`
        return 0.0

    def is_marked(self, pid: int, marker: str) -> bool:
        name, _, value = marker.partition("=")
        with contextlib.suppress(psutil.Error, OSError):
            return psutil.Process(pid).environ().get(name) == value
        return False

    def has_variable(self, pid: int, name: str) -> bool:
        with contextlib.suppress(psutil.Error, OSError):
            return name in psutil.Process(pid).environ()
        return False

    def folder(self, pid: int) -> Path | None:
        with contextlib.suppress(psutil.Error, OSError):
            return Path(psutil.Process(pid).cwd())
        return None

    @staticmethod
    def _of(one: psutil.Process) -> Process | None:
        status, pid = one.status(), one.pid
        if status == psutil.STATUS_ZOMBIE:
            return None
        is_stopped = status == psutil.STATUS_STOPPED
        return Process(pid, one.ppid(), os.getpgid(pid), os.getsid(pid), one.create_time(), is_stopped=is_stopped)
