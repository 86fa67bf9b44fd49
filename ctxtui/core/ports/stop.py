"""How blocking work is told to end early: whoever starts it keeps the handle, the work looks at it."""

from __future__ import annotations

import threading
from collections.abc import Callable


class StoppedError(Exception):
    """Raised by work whose handle was set. It is no failure of the work, and never reaches a user."""


class Stop:
    """A stop handle. It is set once, from any thread, and work under way ends within a second of that.

    Work that is abandoned ends, too, but leaves every process that somebody else may have taken over, and touches no
    file. `is_lost` is asked at every look whether that is the case already.
    """

    def __init__(self, is_lost: Callable[[], bool] | None = None) -> None:
        self._event = threading.Event()
        self._is_lost = is_lost
        self._is_abandoned = False

    def set(self) -> None:
        self._event.set()

    def abandon(self) -> None:
        self._is_abandoned = True
        self._event.set()

    @property
    def is_abandoned(self) -> bool:
        if not self._is_abandoned and self._is_lost is not None and self._is_lost():
            self.abandon()
        return self._is_abandoned

    @property
    def is_set(self) -> bool:
        return self.is_abandoned or self._event.is_set()

    def check(self) -> None:
        """Raises StoppedError once the handle is set."""
        if self.is_set:
            raise StoppedError

    def wait(self, seconds: float) -> None:
        """Waits that long, or until the handle is set, then checks."""
        self._event.wait(seconds)
        self.check()
