"""Keys that are typed faster than the screen follows, each handled after all that came of the ones before it."""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from ctxtui.screens.later import once_later

_ROUNDS = 2
"""How often a key's way is gone again: what the key did may have sent a message that does the rest."""
_LOOK_SECONDS = 0.05
_LOST_LOOKS = 40
"""After so many looks a key that is still under way is given up: its widget may have gone meanwhile."""

_Typed: TypeAlias = events.Key | events.Paste


class KeyHandled(Message):
    """Goes the way that a key went, behind it."""


class KeysInOrder(App[str]):
    """Hands on a key when the one before it is done.

    Textual hands it to whatever has the focus when the key arrives, which may be before the key ahead of it moved the
    focus: of `/price`, typed at once, `price` would be five commands.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._waiting: deque[_Typed] = deque()
        self._way: Widget | None = None
        """Where the key that is under way was sent to."""
        self._rounds = 0
        self._looks = 0
        self._settled: Screen[object] | None = None

    def begin_with_keys(self, typed: str) -> None:
        """Keys that were read from the terminal before the interface began; they come ahead of all others."""
        if typed:
            parser = XTermParser()
            self._waiting.extend(event for event in parser.feed(typed) if isinstance(event, (events.Key, events.Paste)))

    def on_ready(self) -> None:
        if self._waiting:
            self._look_later()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self._waiting.append(event)
            if self._way is None:
                await self._send_next()
            elif len(self._waiting) == 1:
                self._look_later()
            return
        await super().on_event(event)

    async def _send_next(self) -> None:
        """Sends what waits, until something is under way."""
        while self._waiting and self._way is None and self.screen_stack:
            if self.screen is not self._settled and self._follow(self.screen, rounds=1):
                self._settled = self.screen  # a screen that was just opened gives the focus to one of its widgets first
                return
            target = self.focused or self.screen
            await super().on_event(self._waiting.popleft())
            self._follow(target, rounds=_ROUNDS)

    def _follow(self, target: Widget, *, rounds: int) -> bool:
        """Sends the message behind the key; whether there is anybody to take it."""
        self._rounds, self._looks = rounds, 0
        self._way = target if target.post_message(KeyHandled()) else None
        return self._way is not None

    def on_key_handled(self, message: KeyHandled) -> None:
        message.stop()
        self.call_later(self._go_on)  # behind changes of the focus that wait for their turn

    async def _go_on(self) -> None:
        if self._way is None or not self.screen_stack:
            return
        if self._rounds > 1 and self._follow(self.focused or self.screen, rounds=self._rounds - 1):
            return
        self._way = None
        await self._send_next()

    def _is_there(self, widget: Widget) -> bool:
        return widget.is_attached and widget.screen in self.screen_stack

    def _look_later(self) -> None:
        once_later(self, _LOOK_SECONDS, self._look)

    async def _look(self) -> None:
        """Sends the keys from before the first screen, and gives up one whose way ended with the screen it was for."""
        if not self._waiting:
            return
        self._looks += 1
        if self._way is None or self._looks > _LOST_LOOKS or not self._is_there(self._way):
            self._way = None
            await self._send_next()
        if self._waiting:
            self._look_later()
