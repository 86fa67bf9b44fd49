"""Asks the terminal for its background colour (OSC 11), so that light terminals get the light theme."""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from dataclasses import dataclass, field
from typing import Any, Self

_QUESTION = b"\x1b]11;?\x1b\\\x1b[c"
"""The colour, then the terminal's kind: that one every terminal answers, so that nobody waits for the first in vain."""
_KIND = re.compile(rb"\x1b\[\?[0-9;]*c")
_COLOR = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]+)/([0-9a-fA-F]+)/([0-9a-fA-F]+)")
_ANSWERS = re.compile(rb"\x1b\](?:[^\x07\x1b]|\x1b[^\\])*(?:\x07|\x1b\\|$)|\x1b\[\?[0-9;]*(?:c|$)")
_MIDDLE = 0.5
_WEIGHTS = (0.299, 0.587, 0.114)
_LONGEST = 0.2
"""Seconds to wait for a terminal that answers nothing."""


@dataclass(slots=True)
class BackgroundQuestion:
    """Asked at once and answered later, so that the program can be loaded meanwhile. Use it as a context manager."""

    input_fd: int
    output_fd: int
    typed: str = ""
    """Keys that came with the answer, for whoever reads the terminal next."""
    _modes: list[Any] = field(default_factory=list)
    _asked_at: float = 0.0

    def __enter__(self) -> Self:
        try:
            self._modes = termios.tcgetattr(self.input_fd)
            tty.setcbreak(self.input_fd, termios.TCSANOW)
            os.write(self.output_fd, _QUESTION)
        except (termios.error, OSError):
            self._restore()
        self._asked_at = time.monotonic()
        return self

    def __exit__(self, *_error: object) -> None:
        self._restore()

    def _restore(self) -> None:
        if self._modes:
            termios.tcsetattr(self.input_fd, termios.TCSANOW, self._modes)
            self._modes = []

    def is_light(self) -> bool | None:
        """None where the terminal does not say."""
        answer = b""
        while self._modes and not _KIND.search(answer):
            left = self._asked_at + _LONGEST - time.monotonic()
            if not select.select([self.input_fd], [], [], max(left, 0))[0]:
                break
            answer += os.read(self.input_fd, 1024)
        self._restore()
        self.typed = typed_beside(answer)
        return is_light(answer)


def typed_beside(answer: bytes) -> str:
    """What somebody typed while the terminal was asked; of its own answers nothing, whole or begun."""
    return _ANSWERS.sub(b"", answer).decode("utf-8", "replace")


def is_light(answer: bytes) -> bool | None:
    """Whether an answer names a light colour; None where it names none."""
    color = _COLOR.search(answer)
    if color is None:
        return None
    parts = (int(part, 16) / float(16 ** len(part) - 1) for part in color.groups())
    light = sum(part * weight for part, weight in zip(parts, _WEIGHTS, strict=True))
    return light > _MIDDLE
