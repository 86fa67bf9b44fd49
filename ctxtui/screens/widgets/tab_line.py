"""A line of tabs."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message

from ctxtui.screens.presentation.spans import Line, Span, Tone, width_of
from ctxtui.screens.widgets.line_view import LineBlock

_FORMS: tuple[Callable[[int, str], str], ...] = (
    lambda number, name: f" {number} {name} ",
    lambda _number, name: f" {name} ",
    lambda _number, name: f" {name[:4]} ",
    lambda _number, name: f"{name[:4]} ",
    lambda number, _name: f" {number} ",
)
"""The names with the keys that choose them, and what is left of both where there is less room."""


class TabLine(LineBlock):
    """Names of which one is chosen; where they do not all fit, their beginnings stand for them."""

    DEFAULT_CSS = """
    TabLine { height: 1; }
    """

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, names: tuple[str, ...], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._names = names
        self._chosen = 0
        self._ends: list[int] = []

    def on_mount(self) -> None:
        self.show(self._lines)

    def choose(self, index: int) -> None:
        self._chosen = index
        self.show(self._lines)

    def _lines(self, width: int) -> list[Line]:
        spans: list[Span] = []
        for form in _FORMS:
            spans = [
                Span(form(place + 1, name), Tone.TAB if place == self._chosen else Tone.MUTED)
                for place, name in enumerate(self._names)
            ]
            if width_of(spans) <= width:
                break
        self._ends = [width_of(spans[: place + 1]) for place in range(len(spans))]
        return [tuple(spans)]

    def on_click(self, event: events.Click) -> None:
        for index, end in enumerate(self._ends):
            if event.x < end:
                self.post_message(self.Chosen(index))
                return
