"""What the right side of a run shows: pages made of what was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctxtui.screens.presentation.entries import Entry, entry_lines
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import Line, Tone, wrapped
from ctxtui.screens.widgets.line_view import Composed, LineSource

if TYPE_CHECKING:
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.ports.store import StoredEvent

ENTRY_ROWS = 3
"""The most rows that one entry of the history takes here; the history itself has all of it."""


def nothing(sentence: str, width: int) -> list[Line]:
    return wrapped(sentence, width - 1, Tone.MUTED, " ")


def trouble(sentence: str) -> LineSource:
    return Composed(lambda width: wrapped(sentence, width - 1, Tone.BAD, " "))


class HistoryPage(Composed):
    """A session's entries, a few rows each; what is copied of it is all of their text."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(lambda width: _entry_lines(entries, width))
        self.text = "\n\n".join(f"{clock_time(entry.at)}  {entry.text}" for entry in entries)


def _entry_lines(entries: Sequence[Entry], width: int) -> list[Line]:
    lines = [spans for entry in entries for spans in entry_lines(entry, width, ENTRY_ROWS)]
    return lines or nothing("Nothing has happened yet: its first step is told here as soon as a job is free.", width)


def of_attempt(events: Sequence[StoredEvent], steps: Sequence[Interaction], n: int) -> tuple[StoredEvent, ...]:
    """The events of one attempt: those of the interactions from its agent's turn up to the next one."""
    turn = 0
    of: dict[str, int] = {}
    for step in steps:
        turn += step.command.step in {"generate_tests", "fix_failures"}
        of[step.id] = turn
    return tuple(stored for stored in events if of.get(stored.interaction_id) == n)
