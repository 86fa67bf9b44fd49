"""How much room text takes on a terminal, which is not its number of characters."""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width

from ctxtui.core.domain.control_marks import ESCAPES

_PIECE = re.compile(f"{ESCAPES.pattern}|.", re.DOTALL)
"""An escape sequence as a whole, or one character."""
_WITHOUT_ROOM = frozenset({"Mn", "Me", "Cf"})
"""Accents that are put on the letter before, and signs that only join others."""


def cells(text: str) -> int:
    """The columns that the text takes: wide letters and pictures take two."""
    text = ESCAPES.sub("", text)
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def filled(text: str, width: int) -> str:
    """The text and spaces behind it, up to that many columns."""
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """At most that many columns, with an ellipsis where something is missing."""
    if cells(text) <= width:
        return text
    room, end = width - 1, 0
    for piece in _PIECE.finditer(text):
        room -= cells(piece[0])
        if room < 0:
            break
        end = piece.end()
    return text[:end] + "…"


def _cells_of(letter: str) -> int:
    if category(letter) in _WITHOUT_ROOM:
        return 0
    return 2 if east_asian_width(letter) in {"W", "F"} else 1
