"""A line of tabs."""

from __future__ import annotations

from textual import events
from textual.message import Message

from ctxtui.screens.presentation.spans import Line, Span, Tone, width_of
from ctxtui.screens.widgets.line_view import LineBlock


class TabLine(LineBlock):
    """Names of which one is chosen; where they do not all fit, the others are numbers: the keys that choose them."""

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
        for chosen_form, form in ((" {name} ", " {name} "), (" {name} ", " {n} ")):
            spans = [
                Span(chosen_form.format(name=name), Tone.TAB)
                if place == self._chosen
                else Span(form.format(n=place + 1, name=name), Tone.MUTED)
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
