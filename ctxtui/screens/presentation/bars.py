"""Shares of a whole as a bar."""

from __future__ import annotations

from ctxtui.screens.presentation.spans import Span, Tone


def bar(parts: list[tuple[int, str, Tone]], total: int, width: int) -> tuple[Span, ...]:
    spans = []
    room = width
    for count, mark, tone in parts:
        cells = min(room, max(1, round(count * width / total))) if count else 0
        spans.append(Span(mark * cells, tone))
        room -= cells
    spans.append(Span("─" * room, Tone.FAINT))
    return tuple(spans)
