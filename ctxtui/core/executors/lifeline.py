"""Ends the turns of a worker that is gone: agents outlive a run's owner, but not the place that carried them out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.ports.executors import Claim

_GUARDED: dict[Path, subprocess.Popen[bytes]] = {}


def guard_turns(turns_dir: Path) -> None:
    """Starts a process that waits for this one's end and then ends whatever it left running below that folder."""
    if turns_dir in _GUARDED and _GUARDED[turns_dir].poll() is None:
        return
    turns_dir.mkdir(parents=True, exist_ok=True)
    _GUARDED[turns_dir] = subprocess.Popen(
        [sys.executable, "-m", __name__, str(turns_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end_turns(turns_dir: Path) -> None:
    """Ends every launch below the folder that is still alive."""
    executor = LocalExecutor()
    for launch in turns_dir.glob("*/*/*/*"):
        if launch.name.isdigit() and executor.claim(launch) is Claim.ALIVE:
            executor.adopt(launch).stop()


def main() -> None:
    sys.stdin.buffer.read()  # until the other end is closed, by whatever means
    end_turns(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
