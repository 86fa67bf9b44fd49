"""The claim file of a turn: whoever creates it decides whether the turn's program runs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.executors.shim import ALIVE, CLAIM, EXIT
from ctxtui.core.processes.owners import pid_space
from ctxtui.core.processes.table import ProcessTable, boot_id


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who holds a claim. `pid` 0 stands for nobody: the claim was damaged, as a power cut may do.

    `started` is what the process table says of the process, `space` names the machine's boot and the PID namespace in
    which `pid` counts; `claimed_at` is the claim file's time in seconds since the epoch.
    """

    turn_dir: Path
    pid: int
    started: str
    space: str
    claimed_at: float
    is_shim: bool

    @property
    def is_given_up(self) -> bool:
        return bool(self.pid) and not self.is_shim

    @property
    def is_seen(self) -> bool:
        """Whether its process has the id it claimed by here too. Claims of 0.1.0 name the boot alone."""
        return self.space in (pid_space(), boot_id())

    def is_alive(self, table: ProcessTable) -> bool:
        """Whether that very process still runs: not one that got its id later, nor one of an earlier boot."""
        if not self.pid or not self.is_shim:
            return False
        if not self.is_seen:
            return is_held(self.turn_dir)
        return table.is_same(self.pid, self.started, self.claimed_at)


_NOBODY = ("", "0", "-", "-")


def read_claim(turn_dir: Path) -> Claimant | None:
    """The holder of the claim, or None while nobody holds it."""
    path = turn_dir / CLAIM
    try:
        claimed_at = path.stat().st_mtime
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    kind, pid, started, space = lines if len(lines) == len(_NOBODY) else _NOBODY
    number = int(pid) if pid.isdecimal() else 0
    return Claimant(turn_dir, number, started, space, claimed_at, is_shim=kind == "shim")


@contextmanager
def held(turn_dir: Path) -> Iterator[int]:
    """A file descriptor for the turn's processes to inherit: as long as one of them lives, the turn is held."""
    descriptor = os.open(turn_dir / ALIVE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(turn_dir: Path) -> bool:
    """Whether a process of the turn lives, in whichever container of this machine."""
    try:
        descriptor = os.open(turn_dir / ALIVE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def give_up(turn_dir: Path, table: ProcessTable) -> bool:
    """Whether this call took the claim, so that the turn's program never runs."""
    turn_dir.mkdir(parents=True, exist_ok=True)
    draft = turn_dir / f"{CLAIM}.{uuid.uuid4().hex}"
    pid = os.getpid()
    draft.write_text(f"given-up\n{pid}\n{table.started(pid)}\n{pid_space()}\n", encoding="ascii")
    try:
        (turn_dir / CLAIM).hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def read_exit(turn_dir: Path) -> int | None:
    """The exit code that the shim left, or None; 128 + n stands for a program that signal n ended."""
    try:
        text = (turn_dir / EXIT).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    return int(text) if text.isdecimal() else None
