"""A log that grows at its end, and forgets its beginning."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.screens.presentation.event_lines import event_lines
from ctxtui.screens.presentation.spans import Line, Tone, fit, line

if TYPE_CHECKING:
    from datetime import datetime

    from ctxtui.core.domain.attempt import Attempt
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
        self._told: datetime | None = None
        self._held = 0
        self._attempts: tuple[Attempt, ...] = ()
        self._begun = 0

    def divide(self, attempts: Sequence[Attempt]) -> None:
        """Sets a line before what belongs to another attempt than the first."""
        known, self._attempts = self._attempts, tuple(one for one in attempts if one.n > 1)
        is_late = self._events and any(
            one.started_at <= self._events[-1].event.at for one in self._attempts[len(known) :]
        )
        if len(known) > len(self._attempts) or is_late:
            self._width = 0

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
        self._blocks, self._lines, self._first, self._told, self._held = deque(), [], 0, None, 0
        self._begun = 0
        for stored in self._events:
            self._wrap(stored)

    def _wrap(self, stored: StoredEvent) -> None:
        if self._held and stored.event.kind is EventKind.RUNG:
            # That a check has begun is told by what it found.
            del self._lines[-self._held :]
            self._blocks[-1] -= self._held
        made = event_lines(stored, self._width, self._told)
        self._held = len(made) if stored.event.kind is EventKind.STATUS else 0
        if made:
            self._told = stored.event.at
            made = [*self._division(stored), *made]
        self._lines += made
        self._blocks.append(len(made))

    def _division(self, stored: StoredEvent) -> list[Line]:
        """The line above the first event of an attempt."""
        begun = self._attempts[self._begun :]
        passed = [one for one in begun if one.started_at <= stored.event.at]
        self._begun += len(passed)
        if not passed:
            return []
        return [line((fit(f" ── attempt {passed[-1].n} ".ljust(self._width - 1, "─"), self._width - 1), Tone.FAINT))]

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
