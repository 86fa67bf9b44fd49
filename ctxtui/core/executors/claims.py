"""The claim file of a turn: whoever creates it decides whether the turn's program runs."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.executors.processes import ProcessTable, boot_id
from ctxtui.core.executors.shim import CLAIM, EXIT


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who holds a claim. `pid` 0 stands for nobody: the claim was damaged, as a power cut may do.

    `started` and `boot` are what the process table says of the process and the machine; `claimed_at` is the claim
    file's time in seconds since the epoch.
    """

    pid: int
    started: str
    boot: str
    claimed_at: float
    is_shim: bool

    @property
    def is_given_up(self) -> bool:
        return bool(self.pid) and not self.is_shim

    def is_alive(self, table: ProcessTable) -> bool:
        """Whether that very process still runs: not one that got its id later, nor one of an earlier boot."""
        if not self.pid or not self.is_shim or self.boot != boot_id():
            return False
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
    kind, pid, started, boot = lines if len(lines) == len(_NOBODY) else _NOBODY
    return Claimant(int(pid) if pid.isdecimal() else 0, started, boot, claimed_at, is_shim=kind == "shim")


def give_up(turn_dir: Path, table: ProcessTable) -> bool:
    """Whether this call took the claim, so that the turn's program never runs."""
    turn_dir.mkdir(parents=True, exist_ok=True)
    draft = turn_dir / f"{CLAIM}.{uuid.uuid4().hex}"
    pid = os.getpid()
    draft.write_text(f"given-up\n{pid}\n{table.started(pid)}\n{boot_id()}\n", encoding="ascii")
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
