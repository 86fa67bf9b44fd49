"""The application: it opens screens and owns nothing but the store's opening and the way out."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import PurePath

from textual.app import App
from textual.screen import Screen

from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.processes.garbage import collect_from_now_on
from ctxtui.screens import frames
from ctxtui.screens.access import Access, Opened
from ctxtui.screens.keyed_app import KeyedApp
from ctxtui.screens.later import once_later
from ctxtui.screens.navigation import OpenRun
from ctxtui.screens.opening import screen_class
from ctxtui.screens.services import Clock, HomeStart, RunStart, Services, UiSettings
from ctxtui.screens.terminal import is_terminal_gone
from ctxtui.screens.terminal_title import TerminalTitle
from ctxtui.screens.theme.themes import ANSI, FALLBACK, default_theme, themes
from ctxtui.screens.working import in_background

_BREATH = 0.03
"""Seconds for the terminal to get the first frame before the store's library is imported, which keeps Python busy."""
_TITLE_SECONDS = 1.0
_LOOK_SECONDS = 2.0
"""How often it is looked whether there still is a terminal: it may go without a signal."""
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def _now() -> datetime:
    return datetime.now(UTC)


class CtxtuiApp(KeyedApp):
    """`run()` returns a summary for the scrollback; leaving never stops a run."""

    TITLE = "ctxtui"
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self, services: Services, start: HomeStart | RunStart, settings: UiSettings, clock: Clock = _now
    ) -> None:
        chosen = settings.theme or default_theme()
        # The first screen's own style is read with the rest: a screen that brings its own has all of it parsed again.
        first = "home" if isinstance(start, HomeStart) else "run"
        styles: list[str | PurePath] = ["app.tcss", f"screens/{first}/screen.tcss"]
        super().__init__(css_path=styles, ansi_color=True if chosen == ANSI else None)
        frames.set_pace()
        self.access = Access(services, settings, clock)
        self._start = start
        self.failure = ""
        """What made the interface close at once, for whoever opened it to tell."""
        for theme in themes():
            self.register_theme(theme)
        self._begin_with(chosen)
        self._title = TerminalTitle(self)
        self.set_keymap(dict(settings.keymap))

    def _begin_with(self, theme: str) -> None:
        """The theme of the first frame: once `theme` is set, all styles are read a second time."""
        self.set_reactive(App.theme, self._validate_theme(theme))
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

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
        self.set_interval(_LOOK_SECONDS, self._leave_a_closed_terminal)
        self._title.begin()
        self.set_interval(_TITLE_SECONDS, self._title.update)
        self.call_after_refresh(once_later, self, _BREATH, self._open_store)

    def _open_store(self) -> None:
        """Opens the store once the first frame is on screen: importing its library takes as long as all the rest."""
        in_background(self, self._opened, self._store_opened, self._store_failed, group="store")

    def _opened(self) -> Opened:
        from ctxtui.screens.follower import Follower  # noqa: PLC0415 - after the first frame

        store = self.access.services.open_store()
        return Opened(store, Follower(store, self.access.services.account))

    def _store_opened(self, opened: Opened) -> None:
        collect_from_now_on()
        self.access.opened = opened
        opened.follower.start()
        for screen in self.screen_stack:
            notice = getattr(screen, "store_opened", None)
            if notice is not None:
                notice()

    def _store_failed(self, sentence: str) -> None:
        self.failure = sentence
        self.exit(return_code=int(ExitCode.RETRYABLE))

    def on_unmount(self) -> None:
        self._title.end()
        for number in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
        if self.access.opened is not None:
            self.access.follower.stop()
            self.access.store.close()

    def _leave_a_closed_terminal(self) -> None:
        if is_terminal_gone():
            self._end_by_signal(signal.SIGHUP)

    def _end_by_signal(self, number: int) -> None:
        self.end(return_code=128 + number)

    def on_open_run(self, message: OpenRun) -> None:
        self.push_screen(screen_class("run")(self.access, message.run, message.begins_at))

    def action_home(self) -> None:
        """Back to the list of runs, whether or not the program began there."""
        if len(self.screen_stack) > (1 if isinstance(self._start, HomeStart) else 2):
            self.pop_screen()
        else:
            begins_at = self._start.run.run_id if isinstance(self._start, RunStart) else ""
            self.switch_screen(screen_class("home")(self.access, begins_at))
