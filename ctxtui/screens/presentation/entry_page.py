"""All of one entry of a history."""

from __future__ import annotations

from ctxtui.screens.presentation.entries import Entry
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, wrapped

_HEAD_WIDTH = 13


def entry_page(entry: Entry, width: int) -> list[Line]:
    """Time and title, then the text."""
    head = (Span(f" {clock_time(entry.at)}  ", Tone.FAINT), Span(f"{entry.mark} ", entry.tone))
    title = wrapped(entry.title, width - _HEAD_WIDTH - 1, Tone.STRONG)
    first: list[Line] = [(*head, *title[0])] if title else []
    more: list[Line] = [(Span(" " * _HEAD_WIDTH), *rest) for rest in title[1:]]
    return [*first, *more, BLANK, *wrapped(entry.body, width - 2, indent=" ")]
