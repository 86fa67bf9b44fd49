"""Text with a tone: what every screen is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len, chop_cells, set_cell_size

from ctxtui.core.domain.control_marks import without_marks

_WORDS = re.compile(r"\s*\S+")
_JOINERS = re.compile("[\u200d\ufe0e\ufe0f]")
"""What makes one sign of several, or a wide one of a narrow: terminals do not agree on how many cells that takes."""


class Tone(StrEnum):
    """What a piece of text means; themes give each a colour, and nothing is told by the colour alone."""

    TEXT = "text"
    STRONG = "strong"
    MUTED = "muted"
    FAINT = "faint"
    ACCENT = "accent"
    BUSY = "busy"
    CHECK = "check"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    ADDED = "added"
    REMOVED = "removed"
    KEY = "key"
    BAND = "band"
    MATCH = "match"
    TAB = "tab"


class Span(NamedTuple):
    text: str
    tone: Tone = Tone.TEXT


Line: TypeAlias = tuple[Span, ...]
BLANK: Line = ()


def line(*parts: str | Span | tuple[str, Tone]) -> Line:
    """A line from plain texts and (text, tone) pairs."""
    return tuple(Span(part) if isinstance(part, str) else Span(*part) for part in parts)


def clean(text: str) -> str:
    """Text that cannot move the cursor, reorder what stands around it, or be of another width than it is taken for."""
    return _JOINERS.sub("", without_marks(text)).expandtabs(4)


def first_line(text: str) -> str:
    return clean(text).strip().partition("\n")[0]


def fit(text: str, width: int) -> str:
    """The text in exactly that many cells, cut with an ellipsis or padded with spaces."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip(" ") + "…", width)


def shorten(text: str, width: int) -> str:
    """At most that many cells, cut with an ellipsis."""
    return fit(text, width).rstrip(" ") if cell_len(text) > width else text


def shorten_path(path: str, width: int) -> str:
    """A path cut at its front, where it says least."""
    if cell_len(path) <= width:
        return path
    kept = ending(path, width - 1)
    _, slash, tail = kept.partition("/")
    return "…" + (slash + tail if slash else kept)


def ending(text: str, width: int) -> str:
    """As much of the text's end as those cells hold."""
    begin = max(len(text) - max(width, 0), 0)
    while cell_len(text[begin:]) > max(width, 0):
        begin += 1
    return text[begin:]


def width_of(spans: Iterable[Span]) -> int:
    return sum(cell_len(span.text) for span in spans)


def pad(spans: Sequence[Span], width: int) -> Line:
    """The spans in exactly that many cells."""
    kept: list[Span] = []
    room = width
    for span in spans:
        size = cell_len(span.text)
        if size > room:
            kept.append(Span(fit(span.text, room), span.tone))
            return tuple(kept)
        kept.append(span)
        room -= size
    if room > 0:
        kept.append(Span(" " * room))
    return tuple(kept)


def apart(left: Sequence[Span], right: Sequence[Span], width: int) -> Line:
    """`left` at the left edge and `right` at the right one; the left gives way where both do not fit."""
    right_width = width_of(right)
    if right_width + 1 >= width:
        return pad(left, width)
    return (*pad(left, width - right_width - 1), Span(" "), *right)


def wrap(text: str, width: int) -> list[str]:
    """The text's lines, broken at spaces where that is possible, never wider than `width` cells."""
    lines: list[str] = []
    for raw in clean(text).split("\n"):
        lines.extend(_wrap_one(raw, max(width, 8)))
    return lines


def _wrap_one(text: str, width: int) -> list[str]:
    """One pass over the text, however long: a row never looks at more than its own characters."""
    if len(text) <= width and cell_len(text) <= width:
        return [text.rstrip()]
    indent = text[: len(text) - len(text.lstrip())][: width // 2]
    lines: list[str] = []
    current, size = "", 0
    for match in _WORDS.finditer(text):
        word = match[0]
        cells = cell_len(word) if len(word) <= width else width + 1
        if size + cells <= width:
            current, size = current + word, size + cells
            continue
        if current.strip():
            lines.append(current.rstrip())
        rest = word.lstrip() if lines else word
        start = indent if lines else ""
        *pieces, current = _pieces(start, rest, indent, width)
        lines += pieces
        size = cell_len(current)
    if current.strip():
        lines.append(current.rstrip())
    return lines


def _pieces(start: str, word: str, indent: str, width: int) -> list[str]:
    """A word cut into rows, each but the first after the indent; the last one may have room left."""
    pieces: list[str] = []
    at = 0
    while True:
        row = start + word[at : at + 2 * width]
        if cell_len(row) <= width:
            return [*pieces, row]
        head = _up_to_a_joint(chop_cells(row, width)[0])
        taken = max(len(head) - len(start), 1)
        pieces.append(start + word[at : at + taken])
        at += taken
        start = indent


def _up_to_a_joint(text: str) -> str:
    """A piece of a long word, cut behind a sign that joins its parts where one stands in its second half."""
    cut = max(text.rfind(sign) for sign in "-_/.:") + 1
    return text[:cut] if cut > len(text) // 2 else text


def wrapped(text: str, width: int, tone: Tone = Tone.TEXT, indent: str = "") -> list[Line]:
    return [line((indent + part, tone)) for part in wrap(text, width - cell_len(indent))]


def plain(lines: Iterable[Line]) -> str:
    """The lines without their tones, as they are copied and opened in an editor."""
    return "\n".join("".join(span.text for span in spans).rstrip() for spans in lines) + "\n"
