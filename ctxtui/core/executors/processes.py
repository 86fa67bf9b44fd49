"""The machine's processes: who is alive, and who belongs to a turn."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

_PROC = Path("/proc")
_GONE = frozenset({"Z", "X", "x"})
_UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Process:
    """A live process; `started` together with `pid` tells it from any other that had or will have the same id."""

    pid: int
    parent: int = field(compare=False)
    session: int = field(compare=False)
    started: float


class ProcessTable(Protocol):
    """What the executor asks of the operating system. A zombie counts as gone everywhere."""

    def started(self, pid: int) -> str:
        """When a process started, as text to compare; `-` where that is not known."""
        ...

    def is_same(self, pid: int, started: str, claimed_at: float) -> bool:
        """Whether the process lives and is the one that made a claim at that time."""
        ...

    def all(self) -> Iterator[Process]: ...

    def is_alive(self, process: Process) -> bool:
        """Whether a process that was seen before still runs."""
        ...

    def earliest(self, started: str) -> float:
        """The lowest `Process.started` of what a process with that start may have started; 0 when not known."""
        ...

    def is_marked(self, pid: int, marker: str) -> bool:
        """Whether `marker` (NAME=VALUE) stands in the environment the process was started with."""
        ...


def boot_id() -> str:
    """What changes when the machine starts anew; `-` where the system does not tell, to the shim as little as to us."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return _UNKNOWN


class LinuxProcesses:
    """Reads /proc: a few microseconds a process."""

    def started(self, pid: int) -> str:
        process = self._read(str(pid))
        return _UNKNOWN if process is None else str(int(process.started))

    def is_same(self, pid: int, started: str, claimed_at: float) -> bool:  # noqa: ARG002 - start ticks say it exactly
        return started != _UNKNOWN and self.started(pid) == started

    def all(self) -> Iterator[Process]:
        for entry in os.listdir(_PROC):  # noqa: PTH208 - names are all that is needed, hundreds of times a run
            if entry.isdecimal() and (process := self._read(entry)) is not None:
                yield process

    def is_alive(self, process: Process) -> bool:
        now = self._read(str(process.pid))
        return now is not None and now.started == process.started

    def earliest(self, started: str) -> float:
        return float(started) if started.isdecimal() else 0.0

    def is_marked(self, pid: int, marker: str) -> bool:
        try:
            environment = (_PROC / str(pid) / "environ").read_bytes()
        except OSError:  # gone, or another user's
            return False
        return marker.encode() in environment.split(b"\0")

    def _read(self, pid: str) -> Process | None:
        try:
            stat = (_PROC / pid / "stat").read_bytes()
        except OSError:
            return None
        # The name in brackets may hold anything, brackets and spaces included.
        fields = stat.rpartition(b")")[2].split()
        if fields[0].decode() in _GONE:
            return None
        return Process(int(pid), parent=int(fields[1]), session=int(fields[3]), started=float(fields[19]))


class PortableProcesses:
    """The same through psutil, for systems without /proc: a process that made a claim is older than the claim."""

    def started(self, pid: int) -> str:  # noqa: ARG002 - the shim cannot know it without /proc either
        return _UNKNOWN

    def is_same(self, pid: int, started: str, claimed_at: float) -> bool:  # noqa: ARG002 - see the class
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= claimed_at + 1
        return False

    def all(self) -> Iterator[Process]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.status() != psutil.STATUS_ZOMBIE:
                    parent = process.ppid()
                    yield Process(process.pid, parent, os.getsid(process.pid), process.create_time())

    def is_alive(self, process: Process) -> bool:
        with contextlib.suppress(psutil.Error):
            now = psutil.Process(process.pid)
            return now.status() != psutil.STATUS_ZOMBIE and now.create_time() == process.started
        return False

    def earliest(self, started: str) -> float:  # noqa: ARG002 - see `started`
        return 0.0

    def is_marked(self, pid: int, marker: str) -> bool:
        name, _, value = marker.partition("=")
        with contextlib.suppress(psutil.Error, OSError):
            return psutil.Process(pid).environ().get(name) == value
        return False


def this_machine() -> ProcessTable:
    return LinuxProcesses() if sys.platform == "linux" else PortableProcesses()


def family(
    table: ProcessTable, marker: str, sessions: Collection[int], known: Collection[Process], since: float = 0.0
) -> frozenset[Process]:
    """The live processes that carry the marker, are in one of the sessions, are known, or descend from such.

    Only processes started at `since` or later are searched for the marker. Neither the calling process nor one of
    its ancestors is ever among them.
    """
    everyone = {process.pid: process for process in table.all()}
    spared = set(_ancestors(everyone, os.getpid()))
    found = {
        process
        for process in everyone.values()
        if process.pid not in spared
        and (
            process in known
            or process.session in sessions
            or (process.started >= since and table.is_marked(process.pid, marker))
        )
    }
    children: dict[int, list[Process]] = {}
    for process in everyone.values():
        children.setdefault(process.parent, []).append(process)
    queue = list(found)
    while queue:
        for child in children.get(queue.pop().pid, ()):
            if child not in found and child.pid not in spared:
                found.add(child)
                queue.append(child)
    return frozenset(found)


def _ancestors(everyone: dict[int, Process], pid: int) -> Iterator[int]:
    while pid in everyone:
        yield pid
        pid = everyone[pid].parent
