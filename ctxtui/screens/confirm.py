"""A question before something is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from ctxtui.screens.presentation.spans import BLANK, Line, Tone, line, wrapped
from ctxtui.screens.widgets.line_view import LineBlock


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what would be lost, and the words for yes."""

    title: str
    consequence: str
    yes: str


class ConfirmScreen(ModalScreen[bool]):
    """Yes is a key of its own; whatever is pressed by habit means no."""

    CSS_PATH = "modals.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", id="confirm.yes"),
        Binding("n,escape,q", "answer(False)", "no", id="confirm.no"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet -small"):
            yield LineBlock(id="question")

    def on_mount(self) -> None:
        self.query_one(LineBlock).show(self._lines)

    def _lines(self, width: int) -> list[Line]:
        question = self._question
        return [
            *wrapped(question.title, width, Tone.STRONG),
            *wrapped(question.consequence, width, Tone.MUTED),
            BLANK,
            line(("y", Tone.KEY), (f" {question.yes}    ", Tone.TEXT), ("n", Tone.KEY), (" No, go back", Tone.TEXT)),
        ]

    def action_answer(self, is_sure: bool) -> None:  # noqa: FBT001 - an action's argument
        self.dismiss(is_sure)
