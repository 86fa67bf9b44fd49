"""A view with the line below it into which a search is typed."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from ctxtui.screens.presentation.spans import Line, Tone, line
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.line_view import LineBlock
from ctxtui.screens.widgets.searched_view import SearchedView


class SearchPane(Vertical):
    """`/` opens the line, enter keeps what was typed, escape ends the search."""

    DEFAULT_CSS = """
    SearchPane { height: 1fr; }
    SearchPane #matches { display: none; }
    SearchPane.-searching #matches { display: block; }
    """

    def __init__(self, view: SearchedView, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._view = view
        view.on_search_wanted = self.open

    def compose(self) -> ComposeResult:
        yield self._view
        yield LineBlock(id="matches")
        yield FilterBar(id="search")

    @property
    def is_searching(self) -> bool:
        return bool(self._view.words)

    def end_search(self) -> None:
        self._view.search("")

    def open(self) -> None:
        self.query_one(FilterBar).open(self._view.words, "search in this text")

    @on(FilterBar.Changed)
    def _typed(self, message: FilterBar.Changed) -> None:
        message.stop()
        self._view.search(message.text)

    @on(FilterBar.Closed)
    def _typing_over(self, message: FilterBar.Closed) -> None:
        message.stop()

    @on(SearchedView.Searched)
    def _searched(self, message: SearchedView.Searched) -> None:
        message.stop()
        self.set_class(self.is_searching, "-searching")
        if self.is_searching:
            place, total = self._view.count()
            words = self._view.words
            self.query_one("#matches", LineBlock).show(lambda _width: [_told(words, place, total)])


def _told(words: str, place: int, total: int) -> Line:
    if not total:
        return line((f" “{words}” does not stand here", Tone.WARN), ("   esc ends the search", Tone.MUTED))
    where = f"{place} of {total}" if place else f"{total}"
    return line((f" “{words}” ", Tone.MATCH), (f" {where} ", Tone.TEXT), ("  n next  N before  esc ends", Tone.MUTED))
