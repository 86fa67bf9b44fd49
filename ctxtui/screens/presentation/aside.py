"""Lines that are longer than their place: moved to the left, and marked where they go on."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from ctxtui.screens.presentation.spans import Line, Span, Tone, width_of


def moved_aside(spans: Line, gutter: int, cells: int) -> Line:
    """The line without that many cells behind its gutter; one that has no gutter of that size, as it is."""
    kept: list[Span] = []
    at = 0
    for place, span in enumerate(spans):
        if at == gutter:
            return (*kept, *_without(spans[place:], cells))
        kept.append(span)
        at += cell_len(span.text)
    return spans


def cut_off(spans: Line, width: int) -> Line:
    """A line that goes on beyond the right edge ends with a sign of that."""
    if width_of(spans) <= width:
        return spans
    kept: list[Span] = []
    room = width - 1
    for text, tone in spans:
        kept.append(Span(set_cell_size(text, min(cell_len(text), room)), tone))
        room -= cell_len(kept[-1].text)
        if room <= 0:
            break
    return (*kept, Span("▸", Tone.ACCENT))


def _without(spans: Line, cells: int) -> list[Span]:
    """A wide character that is cut in half leaves a blank."""
    shown: list[Span] = []
    for text, tone in spans:
        place = 0
        while cells > 0 and place < len(text):
            cells -= cell_len(text[place])
            place += 1
        rest = " " * -cells + text[place:]
        cells = max(cells, 0)
        if rest:
            shown.append(Span(rest, tone))
    return shown
