"""Marks by which text makes a terminal do something: nothing that a program, a test or a file name says may."""

from __future__ import annotations

import re

ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]", re.DOTALL)
"""Sequences that start with ESC, with what belongs to them: colours, moves of the cursor, titles, links."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_marks(text: str) -> str:
    """The text without escape sequences, control and direction marks; tabs and ends of lines stay."""
    return _CONTROLS.sub("", ESCAPES.sub("", text))


def on_one_line(name: str) -> str:
    """A name, such as a file's, as any store and terminal takes it: what cannot be seen or said becomes an escape."""
    if name.isprintable():
        return name
    valid = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in valid)
