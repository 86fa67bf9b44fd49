"""Which functions take back what others give, going by their names."""

from __future__ import annotations

import re
from typing import Iterable, Iterator

_INVERSES = (
    ("encode", "decode"),
    ("encrypt", "decrypt"),
    ("escape", "unescape"),
    ("quote", "unquote"),
    ("dumps", "loads"),
    ("dump", "load"),
    ("pack", "unpack"),
    ("compress", "decompress"),
    ("serialize", "deserialize"),
    ("flatten", "unflatten"),
    ("freeze", "thaw"),
    ("wrap", "unwrap"),
    ("format", "parse"),
    ("unparse", "parse"),
    ("write", "read"),
    ("sign", "unsign"),
    ("to", "from"),
)
"""A word in a function's name, and the one in the name of the function that takes its result back."""
SHORTEST_PART = 5
"""A shorter word is one of its own: `b58encode` encodes, `auto` goes to nothing."""


def takers_of(target: str) -> Iterator[str]:
    """Names that a function may have which takes back what the target gives."""
    return _counterparts(target, _INVERSES)


def givers_of(target: str) -> Iterator[str]:
    """Names that a function may have whose result the target takes."""
    return _counterparts(target, [(back, there) for there, back in _INVERSES])


def given_by(target: str) -> str:
    """What a function gives, going by its name: `parse_date`, `text_to_date` and `date_from_text` give a date."""
    name = target.rpartition(".")[2]
    made = _MADE_FROM.fullmatch(name) or _MADE_TO.fullmatch(name) or _MADE.fullmatch(name)
    return made[1] if made else name


def taken_by(target: str) -> str:
    """What a function that converts takes, going by its name: `date_to_text` and `text_from_date` take a date."""
    name = target.rpartition(".")[2]
    taken = _TAKEN_TO.fullmatch(name) or _TAKEN_FROM.fullmatch(name)
    return taken[1] if taken else ""


_MADE = re.compile(r"(?:get|make|parse|read|load|compute|calculate|build|create|to)_(\w+)")
_MADE_TO = re.compile(r"[a-z]\w*?(?:_to_|2)(\w+)")
_MADE_FROM = re.compile(r"(\w+?)_from_\w+")
_TAKEN_TO = re.compile(r"([a-z]\w*?)(?:_to_|2)\w+")
_TAKEN_FROM = re.compile(r"\w+?_from_(\w+)")


def _counterparts(target: str, words: Iterable[tuple[str, str]]) -> Iterator[str]:
    for own, other in words:
        yield from _exchanged(target, own, other)
    owner, dot, name = target.rpartition(".")
    match = re.fullmatch(r"([a-z]+)2([a-z]+)", name)
    if match:
        yield f"{owner}{dot}{match[2]}2{match[1]}"


def _exchanged(target: str, old: str, new: str) -> Iterator[str]:
    """The target's name with another word in the place of one."""
    owner, dot, name = target.rpartition(".")
    words = name.split("_")
    for number, word in enumerate(words):
        is_end = len(old) >= SHORTEST_PART and word.endswith(old) and not word.endswith(f"un{old}")
        if word == old or is_end:
            put = word[: -len(old)] + new
            yield f"{owner}{dot}" + "_".join([*words[:number], put, *words[number + 1 :]])
