"""The lines of a review, of which one is selected; they can be searched."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from ctxtui.screens.presentation.diff_lines import GUTTER
from ctxtui.screens.presentation.spans import Line
from ctxtui.screens.review.lines import ReviewText
from ctxtui.screens.review.marks import ReviewMarks
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.searched_view import ASIDE_KEYS, SEARCH_KEYS


class DiffList(LineList):
    """A `ReviewText` with a selection."""

    code_begins_at = GUTTER

    BINDINGS: ClassVar[list[BindingType]] = [*SEARCH_KEYS, *ASIDE_KEYS]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.text = ReviewText((), ReviewMarks())

    def put(self, text: ReviewText) -> None:
        self.text = text
        self.show(self, keep_place=False)
        self.select(0)

    def height(self, width: int) -> int:
        return self.text.height(width)

    def line(self, y: int, width: int) -> Line:
        return self.text.line(y, width)
