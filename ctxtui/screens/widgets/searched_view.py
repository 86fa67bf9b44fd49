"""Lines that can be searched."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from ctxtui.screens.presentation.aside import cut_off, moved_aside
from ctxtui.screens.presentation.marking import holds, marked
from ctxtui.screens.presentation.spans import Line, width_of
from ctxtui.screens.widgets.line_view import LineSource, LineView, gutter_of

SEARCH_KEYS: tuple[BindingType, ...] = (
    Binding("slash", "search", "search in this text", show=False, id="text.search"),
    Binding("n", "match(1)", "next match", show=False, id="text.next-match"),
    Binding("N", "match(-1)", "match before", show=False, id="text.match-before"),
)
"""For views that bind them: `n` and `N` go from match to match for as long as something is searched for."""
ASIDE_KEYS: tuple[BindingType, ...] = (
    Binding("right,l", "aside(1)", "to the end of long lines", show=False, id="text.right"),
    Binding("left,h", "aside(-1)", "back to their beginning", show=False, id="text.left"),
)
"""For views that show code, whose lines are not wrapped."""
_ASIDE = 16
"""Cells that one key moves."""


class SearchedView(LineView):
    """What is searched for stands out wherever it is; a view that binds `SEARCH_KEYS` goes from match to match."""

    BINDINGS: ClassVar[list[BindingType]] = []

    class Searched(Message):
        """Something else is searched for, or another match is looked at."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._words = ""
        self._match = -1
        self._aside = 0
        self.on_search_wanted: Callable[[], None] | None = None
        """Opens the line into which the search is typed: a call and no message, since its words may follow at once."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        if action == "aside":
            return gutter_of(self._source) > 0
        return bool(self._words) if action == "match" else True

    def show(self, source: LineSource, *, tail: bool = False, keep_place: bool = True) -> None:
        if not keep_place or not gutter_of(source):
            self._aside = 0
        super().show(source, tail=tail, keep_place=keep_place)

    def action_aside(self, by: int) -> None:
        """Shows what lies beyond the right edge, no further than the longest line goes."""
        width = self.scrollable_content_region.width
        longest = max((width_of(self._source.line(y, width)) for y in range(self._source.height(width))), default=0)
        self._aside = max(min(self._aside + by * _ASIDE, longest + 1 - width), 0)
        self.refresh()

    def action_search(self) -> None:
        if self.on_search_wanted is not None:
            self.on_search_wanted()

    @property
    def words(self) -> str:
        return self._words

    def search(self, words: str) -> None:
        """Marks the words wherever they stand, and goes to the first place from here on."""
        if words == self._words:
            return
        self._words, self._match = words, -1
        if words:
            self._go_to_match(self._place, 1)
        self.refresh()
        self.post_message(self.Searched())

    def action_match(self, by: int) -> None:
        self._go_to_match(self._next_place(by), by)
        self.refresh()
        self.post_message(self.Searched())

    def count(self) -> tuple[int, int]:
        """Which match is looked at, from 1, and how many lines hold one; all are looked through."""
        width = self.scrollable_content_region.width
        places = [y for y in range(self._source.height(width)) if holds(self._source.line(y, width), self._words)]
        return (places.index(self._match) + 1 if self._match in places else 0), len(places)

    @property
    def _place(self) -> int:
        """The line from which on is searched."""
        return self.scroll_offset.y

    def _next_place(self, by: int) -> int:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        edge = top if by > 0 else top + height - 1
        return self._match + by if top <= self._match < top + height else edge

    def _go_to_match(self, start: int, by: int) -> None:
        """To the next line that holds the words, going round at the end."""
        width = self.scrollable_content_region.width
        height = self._source.height(width)
        for step in range(height):
            y = (start + by * step) % height
            if holds(self._source.line(y, width), self._words):
                self._match = y
                self._show_match(y)
                return
        self._match = -1

    def _show_match(self, y: int) -> None:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if not top <= y < top + height:
            self.scroll_to(y=max(y - height // 3, 0), animate=False, immediate=True, force=True)

    def _line_at(self, row: int, width: int) -> Line:
        spans = self._source.line(row, width)
        if gutter := gutter_of(self._source):
            spans = cut_off(moved_aside(spans, gutter, self._aside) if self._aside else spans, width)
        return marked(spans, self._words) if self._words else spans
