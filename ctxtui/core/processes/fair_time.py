"""A limit on the time that a program takes, in which waiting for a processor that others have does not count."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

LONGEST = 10.0
"""How many times its seconds a limit may last, however busy the machine is."""
PROC = Path("/proc")


class FairTime:
    """Runs from when it is made. `process` tells the program by its id, 0 as long as it has none; its children count.

    On systems that do not tell how long a process waited, it is a limit on the time that passes.
    """

    def __init__(
        self,
        seconds: float,
        process: Callable[[], int],
        now: Callable[[], float] = time.monotonic,
        proc: Path = PROC,
    ) -> None:
        self._seconds = seconds
        self._process = process
        self._now = now
        self._proc = proc
        self._started = self._looked = now()
        self._waited = 0.0
        self._told = dict(self._read())

    def left(self) -> float:
        """Seconds; negative once they are over. To be asked now and then, since it looks at what runs just now."""
        now = self._now()
        told = dict(self._read())
        longest = max((waited - self._told.get(pid, 0.0) for pid, waited in told.items()), default=0.0)
        self._waited += min(max(0.0, longest), now - self._looked)
        self._told, self._looked = told, now
        return self._started + min(self._seconds + self._waited, self._seconds * LONGEST) - now

    def _read(self) -> Iterator[tuple[int, float]]:
        """How long each process of the program has waited since it was started."""
        pids = [self._process()]
        for pid in pids:
            folder = self._proc / str(pid)
            try:
                waited = int((folder / "schedstat").read_text("ascii").split()[1]) / 1e9
                pids += map(int, (folder / "task" / str(pid) / "children").read_text("ascii").split())
            except (OSError, ValueError, IndexError):
                continue
            yield pid, waited
