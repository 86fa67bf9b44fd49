"""A log that grows at its end, and forgets its beginning."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.screens.presentation.event_lines import event_lines
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import Line, Tone, line

if TYPE_CHECKING:
    from ctxtui.core.ports.store import StoredEvent

MOST_LINES = 10_000
MOST_CHARACTERS = 2_000_000


class EventLog:
    """Lines of events, wrapped once as they come; all of them again only when the width changes.

    Both bounds hold for what is kept, so that an agent that never stops talking takes no more memory.
    """

    def __init__(self, empty: str = "Nothing has been written yet.") -> None:
        self._empty = empty
        self._events: deque[StoredEvent] = deque()
        self._characters = 0
        self._width = 0
        self._blocks: deque[int] = deque()
        self._lines: list[Line] = []
        self._first = 0
        self._time = ""
        self._held: StoredEvent | None = None

    def add(self, events: Iterable[StoredEvent]) -> int:
        """Takes events over; how many lines were dropped at the beginning for them."""
        for stored in events:
            self._events.append(stored)
            self._characters += len(stored.event.text)
            if self._width:
                self._wrap(stored)
        return self._forget()

    def height(self, width: int) -> int:
        self._fit(width)
        return max(len(self._lines) - self._first, 1)

    def line(self, y: int, width: int) -> Line:
        self._fit(width)
        place = y + self._first
        return self._lines[place] if place < len(self._lines) else line((f" {self._empty}", Tone.MUTED))

    def _fit(self, width: int) -> None:
        if width == self._width:
            return
        self._width = width
        self._blocks, self._lines, self._first, self._time, self._held = deque(), [], 0, "", None
        for stored in self._events:
            self._wrap(stored)

    def _wrap(self, stored: StoredEvent) -> None:
        if self._held is not None and stored.event.kind is EventKind.RUNG:
            # That a check has begun is told by what it found.
            self._take_back()
        self._held = stored if stored.event.kind is EventKind.STATUS else None
        made = event_lines(stored, self._width, self._time)
        if made:
            self._time = clock_time(stored.event.at)
        self._lines += made
        self._blocks.append(len(made))

    def _take_back(self) -> None:
        size = self._blocks[-1]
        if size:
            del self._lines[-size:]
            self._blocks[-1] = 0

    def _forget(self) -> int:
        before = self._first
        while len(self._events) > 1 and self._is_too_long:
            self._characters -= len(self._events.popleft().event.text)
            self._first += self._blocks.popleft() if self._blocks else 0
        dropped = self._first - before
        if self._first > MOST_LINES:
            del self._lines[: self._first]
            self._first = 0
        return dropped

    @property
    def _is_too_long(self) -> bool:
        lines = len(self._lines) - self._first
        return self._characters > MOST_CHARACTERS or len(self._events) > MOST_LINES or lines > MOST_LINES
