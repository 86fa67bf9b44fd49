"""The line into which a filter is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget

from ctxtui.screens.widgets.key_bar import KeyBar, KeyOffer

_KEYS = (
    KeyOffer("⏎", "keep these words", "app.simulate_key('enter')"),
    KeyOffer("esc", "drop them", "app.simulate_key('escape')"),
)
"""What a person who types can do; a click on one is the key."""


class FilterBar(Horizontal):
    """Hidden until it is opened; enter keeps the filter, escape drops it."""

    DEFAULT_CSS = """
    FilterBar { height: 1; display: none; }
    FilterBar.-open { display: block; }
    FilterBar Input, FilterBar Input:focus { border: none; height: 1; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "drop", "drop the filter", id="filter.drop")]

    class Changed(Message):
        """Other words were typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The typing is over."""

    _before: Widget | None = None
    """What had the focus before the line was opened."""

    def compose(self) -> ComposeResult:
        return ()

    def open(self, text: str = "", placeholder: str = "words to look for") -> None:
        """Shows the line, with `text` in it, and takes the focus at once: keys typed after this are the words."""
        from textual.widgets import Input  # noqa: PLC0415 - the first frame has no input line

        if not self.children:
            self.mount(Input(select_on_focus=False))
        line = self.query_one(Input)
        line.placeholder = placeholder
        line.value = text
        line.cursor_position = len(text)
        line.cursor_blink = False
        self._before = self.screen.focused
        self.add_class("-open")
        self.screen.set_focus(line)
        self._lend(_KEYS)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def close(self) -> None:
        """Gives the focus back, at once, too."""
        self.remove_class("-open")
        self._lend(())
        self.screen.set_focus(self._before)
        self.post_message(self.Closed())

    def _lend(self, keys: tuple[KeyOffer, ...]) -> None:
        for bar in self.screen.query(KeyBar):
            bar.lend(keys)

    def action_drop(self) -> None:
        self.post_message(self.Changed(""))
        self.close()

    def on_input_changed(self, event: object) -> None:
        if self.is_open:
            self.post_message(self.Changed(str(getattr(event, "value", ""))))

    def on_input_submitted(self) -> None:
        self.close()
