"""What an agent and its tests wrote, as lines of a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import Line, Span, Tone, wrap

if TYPE_CHECKING:
    from ctxtui.core.ports.store import StoredEvent


MARKS: dict[EventKind, tuple[str, Tone]] = {
    EventKind.MESSAGE: ("", Tone.TEXT),
    EventKind.THOUGHT: ("~", Tone.FAINT),
    EventKind.TOOL: ("▸", Tone.BUSY),
    EventKind.FILE: ("✎", Tone.CHECK),
    EventKind.PERMISSION: ("?", Tone.ACCENT),
    EventKind.USAGE: ("Σ", Tone.FAINT),
    EventKind.OUTPUT: ("", Tone.MUTED),
    EventKind.STDERR: ("!", Tone.WARN),
    EventKind.RUNG: ("■", Tone.GOOD),
    EventKind.STATUS: ("·", Tone.MUTED),
    EventKind.NOTE: ("»", Tone.KEY),
}
"""The kinds that people read; raw lines are stored for programs and not shown."""
_TIME_WIDTH = 9
_TIME_FROM = 50
"""Narrower than that, the text needs the room of the times."""


def event_lines(stored: StoredEvent, width: int, shown_time: str = "") -> list[Line]:
    """One event; its time is left out when it equals `shown_time`, that of the event before."""
    event = stored.event
    if event.kind not in MARKS or not event.text.strip():
        return []
    mark, tone = MARKS[event.kind]
    if event.kind is EventKind.RUNG and event.data.get("outcome") == "failed":
        mark, tone = "✕", Tone.BAD
    time = clock_time(event.at)
    time_width = _TIME_WIDTH if width >= _TIME_FROM else 0
    head = "" if time == shown_time or not time_width else time
    sign = f"{mark} " if mark else "  "
    parts = wrap(event.text.strip("\n"), width - time_width - 4)
    lines: list[Line] = [(Span(f" {head:<{time_width}}", Tone.FAINT), Span(sign, tone), Span(parts[0], tone))]
    lines += [(Span(" " * (time_width + 3)), Span(part, tone)) for part in parts[1:]]
    return lines


def _without_echoes(events: Iterable[StoredEvent]) -> Iterator[StoredEvent]:
    """Leaves out that a check has begun where the next event is what it found."""
    held: StoredEvent | None = None
    for stored in events:
        if held is not None and stored.event.kind is not EventKind.RUNG:
            yield held
        held = stored if stored.event.kind is EventKind.STATUS else None
        if held is None:
            yield stored
    if held is not None:
        yield held


def log_lines(events: Iterable[StoredEvent], width: int) -> list[Line]:
    lines: list[Line] = []
    time = ""
    for stored in _without_echoes(events):
        made = event_lines(stored, width, time)
        if made:
            time = clock_time(stored.event.at)
            lines += made
    return lines
