"""The keys of a sheet, on as many lines as it takes to tell all of them."""

from __future__ import annotations

from collections.abc import Sequence

from ctxtui.screens.presentation.spans import Line, Span, Tone, width_of

_GAP = 3


def key_lines(keys: Sequence[tuple[str, str, Tone]], width: int) -> list[Line]:
    """Each is the key, what it does, and the tone of that; no key is parted from what it does."""
    lines: list[list[Span]] = [[]]
    for key, does, tone in keys:
        offer = [Span(f"{key} ", Tone.KEY), Span(does, tone)]
        if lines[-1] and width_of(lines[-1]) + _GAP + width_of(offer) > width:
            lines.append([])
        lines[-1] += [Span(" " * _GAP), *offer] if lines[-1] else offer
    return [tuple(spans) for spans in lines]
