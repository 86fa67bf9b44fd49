"""Every sentence that was told since the start, newest last."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ctxtui.screens.presentation.spans import Tone

_MOST = 500


class Told(NamedTuple):
    at: datetime
    sentence: str
    tone: Tone


@dataclass(slots=True)
class MessageLog:
    """Bounded; a sentence that is repeated at once is kept once."""

    messages: deque[Told] = field(default_factory=lambda: deque(maxlen=_MOST))

    def add(self, told: Told) -> None:
        if self.messages and self.messages[-1].sentence == told.sentence:
            self.messages.pop()
        self.messages.append(told)
