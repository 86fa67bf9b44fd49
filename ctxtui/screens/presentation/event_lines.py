"""What an agent and its tests wrote, as lines of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.core.views.event_text import event_text
from ctxtui.screens.presentation.quantities import clock_time, plural
from ctxtui.screens.presentation.spans import Line, Span, Tone, wrap

if TYPE_CHECKING:
    from datetime import datetime

    from ctxtui.core.ports.store import StoredEvent


MARKS: dict[EventKind, tuple[str, Tone]] = {
    EventKind.MESSAGE: ("", Tone.TEXT),
    EventKind.THOUGHT: ("~", Tone.FAINT),
    EventKind.TOOL: ("▸", Tone.BUSY),
    EventKind.FILE: ("◇", Tone.CHECK),
    EventKind.PERMISSION: ("?", Tone.ACCENT),
    EventKind.USAGE: ("Σ", Tone.FAINT),
    EventKind.OUTPUT: ("", Tone.MUTED),
    EventKind.STDERR: ("!", Tone.WARN),
    EventKind.RUNG: ("■", Tone.GOOD),
    EventKind.STATUS: ("·", Tone.MUTED),
    EventKind.NOTE: ("»", Tone.KEY),
}
"""The kinds that people read; raw lines are stored for programs and not shown."""
MOST_CHARACTERS = 20_000
"""What is shown of one event: minified text of a megabyte would be thousands of rows that nobody reads."""
_TIME_WIDTH = 9
_TIME_FROM = 50
"""Narrower than that, the text needs the room of the times."""


def event_lines(
    stored: StoredEvent, width: int, before: datetime | None = None, most: int = MOST_CHARACTERS
) -> list[Line]:
    """One event; its time is left out in the second of the event `before`.

    Of a longer text than `most` characters the beginning is shown, and how much is left out.
    """
    event = stored.event
    if event.kind not in MARKS or not event.text.strip():
        return []
    mark, tone = MARKS[event.kind]
    if event.kind is EventKind.RUNG and event.data.get("outcome") == "failed":
        mark, tone = "✕", Tone.BAD
    time_width = _TIME_WIDTH if width >= _TIME_FROM else 0
    is_told = before is not None and event.at.replace(microsecond=0) == before.replace(microsecond=0)
    head = clock_time(event.at) if time_width and not is_told else ""
    sign = f"{mark} " if mark else "  "
    text = event_text(event).strip("\n")
    left_out = len(text) - most
    parts = wrap(text[:most], width - time_width - 4)
    if left_out > 0:
        parts.append(f"… {plural(left_out, 'more character')}: the history has all of it")
    lines: list[Line] = [(Span(f" {head:<{time_width}}", Tone.FAINT), Span(sign, tone), Span(parts[0], tone))]
    lines += [(Span(" " * (time_width + 3)), Span(part, tone)) for part in parts[1:]]
    return lines
