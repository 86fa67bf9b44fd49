"""A list to choose from: typing narrows it, what cannot be used says why."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from ctxtui.screens.launcher import Choice
from ctxtui.screens.leaving import Sheet
from ctxtui.screens.presentation.spans import Line, Span, Tone, fit, line, shorten, wrapped
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Composed, LineBlock

_NAME_MOST = 36


class PickerScreen(Sheet[str | None]):
    """Gives the value of the choice, or None."""

    CSS_PATH: ClassVar = ["../modals.tcss", "screen.tcss"]
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "choose nothing", id="picker.back", priority=True),
        Binding("down,ctrl+n", "move(1)", "next", id="picker.next", priority=True),
        Binding("up,ctrl+p", "move(-1)", "previous", id="picker.previous", priority=True),
    ]

    def __init__(self, title: str, choices: tuple[Choice, ...], chosen: str) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._chosen = chosen
        self._shown = choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield LineBlock(id="title")
            words = Input(placeholder="words to narrow it")
            words.cursor_blink = False
            yield words
            yield LineList(id="choices")
            yield LineBlock(id="told")
            yield LineBlock(id="keys")

    def on_mount(self) -> None:
        self.query_one("#title", LineBlock).show(lambda _width: [line((self._title, Tone.STRONG))])
        keys = line(("⏎", Tone.KEY), (" choose  ", Tone.MUTED), ("esc", Tone.KEY), (" back", Tone.MUTED))
        self.query_one("#keys", LineBlock).show(lambda _width: [keys])
        self._show()
        place = next((at for at, one in enumerate(self._shown) if self._chosen in {one.value, one.name}), 0)
        self.call_after_refresh(self.query_one(LineList).select, place)

    def _show(self) -> None:
        self.query_one(LineList).show(Composed(self._lines), keep_place=False)

    def _lines(self, width: int) -> list[Line]:
        if not self._shown:
            return [line(("Nothing has these words.", Tone.MUTED))]
        name_width = min(max(len(one.name) for one in self._shown), _NAME_MOST, max(width // 2, 8))
        return [_choice_line(one, name_width, width) for one in self._shown]

    @on(Input.Changed)
    def _narrowed(self, event: Input.Changed) -> None:
        words = event.value.casefold().split()
        self._shown = tuple(one for one in self._choices if all(word in one.name.casefold() for word in words))
        self._show()
        self.query_one(LineList).select(0)
        self._looked_at()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._choose(self.query_one(LineList).cursor)

    @on(LineList.Highlighted)
    def _looked_at(self) -> None:
        """Of what cannot be chosen is told in full why, where the row has no room for it."""
        row = self.query_one(LineList).cursor
        one = self._shown[row] if row < len(self._shown) else None
        told = one.told if one is not None and not one.is_usable else ""
        self.query_one("#told", LineBlock).show(lambda width: wrapped(told, width, Tone.WARN) if told else [])

    @on(LineList.Chosen)
    def _clicked(self, message: LineList.Chosen) -> None:
        self._choose(message.row)

    def _choose(self, row: int) -> None:
        if row < len(self._shown):
            self.dismiss(self._shown[row].value)

    def action_move(self, by: int) -> None:
        self.query_one(LineList).action_move(by)


def _choice_line(choice: Choice, name_width: int, width: int) -> Line:
    sign, tone = ("✓ ", Tone.GOOD) if choice.is_usable else ("✕ ", Tone.BAD)
    told = shorten(choice.brief or choice.told, max(width - name_width - 4, 0))
    return (
        Span(sign, tone),
        Span(fit(choice.name, name_width), Tone.TEXT if choice.is_usable else Tone.MUTED),
        Span(f"  {told}", Tone.MUTED if choice.is_usable else Tone.WARN),
    )
