"""Two answers side by side, of which one is marked."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from ctxtui.screens.presentation.spans import Line, Span, Tone, width_of
from ctxtui.screens.widgets.line_view import LineBlock


class AnswerLine(LineBlock, can_focus=True):
    """Arrows and Tab mark the other answer, Enter and a click give it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,right,h,l,tab,shift+tab", "other", "the other answer", id="confirm.other"),
        Binding("enter,space", "give", "give the marked answer", id="confirm.give"),
    ]

    class Given(Message):
        """An answer was given."""

        def __init__(self, *, is_yes: bool) -> None:
            super().__init__()
            self.is_yes = is_yes

    def __init__(self, yes: str, *, is_yes_marked: bool) -> None:
        super().__init__()
        self._yes = yes
        self._is_yes_marked = is_yes_marked
        self._edge = 0

    def on_mount(self) -> None:
        self.show(self._lines)

    def _lines(self, _width: int) -> list[Line]:
        left = self._answer("y", self._yes, is_marked=self._is_yes_marked)
        right = self._answer("n", "No, go back", is_marked=not self._is_yes_marked)
        self._edge = width_of(left)
        return [(*left, Span("   "), *right)]

    @staticmethod
    def _answer(key: str, words: str, *, is_marked: bool) -> Line:
        opening, closing = ("[ ", " ]") if is_marked else ("  ", "  ")
        tone = Tone.STRONG if is_marked else Tone.MUTED
        return (Span(opening, Tone.KEY), Span(key, Tone.KEY), Span(f" {words}", tone), Span(closing, Tone.KEY))

    def action_other(self) -> None:
        self._is_yes_marked = not self._is_yes_marked
        self.show(self._lines)

    def action_give(self) -> None:
        self.post_message(self.Given(is_yes=self._is_yes_marked))

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Given(is_yes=event.x < self._edge))
