"""The footer: the keys that do something here, the others dimmed, and above them for a moment what was answered."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.screen import Screen

from ctxtui.screens.later import once_later
from ctxtui.screens.presentation.spans import Line, Span, Tone, apart, width_of, wrapped
from ctxtui.screens.widgets.line_view import LineBlock

_HINT_SECONDS = 5.0
_READ_PER_SECOND = 25
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class KeyOffer:
    """A key in the footer; `action` is what a click on it runs."""

    key: str
    label: str
    action: str
    is_enabled: bool = True


class KeyBar(LineBlock):
    """Keys stay in their order, so that the eye finds them; where not all fit, those that can be used go first.

    A sentence stands above the keys, in full where it fits four lines, and goes into the log of messages.
    """

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: auto; background: $panel; }
    """

    class Pressed(Message):
        """A key in the footer was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class Told(Message):
        """A sentence was shown; the application keeps it."""

        def __init__(self, sentence: str, tone: Tone) -> None:
            super().__init__()
            self.sentence = sentence
            self.tone = tone

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._offers: tuple[KeyOffer, ...] = ()
        self._fixed: tuple[KeyOffer, ...] = ()
        self._lent: tuple[KeyOffer, ...] = ()
        self._places: list[tuple[int, int, str]] = []
        self._hint: tuple[str, Tone] = ("", Tone.WARN)
        self._hint_number = 0

    def on_mount(self) -> None:
        self.app.screen_change_signal.subscribe(self, self._screen_changed)

    def _screen_changed(self, screen: Screen[object]) -> None:
        """Under a dialog an old answer would only stand in the way."""
        if screen is not self.screen:
            self.hush()

    @property
    def hint(self) -> str:
        return self._hint[0]

    def offer(self, offers: tuple[KeyOffer, ...], fixed: tuple[KeyOffer, ...]) -> None:
        """Puts the keys in; the `fixed` ones stand at the right and always fit."""
        if (offers, fixed) != (self._offers, self._fixed):
            self._offers, self._fixed = offers, fixed
            self.show(self._lines)

    def lend(self, offers: tuple[KeyOffer, ...]) -> None:
        """Shows these keys alone, for as long as something is typed; none gives the line back."""
        self._lent = offers
        self.show(self._lines)

    def tell(self, sentence: str, tone: Tone = Tone.WARN, *, stays: bool = False) -> None:
        """Says a sentence above the keys, for as long as reading it takes, or until the next one comes."""
        self._hint = (sentence, tone)
        self._hint_number += 1
        number = self._hint_number
        self.show(self._lines)
        # Straight to the application: a message does not rise past a parent in whose name it was sent.
        self.app.post_message(self.Told(sentence, tone))
        if not stays:
            once_later(self, _HINT_SECONDS + len(sentence) / _READ_PER_SECOND, lambda: self._untell(number))

    def hush(self) -> None:
        """Takes the sentence away."""
        self._untell(self._hint_number)

    def _untell(self, number: int) -> None:
        if number == self._hint_number and self.hint:
            self._hint = ("", Tone.WARN)
            self.show(self._lines)

    def _lines(self, width: int) -> list[Line]:
        return [*self._hint_lines(width), self._key_line(width)]

    def _hint_lines(self, width: int) -> list[Line]:
        sentence, tone = self._hint
        if not sentence:
            return []
        lines = wrapped(sentence, width - 1, tone, " ")
        if len(lines) > _MOST_LINES:
            lines = [*lines[: _MOST_LINES - 1], (*lines[_MOST_LINES - 1], Span(" …", tone))]
        return lines

    def _key_line(self, width: int) -> Line:
        fixed = () if self._lent else self._fixed
        right = self._spans(fixed)
        room = width - width_of(right) - 1
        self._places = []
        left: list[Span] = []
        at = 0
        for offer in self._that_fit(room):
            spans = self._spans((offer,))
            size = width_of(spans)
            self._places.append((at, at + size, offer.action))
            left += spans
            at += size
        at = width - width_of(right)
        for offer in fixed:
            size = width_of(self._spans((offer,)))
            self._places.append((at, at + size, offer.action))
            at += size
        return apart(left, right, width)

    def _that_fit(self, room: int) -> list[KeyOffer]:
        chosen: set[str] = set()
        offers = self._lent or self._offers
        for offer in sorted(offers, key=lambda offer: not offer.is_enabled):
            size = width_of(self._spans((offer,)))
            if size <= room:
                room -= size
                chosen.add(offer.action)
        return [offer for offer in offers if offer.action in chosen]

    @staticmethod
    def _spans(offers: tuple[KeyOffer, ...]) -> list[Span]:
        spans = []
        for offer in offers:
            spans.append(Span(f" {offer.key}", Tone.KEY if offer.is_enabled else Tone.FAINT))
            spans.append(Span(f" {offer.label} ", Tone.MUTED if offer.is_enabled else Tone.FAINT))
        return spans

    def on_click(self, event: events.Click) -> None:
        if event.y < self.size.height - 1:
            return
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))
