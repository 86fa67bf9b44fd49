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
