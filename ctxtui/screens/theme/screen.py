"""The choice of a theme: each is tried on as the selection comes to it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from ctxtui.screens.leaving import Sheet
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, fit, line
from ctxtui.screens.theme.themes import ANSI, DARK, LIGHT
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Composed, LineBlock

_OWN = {DARK: "dark", LIGHT: "light", ANSI: "the terminal's own colours"}


class ThemeScreen(Sheet[str]):
    """Gives the theme that was chosen; an empty text leaves the theme as it was."""

    CSS_PATH: ClassVar = ["../modals.tcss", "screen.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "leave it as it was", id="theme.back")]

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield LineBlock(id="title")
            yield LineList(id="themes")
            yield LineBlock(id="keys")

    def on_mount(self) -> None:
        self._before = self.app.theme
        others = sorted(name for name in self.app.available_themes if name not in _OWN)
        self._names = [*_OWN, *others]
        self.query_one("#title", LineBlock).show(lambda _width: [line(("Theme", Tone.STRONG)), BLANK])
        self.query_one("#keys", LineBlock).show(
            lambda _width: [
                BLANK,
                line(("⏎", Tone.KEY), (" keep  ", Tone.MUTED), ("esc", Tone.KEY), (" as it was", Tone.MUTED)),
            ]
        )
        themes = self.query_one(LineList)
        themes.show(Composed(self._lines))
        themes.focus()
        self.call_after_refresh(themes.select, self._names.index(self._before))

    def _lines(self, width: int) -> list[Line]:
        return [
            (
                Span("✓ " if name == self._before else "  ", Tone.GOOD),
                Span(fit(_OWN.get(name, name), width - 2), Tone.STRONG if name in _OWN else Tone.TEXT),
            )
            for name in self._names
        ]

    @on(LineList.Highlighted)
    def _try(self, message: LineList.Highlighted) -> None:
        self.app.theme = self._names[message.row]

    @on(LineList.Chosen)
    def _keep(self, message: LineList.Chosen) -> None:
        self.dismiss(self._names[message.row])

    def action_leave(self) -> None:
        self.app.theme = self._before
        self.dismiss("")
