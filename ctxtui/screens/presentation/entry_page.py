"""All of one entry of a history."""

from __future__ import annotations

from ctxtui.screens.presentation.entries import Entry
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, first_line, wrapped

_HEAD_WIDTH = 13


def entry_page(entry: Entry, width: int) -> list[Line]:
    """Time and title, then the text where it says more, then what programs know of it."""
    head = (Span(f" {clock_time(entry.at)}  ", Tone.FAINT), Span(f"{entry.mark} ", entry.tone))
    title = wrapped(entry.title, width - _HEAD_WIDTH - 1, Tone.STRONG)
    lines: list[Line] = [(*head, *title[0])] if title else []
    lines += [(Span(" " * _HEAD_WIDTH), *rest) for rest in title[1:]]
    body = entry.body.strip("\n")
    if body and body != entry.title.strip():
        has_title = first_line(body) == entry.title.strip()
        lines += [BLANK, *wrapped(body.partition("\n")[2].strip("\n") if has_title else body, width - 2, indent=" ")]
    if entry.data:
        lines += [BLANK, (Span(" data", Tone.FAINT),), *wrapped(entry.data, width - 2, Tone.MUTED, " ")]
    return lines
