"""The keys that work on every screen."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ctxtui.screens.access import Access
from ctxtui.screens.clipboard import copied_by_a_program
from ctxtui.screens.commands import commands_of
from ctxtui.screens.keys_in_order import KeysInOrder
from ctxtui.screens.messages.log import Told
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.driver import Driver

_LEAVE_WITHIN = 2.0
"""Seconds in which a second ctrl+c leaves where nothing says so; elsewhere it does as long as that is said."""
_ONCE_MORE = "ctrl+c once more leaves; runs go on."


def _acts() -> type[Provider]:
    from ctxtui.screens.acts_by_word import ActsByWord  # noqa: PLC0415 - when the palette is opened

    return ActsByWord


class KeyedApp(KeysInOrder):
    """Leaves with a summary, opens the help, the commands, the messages and the themes."""

    access: Access
    COMMANDS = {_acts}  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "leave; runs go on", id="app.leave"),
        Binding("question_mark", "help", "the keys of this screen", id="app.help"),
        Binding("colon,ctrl+p", "command_palette", "all commands", id="app.commands"),
        Binding("M", "messages", "every message so far, in full", id="app.messages"),
        Binding("ctrl+z", "suspend_process", "back to the shell; `fg` comes back", id="app.suspend"),
    ]

    copied_to = ""
    """Where the last text was copied to; empty where only the terminal knows."""
    _asked_to_leave_at = -_LEAVE_WITHIN

    def get_driver_class(self) -> type[Driver]:
        """Textual's own, but for terminals, which may go away at any moment."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from ctxtui.screens.driver import TerminalDriver  # noqa: PLC0415 - not where there is no terminal

        return TerminalDriver

    @property
    def fault(self) -> Exception | None:
        """What nobody foresaw and made the interface close, for whoever opened it to report."""
        return self._exception

    def _fatal_error(self) -> None:
        """Textual would print the program's own lines and values over the shell."""
        self._close_messages_no_wait()

    def end(self, return_code: int = 0) -> None:
        from ctxtui.screens.summary import summary_of  # noqa: PLC0415 - the last thing there is to do

        self.exit(summary_of(self.screen_stack), return_code=return_code)

    def action_leave(self) -> None:
        self.end()

    async def action_quit(self) -> None:
        """Ctrl+q, which Textual binds: it leaves as q does."""
        self.end()

    def action_help_quit(self) -> None:
        """Ctrl+c: Textual's own answer names a key of its own."""
        now, bars = time.monotonic(), self.screen.query(KeyBar)
        if now - self._asked_to_leave_at <= _LEAVE_WITHIN or any(bar.hint == _ONCE_MORE for bar in bars):
            self.end()
            return
        self._asked_to_leave_at = now
        for bar in bars:
            bar.tell(_ONCE_MORE, Tone.MUTED)

    def action_help(self) -> None:
        self.push_screen(screen_class("help")(self.screen))

    def words_dropped(self) -> None:
        for bar in self.screen.query(KeyBar):
            bar.tell(f"{bar.hint} What was typed behind it is dropped.".strip())

    def copy_to_clipboard(self, text: str) -> None:
        """By the terminal itself where no program of the desktop or of tmux does it."""
        self.copied_to = copied_by_a_program(text)
        if not self.copied_to:
            super().copy_to_clipboard(text)

    def action_messages(self) -> None:
        self.push_screen(screen_class("messages")(self.access.log))

    def on_key_bar_told(self, message: KeyBar.Told) -> None:
        self.access.log.add(Told(self.access.clock(), message.sentence, message.tone))

    def action_change_theme(self) -> None:
        def chosen(name: str | None) -> None:
            if name:
                self.access.services.remember_theme(name)

        self.push_screen(screen_class("theme")(), chosen)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from commands_of(screen)
        yield SystemCommand("change the theme", "light, dark, terminal colours and more", self.action_change_theme)
