"""A small sheet: what is about to be asked, and a line for a note."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from ctxtui.screens.leaving import Sheet
from ctxtui.screens.note.request import NoteWanted
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, line, wrapped
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView


class NoteSheet(Sheet[str | None]):
    """Gives the note, empty where none is needed and none was typed, or None when the user goes back."""

    CSS_PATH: ClassVar = ["../modals.tcss", "screen.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "send", "do it, with this note", id="note.send"),
        Binding("down", "scroll(1)", "read on", id="note.down"),
        Binding("up", "scroll(-1)", "read back", id="note.up"),
        Binding("escape", "go_back", "go back", id="note.back", priority=True),
    ]

    def __init__(self, wanted: NoteWanted) -> None:
        super().__init__()
        self._wanted = wanted
        self._complaint = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet -small"):
            yield LineView(id="question")
            note = Input(placeholder=self._wanted.what_for, id="note", select_on_focus=False)
            note.cursor_blink = False
            yield note
            yield LineBlock(id="hint")

    def on_mount(self) -> None:
        wanted = self._wanted
        self.query_one("#question", LineView).show(
            Composed(
                lambda width: [
                    *wrapped(wanted.title, width, Tone.STRONG),
                    *wrapped(wanted.consequence, width, Tone.MUTED),
                    BLANK,
                ]
            )
        )
        self._show_hint()
        self.query_one(Input).focus()

    def _show_hint(self) -> None:
        self.query_one("#hint", LineBlock).show(self._hint_lines)

    def _hint_lines(self, width: int) -> list[Line]:
        complaint = wrapped(self._complaint, width, Tone.WARN) if self._complaint else []
        keys = line(
            ("enter", Tone.KEY), (f" {self._wanted.yes}   ", Tone.TEXT), ("esc", Tone.KEY), (" back", Tone.TEXT)
        )
        return [*complaint, BLANK, keys]

    @on(Input.Changed)
    def _typed(self) -> None:
        if self._complaint:
            self._complaint = ""
            self._show_hint()

    @on(Input.Submitted)
    def action_send(self) -> None:
        """After all keys before it: were it a key of the screen first, the text would lack the last of them."""
        note = self.query_one(Input).value.strip()
        if self._wanted.is_needed and not note:
            self._complaint = "Type what it should know."
            self._show_hint()
            return
        self.dismiss(note)

    def action_scroll(self, by: int) -> None:
        self.query_one(LineView).scroll_relative(y=by, animate=False)

    def action_go_back(self) -> None:
        self.dismiss(None)
