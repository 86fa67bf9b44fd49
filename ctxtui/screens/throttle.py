"""An act that is asked for more often than it should be done."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message_pump import MessagePump

from ctxtui.screens.later import once_later


class Throttle:
    """Acts at once when it has been quiet, and otherwise once for all that is asked within `seconds`."""

    def __init__(
        self,
        pump: MessagePump,
        seconds: float,
        act: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[MessagePump, float, Callable[[], object]], None] = once_later,
    ) -> None:
        self._pump = pump
        self._seconds = seconds
        self._act = act
        self._clock = clock
        self._later = later
        self._is_due = False
        self._acted_at = clock() - seconds

    def ask(self) -> None:
        """From any thread."""
        self._pump.call_later(self._plan)

    def _plan(self) -> None:
        if self._is_due:
            return
        wait = self._acted_at + self._seconds - self._clock()
        if wait > 0:
            self._is_due = True
            self._later(self._pump, wait, self._do)
        else:
            self._do()

    def _do(self) -> None:
        self._is_due = False
        self._acted_at = self._clock()
        self._act()
