"""Rows of which one is selected, drawn line by line."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from ctxtui.screens.widgets.palette import palette_of
from ctxtui.screens.widgets.searched_view import SearchedView


class LineList(SearchedView):
    """Rows of which one is selected; a search selects the rows that hold the words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="list.page-down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("home,g", "go_to(0)", "First", show=False, id="list.first"),
        Binding("end,G", "go_to(-1)", "Last", show=False, id="list.last"),
        Binding("enter", "choose", "Open", show=False, id="list.open"),
    ]

    class Highlighted(Message):
        """Another row is selected."""

        def __init__(self, view: LineList, row: int, *, is_by_person: bool) -> None:
            super().__init__()
            self.view = view
            self.row = row
            self.is_by_person = is_by_person

        @property
        def control(self) -> LineList:
            return self.view

    class Chosen(Message):
        """The selected row was opened."""

        def __init__(self, view: LineList, row: int) -> None:
            super().__init__()
            self.view = view
            self.row = row

        @property
        def control(self) -> LineList:
            return self.view

    cursor = 0

    @property
    def row_count(self) -> int:
        return self.virtual_size.height

    def select(self, row: int, *, is_by_person: bool = False) -> None:
        """Selects a row and brings it into view."""
        row = max(0, min(row, self.row_count - 1))
        before, self.cursor = self.cursor, row
        self.refresh_line(before)
        self.refresh_line(row)
        self._reveal(row)
        if row != before or is_by_person:
            self.post_message(self.Highlighted(self, row, is_by_person=is_by_person))

    def _reveal(self, row: int) -> None:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if row < top:
            self.scroll_to(y=row, animate=False, immediate=True, force=True)
        elif row >= top + height > 0:
            self.scroll_to(y=row - height + 1, animate=False, immediate=True, force=True)

    def _is_on_screen(self, row: int) -> bool:
        """Whether it is in view, or was before a change of size that has not been followed yet."""
        top = self.scroll_offset.y
        return top <= row < top + max(self._height, 1)

    def on_resize(self) -> None:
        """A selection that was in view stays there; whoever has scrolled away from it stays where they are."""
        was_in_view = not self._height or self._is_on_screen(self.cursor)
        super().on_resize()
        if was_in_view:
            self._reveal(self.cursor)

    def action_move(self, by: int) -> None:
        self.select(self.cursor + by, is_by_person=True)

    def action_page(self, by: int) -> None:
        self.select(self.cursor + by * max(self.scrollable_content_region.height - 1, 1), is_by_person=True)

    def action_go_to(self, row: int) -> None:
        self.select(self.row_count - 1 if row < 0 else row, is_by_person=True)

    def action_choose(self) -> None:
        if self.row_count:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        row = event.y + self.scroll_offset.y
        if row >= self.row_count:
            return
        self.select(row, is_by_person=True)
        if event.chain > 1:
            self.action_choose()

    def _strip_at(self, row: int, width: int) -> Strip:
        if row != self.cursor or row >= self._source.height(width):
            return super()._strip_at(row, width)
        palette = palette_of(self.app)
        over = palette.cursor if self.has_focus else palette.cursor_idle
        return self._draw(self._line_at(row, width), width, over)

    @property
    def _place(self) -> int:
        return self.cursor

    def _next_place(self, by: int) -> int:
        return self.cursor + by

    def _show_match(self, y: int) -> None:
        self.select(y, is_by_person=True)

    def on_focus(self) -> None:
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        self.refresh_line(self.cursor)
