"""The log of messages: every answer in full, for whoever looked away."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ctxtui.screens.leaving import Page
from ctxtui.screens.messages.log import MessageLog
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, line, wrapped
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView

_CLOCK = "%H:%M:%S"
_CLOCK_WIDTH = 11


class MessagesScreen(Page[None]):
    """Newest first."""

    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,M", "dismiss(None)", "back", id="messages.back")]

    def __init__(self, log: MessageLog) -> None:
        super().__init__()
        self._log = log

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        yield LineView(id="text")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#head", LineBlock).show(
            lambda _width: [line((" Messages", Tone.STRONG), ("  what was told since the start", Tone.MUTED)), BLANK]
        )
        view = self.query_one(LineView)
        view.show(Composed(self._lines))
        view.focus()
        offer_keys(self, (), (Offered("messages.back", "back", "dismiss(None)"), HELP))

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.run_worker(self.run_action(message.action))

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for told in reversed(self._log.messages):
            first, *more = wrapped(told.sentence, width - _CLOCK_WIDTH - 1, told.tone)
            lines.append((Span(f" {told.at.astimezone():{_CLOCK}}  ", Tone.MUTED), *first))
            lines += [(Span(" " * _CLOCK_WIDTH), *rest) for rest in more]
        return lines or [line((" Nothing has been told yet.", Tone.MUTED))]
