"""The footer: the keys that do something here, the others dimmed, and for a moment why one does nothing."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from ctxtui.screens.presentation.spans import Line, Span, Tone, apart, pad, width_of
from ctxtui.screens.widgets.line_view import LineBlock

_HINT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class KeyOffer:
    """A key in the footer; `action` is what a click on it runs."""

    key: str
    label: str
    action: str
    is_enabled: bool = True


class KeyBar(LineBlock):
    """Keys stay in their places, so that the eye finds them; what does not fit is left to the help."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; }
    """

    class Pressed(Message):
        """A key in the footer was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._offers: tuple[KeyOffer, ...] = ()
        self._fixed: tuple[KeyOffer, ...] = ()
        self._places: list[tuple[int, int, str]] = []
        self._hint: tuple[str, Tone] = ("", Tone.WARN)
        self._hint_number = 0

    @property
    def hint(self) -> str:
        return self._hint[0]

    def offer(self, offers: tuple[KeyOffer, ...], fixed: tuple[KeyOffer, ...]) -> None:
        """Puts the keys in; the `fixed` ones stand at the right and always fit."""
        if (offers, fixed) != (self._offers, self._fixed):
            self._offers, self._fixed = offers, fixed
            self.show(self._lines)

    def tell(self, sentence: str, tone: Tone = Tone.WARN) -> None:
        """Says a sentence in place of the keys, for some seconds."""
        self._hint = (sentence, tone)
        self._hint_number += 1
        number = self._hint_number
        self.show(self._lines)
        self.set_timer(_HINT_SECONDS, lambda: self._untell(number))

    def _untell(self, number: int) -> None:
        if number == self._hint_number and self.hint:
            self._hint = ("", Tone.WARN)
            self.show(self._lines)

    def _lines(self, width: int) -> list[Line]:
        right = self._spans(self._fixed)
        room = width - width_of(right) - 1
        self._places = []
        if self.hint:
            sentence, tone = self._hint
            if len(sentence) + 1 > room:
                return [pad([Span(f" {sentence}", tone)], width)]
            return [apart(pad([Span(f" {sentence}", tone)], max(room, 1)), right, width)]
        left: list[Span] = []
        at = 0
        for offer in self._offers:
            spans = self._spans((offer,))
            size = width_of(spans)
            if at + size > room:
                break
            self._places.append((at, at + size, offer.action))
            left += spans
            at += size
        at = width - width_of(right)
        for offer in self._fixed:
            size = width_of(self._spans((offer,)))
            self._places.append((at, at + size, offer.action))
            at += size
        return [apart(left, right, width)]

    @staticmethod
    def _spans(offers: tuple[KeyOffer, ...]) -> list[Span]:
        spans = []
        for offer in offers:
            spans.append(Span(f" {offer.key}", Tone.KEY if offer.is_enabled else Tone.FAINT))
            spans.append(Span(f" {offer.label} ", Tone.MUTED if offer.is_enabled else Tone.FAINT))
        return spans

    def on_click(self, event: events.Click) -> None:
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))
