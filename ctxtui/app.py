"""The application: it opens screens and owns nothing but the store's opening and the way out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.screens.access import Access, Opened
from ctxtui.screens.follower import Follower
from ctxtui.screens.navigation import OpenRun
from ctxtui.screens.opening import screen_class
from ctxtui.screens.services import Clock, HomeStart, RunStart, Services, UiSettings
from ctxtui.screens.summary import summary_of
from ctxtui.screens.themes import ANSI, FALLBACK, default_theme, themes

_BASE = 2
"""The stack never gets lower: Textual's own empty screen, and the first of ours."""
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def _now() -> datetime:
    return datetime.now(UTC)


class CtxtuiApp(App[str]):
    """`run()` returns a summary for the scrollback; leaving never stops a run."""

    TITLE = "ctxtui"
    CSS_PATH = "app.tcss"
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
        super().__init__(ansi_color=True if chosen == ANSI else None)
        self.access = Access(services, settings, clock)
        self._start = start
        for theme in themes():
            self.register_theme(theme)
        self.theme = chosen
        self.set_keymap(dict(settings.keymap))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACK

    def _first_screen(self) -> Screen[object]:
        match self._start:
            case HomeStart():
                return screen_class("home")(self.access)
            case RunStart(run):
                return screen_class("run")(self.access, run)

    async def on_mount(self) -> None:
        await self.push_screen(self._first_screen())
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._end_by_signal, number)
        self.call_after_refresh(self._open_store)

    @work(thread=True, exit_on_error=False)
    def _open_store(self) -> None:
        """Opens the store once the first frame is on screen: importing its library takes as long as all the rest."""
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
        self.exit(summary_of(self.screen_stack), return_code=128 + number)

    def on_open_run(self, message: OpenRun) -> None:
        self.push_screen(screen_class("run")(self.access, message.run))

    def action_leave(self) -> None:
        self.exit(summary_of(self.screen_stack))

    def action_home(self) -> None:
        """Back to the list of runs, whether or not the program began there."""
        if len(self.screen_stack) > _BASE:
            self.pop_screen()
        else:
            self.switch_screen(screen_class("home")(self.access))

    def action_help(self) -> None:
        self.push_screen(screen_class("help")(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        for key, active in screen.active_bindings.items():
            binding = active.binding
            if (
                binding.id
                and binding.description
                and not binding.id.startswith(("list.", "text.", "tree.", "app.commands"))
            ):
                yield SystemCommand(
                    binding.description, f"key {self.get_key_display(binding)}", _runner(self, screen, key)
                )
        yield SystemCommand("change the theme", "light, dark, terminal colours and more", self.action_change_theme)


def _runner(app: App[str], screen: Screen[object], key: str) -> Callable[[], None]:
    def press() -> None:
        action = screen.active_bindings[key].binding.action
        app.call_later(screen.run_action, action)

    return press
