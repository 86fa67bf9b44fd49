"""The application: it opens screens and owns nothing but the store's opening and the way out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.screens.access import Access, Opened
from ctxtui.screens.commands import commands_of
from ctxtui.screens.navigation import OpenRun
from ctxtui.screens.opening import screen_class
from ctxtui.screens.services import Clock, HomeStart, RunStart, Services, UiSettings
from ctxtui.screens.themes import ANSI, FALLBACK, default_theme, themes

_BREATH = 0.03
"""Seconds for the terminal to get the first frame before the store's library is imported, which keeps Python busy."""
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def _now() -> datetime:
    return datetime.now(UTC)


class CtxtuiApp(App[str]):
    """`run()` returns a summary for the scrollback; leaving never stops a run."""

    TITLE = "ctxtui"
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "leave; runs go on", id="app.leave"),
        Binding("question_mark", "help", "the keys of this screen", id="app.help"),
        Binding("colon", "command_palette", "all commands", id="app.commands"),
    ]

    class StoreOpened(Message):
        """The store is open."""

        def __init__(self, opened: Opened) -> None:
            super().__init__()
            self.opened = opened

    class StoreFailed(Message):
        """The store cannot be opened."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(
        self, services: Services, start: HomeStart | RunStart, settings: UiSettings, clock: Clock = _now
    ) -> None:
        chosen = settings.theme or default_theme()
        # The first screen's own style is read with the rest: a screen that brings its own has all of it parsed again.
        name = "home" if isinstance(start, HomeStart) else "run"
        super().__init__(css_path=["app.tcss", f"screens/{name}.tcss"], ansi_color=True if chosen == ANSI else None)
        self.access = Access(services, settings, clock)
        self._start = start
        for theme in themes():
            self.register_theme(theme)
        self.theme = chosen
        self.set_keymap(dict(settings.keymap))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACK

    def get_default_screen(self) -> Screen[object]:
        """Home lies at the bottom of the stack where it comes first: an empty screen below it would be drawn, too."""
        return screen_class("home")(self.access) if isinstance(self._start, HomeStart) else super().get_default_screen()

    async def on_mount(self) -> None:
        if isinstance(self._start, RunStart):
            await self.push_screen(screen_class("run")(self.access, self._start.run))
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._end_by_signal, number)
        self.call_after_refresh(self.set_timer, _BREATH, self._open_store)

    @work(thread=True, exit_on_error=False)
    def _open_store(self) -> None:
        """Opens the store once the first frame is on screen: importing its library takes as long as all the rest."""
        from ctxtui.screens.follower import Follower  # noqa: PLC0415 - after the first frame

        try:
            store = self.access.services.open_store()
        except CtxtuiError as error:
            self.post_message(self.StoreFailed(str(error)))
            return
        self.post_message(self.StoreOpened(Opened(store, Follower(store, self.access.services.account))))

    def on_ctxtui_app_store_opened(self, message: StoreOpened) -> None:
        self.access.opened = message.opened
        message.opened.follower.start()
        for screen in self.screen_stack:
            opened = getattr(screen, "store_opened", None)
            if opened is not None:
                opened()

    def on_ctxtui_app_store_failed(self, message: StoreFailed) -> None:
        self.exit(message.sentence, return_code=1)

    def on_unmount(self) -> None:
        for number in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
        if self.access.opened is not None:
            self.access.follower.stop()
            self.access.store.close()

    def _end_by_signal(self, number: int) -> None:
        self._end(return_code=128 + number)

    def _end(self, return_code: int = 0) -> None:
        from ctxtui.screens.summary import summary_of  # noqa: PLC0415 - the last thing there is to do

        self.exit(summary_of(self.screen_stack), return_code=return_code)

    def on_open_run(self, message: OpenRun) -> None:
        self.push_screen(screen_class("run")(self.access, message.run))

    def action_leave(self) -> None:
        self._end()

    def action_home(self) -> None:
        """Back to the list of runs, whether or not the program began there."""
        if len(self.screen_stack) > (1 if isinstance(self._start, HomeStart) else 2):
            self.pop_screen()
        else:
            self.switch_screen(screen_class("home")(self.access))

    def action_help(self) -> None:
        self.push_screen(screen_class("help")(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from commands_of(screen)
        yield SystemCommand("change the theme", "light, dark, terminal colours and more", self.action_change_theme)
