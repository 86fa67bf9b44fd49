"""A question before something is lost."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from ctxtui.screens.confirm.answers import AnswerLine
from ctxtui.screens.confirm.question import Question
from ctxtui.screens.leaving import Sheet
from ctxtui.screens.presentation.spans import Line, Tone, wrapped
from ctxtui.screens.widgets.line_view import Composed, LineView


class ConfirmScreen(Sheet[bool]):
    """Yes is a key of its own; what is pressed by habit means no, unless nothing is lost by a yes."""

    CSS_PATH: ClassVar = ["../modals.tcss", "screen.tcss"]
    AUTO_FOCUS = "AnswerLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", id="confirm.yes"),
        Binding("n,escape,q", "answer(False)", "no", id="confirm.no"),
        Binding("down,j", "scroll(1)", "read on", id="confirm.down"),
        Binding("up,k", "scroll(-1)", "read back", id="confirm.up"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._shown = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet -small"):
            yield LineView(id="question")
            yield AnswerLine(self._question.yes, is_yes_marked=self._question.is_harmless)

    def on_mount(self) -> None:
        self._show()
        self.set_interval(1.0, self._show)

    def _show(self) -> None:
        """Anew where the consequence is another by now."""
        consequence = self._question.consequence_now()
        if consequence != self._shown:
            self._shown = consequence
            self.query_one(LineView).show(Composed(self._lines))

    def _lines(self, width: int) -> list[Line]:
        return [*wrapped(self._question.title, width, Tone.STRONG), *wrapped(self._shown, width, Tone.MUTED)]

    @on(AnswerLine.Given)
    def _given(self, message: AnswerLine.Given) -> None:
        self.dismiss(message.is_yes)

    def action_answer(self, is_sure: bool) -> None:  # noqa: FBT001 - an action's argument
        self.dismiss(is_sure)

    def action_scroll(self, by: int) -> None:
        self.query_one(LineView).scroll_relative(y=by, animate=False)
