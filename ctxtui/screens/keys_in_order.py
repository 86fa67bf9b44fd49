"""Keys that are typed faster than the screen follows, each handled after all that came of the ones before it."""

from __future__ import annotations

from collections import deque
from time import monotonic
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

_HELD_LOOKS = 200
"""After so many looks a screen that still shows nothing gets its keys nevertheless, and says what it is waiting for."""
_LEADS_OUT = frozenset({"ctrl+c", "ctrl+q", "ctrl+z"})
"""Keys that wait behind no other."""
_BEHIND_AT_ONCE, _BEHIND_LATER = 0.25, 0.6
"""Seconds between two keys that were typed as one: the first behind a key, and every further one."""

_Typed: TypeAlias = events.Key | events.Paste


class KeyHandled(Message):
    """Goes the way that a key went, behind it."""


class KeysInOrder(App[str]):
    """Hands on a key when the one before it is done, and to a screen whose `takes_keys` is false once that is true.

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
        self._held_looks = 0
        self._settled: Screen[object] | None = None
        self._sent_at = 0.0
        self._drops_within = 0.0
        """How soon behind the key before it a key has to come to be dropped; 0 while none is."""

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
            if len(self._waiting) == 1:
                self._look_later()
            return
        await super().on_event(event)

    async def _send_next(self) -> None:
        """Sends what waits, until something is under way."""
        while self._waiting and self._way is None and self.screen_stack:
            if self.screen is not self._settled and self._follow(self.screen, rounds=1):
                self._settled = self.screen  # a screen that was just opened gives the focus to one of its widgets first
                return
            self._drop_words()
            event = self._next() if self._waiting else None
            if event is None:
                return
            self._sent_at = event.time
            target = self.focused or self.screen
            await super().on_event(self._with_more_text(event, target))
            self._follow(target, rounds=_ROUNDS)

    def _next(self) -> _Typed | None:
        """The next key that can be handed on: before the screen shows anything, one that is not about what it shows."""
        if self._may_be_a_word:
            return None
        self._drops_within = 0.0
        if getattr(self.screen, "takes_keys", True):
            self._held_looks = 0
        elif self._held_looks <= _HELD_LOOKS:
            return self._that_passes()
        return self._waiting.popleft()

    def _with_more_text(self, first: _Typed, target: Widget) -> _Typed:
        """A letter with those that wait behind it, for a field in which is typed: it would draw each of them."""
        text = ""
        one: _Typed | None = first
        while isinstance(one, events.Key) and one.character and one.is_printable:
            if not target.check_consume_key(one.key, one.character):
                break
            text += one.character
            if one is not first:
                self._waiting.popleft()
            one = self._waiting[0] if self._waiting else None
        return events.Paste(text) if len(text) > 1 else first

    def _that_passes(self) -> _Typed | None:
        for event in self._waiting:
            if isinstance(event, events.Key) and event.key in _LEADS_OUT:
                self._waiting.remove(event)
                return event
        first = self._waiting[0]
        if not isinstance(first, events.Key):
            return None
        active = self.screen.active_bindings.get(first.key)
        is_own = first.key == "escape" or (active is not None and active.node is self)
        return self._waiting.popleft() if is_own else None

    def drop_words(self) -> None:
        """Drops what was typed as one with the present key."""
        self._drops_within = _BEHIND_AT_ONCE

    def _drop_words(self) -> None:
        """Takes away what waits of the words; a single key is no word, and stays."""
        while self._drops_within and self._waiting and self._is_of_words(self._waiting[0], self._sent_at):
            is_first = self._drops_within == _BEHIND_AT_ONCE
            if is_first and (len(self._waiting) == 1 or not self._is_of_words(self._waiting[1], self._waiting[0].time)):
                return
            if is_first:
                self.words_dropped()
            self._sent_at = self._waiting.popleft().time
            self._drops_within = _BEHIND_LATER
        if self._waiting:
            self._drops_within = 0.0

    def _is_of_words(self, event: _Typed, before: float) -> bool:
        is_printed = isinstance(event, events.Paste) or event.is_printable or event.key in {"enter", "backspace"}
        return is_printed and event.time - before < (self._drops_within or _BEHIND_AT_ONCE)

    @property
    def _may_be_a_word(self) -> bool:
        """Whether the one key that waits came so soon behind a refused one that others may follow."""
        return bool(self._drops_within) and monotonic() - self._waiting[0].time < _BEHIND_AT_ONCE

    def words_dropped(self) -> None:
        """Is called when the first of the words that belong together is dropped."""

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
        self._held_looks += self._way is None
        if self._way is None or self._looks > _LOST_LOOKS or not self._is_there(self._way):
            self._way = None
            await self._send_next()
        if self._waiting:
            self._look_later()


def drop_words_behind(app: App[object]) -> None:
    """After a key that would have asked for words: those typed as one with it are for nobody, and no commands."""
    if isinstance(app, KeysInOrder):
        app.drop_words()
