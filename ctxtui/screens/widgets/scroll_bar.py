"""The bars of all views: each keeps its cell, and is seen only where there is more than fits."""

from __future__ import annotations

from math import ceil

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment, Segments
from textual.scrollbar import ScrollBar, ScrollBarRender

_PARTS = 8
"""A bar begins and ends at eighths of a cell."""


class QuietBar(ScrollBarRender):
    """Blank where everything fits: a bar that came and went would have the whole screen laid out each time."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.window_size:
            yield from super().__rich_console__(console, options)
        else:
            yield Segments([Segment(" " * self.thickness)] * (options.height or console.height), new_lines=True)


ScrollBar.renderer = QuietBar


def tell_bar(bar: ScrollBar, *, lines: int, shown: int, top: float) -> None:
    """Where a view of so many lines stands; the bar is drawn again only where that can be seen."""
    before = _drawn(bar)
    bar.set_reactive(ScrollBar.window_virtual_size, lines)
    bar.set_reactive(ScrollBar.window_size, shown)
    bar.set_reactive(ScrollBar.position, bar.validate_position(top))
    if _drawn(bar) != before:
        bar.refresh()


def _drawn(bar: ScrollBar) -> tuple[int, int]:
    """First and last part that are drawn, counted as Textual does; nothing where everything fits."""
    lines, shown, size = bar.window_virtual_size, bar.window_size, bar.size.height
    if not size or shown >= lines:
        return (0, 0)
    length = max(1.0, shown * size / lines)
    start = int((size - length) * bar.position / (lines - shown) * _PARTS)
    return start, start + ceil(length * _PARTS)
