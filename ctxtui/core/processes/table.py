"""The machine's processes: who is alive, and since when."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_PROC = Path("/proc")
_GONE = frozenset({"Z", "X", "x"})
_STOPPED = frozenset({"T", "t"})
UNKNOWN = "-"
_STAT_BYTES = 4096
_START = 19
"""Where /proc/PID/stat tells the start, in clock ticks since the boot, counted from after the name in brackets."""


@dataclass(frozen=True, slots=True)
class Process:
    """A live process; `started` together with `pid` tells it from any other that had or will have the same id."""

    pid: int
    parent: int = field(compare=False)
    group: int = field(compare=False)
    session: int = field(compare=False)
    started: float
    is_stopped: bool = field(default=False, compare=False)


class ProcessTable(Protocol):
    """What is asked of the operating system. A zombie counts as gone everywhere."""

    def find(self, pid: int) -> Process | None:
        """The live process with that id, if it can be seen."""
        ...

    def started(self, pid: int) -> str:
        """When a process started, as text to compare; `-` where that is not known."""
        ...

    def is_same(self, pid: int, started: str, claimed_at: float) -> bool:
        """Whether the process lives and is the one that made a claim at that time."""
        ...

    def all(self, since: float = 0.0) -> Iterator[Process]:
        """Every live process, or those alone that were started at `since` (as in `Process.started`) or later."""
        ...

    def is_alive(self, process: Process) -> bool:
        """Whether a process that was seen before still runs."""
        ...

    def earliest(self, started: str) -> float:
        """The lowest `Process.started` of what a process with that start may have started; 0 when not known."""
        ...

    def is_marked(self, pid: int, marker: str) -> bool:
        """Whether `marker` (NAME=VALUE) stands in the environment the process was started with."""
        ...

    def has_variable(self, pid: int, name: str) -> bool:
        """Whether that variable, with any value, stands in the environment the process was started with."""
        ...

    def folder(self, pid: int) -> Path | None:
        """The folder in which the process works, without links in its name, if it can be seen."""
        ...


def boot_id() -> str:
    """What changes when the machine starts anew; `-` where the system does not tell, to the shim as little as to us."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return UNKNOWN


class LinuxProcesses:
    """Reads /proc: a few microseconds a process.

    All processes are looked through after every turn, and nearly all are older than it: those that were older before
    are not read again. A process has the same inode in /proc as long as the kernel knows it; one that got its id since
    has another.
    """

    def __init__(self) -> None:
        self._starts: dict[int, tuple[int, float]] = {}

    def started(self, pid: int) -> str:
        process = self.find(pid)
        return UNKNOWN if process is None else str(int(process.started))

    def is_same(self, pid: int, started: str, claimed_at: float) -> bool:  # noqa: ARG002 - start ticks say it exactly
        return started != UNKNOWN and self.started(pid) == started

    def all(self, since: float = 0.0) -> Iterator[Process]:
        known, seen = self._starts, dict[int, tuple[int, float]]()
        with os.scandir(_PROC) as entries:  # its entries know their inodes, for which nothing is asked again
            listed = [(int(entry.name), entry.inode()) for entry in entries if entry.name.isdecimal()]
        for pid, inode in listed:
            former = known.get(pid)
            if former is not None and former[0] == inode and former[1] < since:
                seen[pid] = former
            elif (process := _read(pid)) is not None:
                seen[pid] = (inode, process.started)
                if process.started >= since:
                    yield process
        self._starts = seen

    def is_alive(self, process: Process) -> bool:
        now = self.find(process.pid)
        return now is not None and now.started == process.started

    def earliest(self, started: str) -> float:
        return float(started) if started.isdecimal() else 0.0

    def is_marked(self, pid: int, marker: str) -> bool:
        return marker.encode() in self._environment(pid)

    def has_variable(self, pid: int, name: str) -> bool:
        return any(line.startswith(f"{name}=".encode()) for line in self._environment(pid))

    def folder(self, pid: int) -> Path | None:
        try:
            return (_PROC / str(pid) / "cwd").readlink()
        except OSError:  # as for the environment
            return None

    @staticmethod
    def _environment(pid: int) -> list[bytes]:
        try:
            return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:  # gone, or another user's
            return []

    def find(self, pid: int) -> Process | None:
        return _read(pid)


def _read(pid: int) -> Process | None:
    try:
        descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        stat = os.read(descriptor, _STAT_BYTES)
    except OSError:  # it ended in between
        return None
    finally:
        os.close(descriptor)
    # The name in brackets may hold anything, brackets and spaces included.
    fields = stat.rpartition(b")")[2].split(None, _START + 1)
    started, state = float(fields[_START]), fields[0].decode()
    if state in _GONE:
        return None
    parent, group, session = (int(number) for number in fields[1:4])
    return Process(pid, parent, group, session, started, is_stopped=state in _STOPPED)


def this_machine() -> ProcessTable:
    if sys.platform == "linux":
        return LinuxProcesses()
    else:  # noqa: RET505 - as mypy knows the branches of a platform
        from ctxtui.core.processes.portable import PortableProcesses  # noqa: PLC0415 - psutil is slow to import

        return PortableProcesses()
