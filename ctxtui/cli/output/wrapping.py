"""Sentences on a terminal, broken between words: a terminal breaks them wherever a line is full."""

from __future__ import annotations

import re

from ctxtui.cli.output.cells import cells
from ctxtui.core.domain.control_marks import without_marks

_HANG = "  "
_WORDS = re.compile(r"\s*(?:`[^`]*`\S*|\S+)")
"""What stands between backquotes is copied and typed: it stays in one piece."""


def wrapped(text: str, width: int) -> str:
    """The text in lines of at most `width` columns where words allow it; with a width of 0 as it is."""
    return "\n".join(_broken(line, width) for line in text.split("\n")) if width else text


def _broken(line: str, width: int) -> str:
    if cells(without_marks(line)) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())] + _HANG
    rows = [""]
    for word in _WORDS.findall(line):
        if rows[-1].strip() and cells(rows[-1] + word) > width:
            rows.append(indent + word.lstrip())
        else:
            rows[-1] += word
    return "\n".join(rows)
