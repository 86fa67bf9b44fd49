"""Uses descriptors where they belong: one made of a function as a method of a class, any other as a field of one."""

from __future__ import annotations

from typing import Iterator, Sequence, Tuple

from .subjects import INNER_BREAK

MOST_MADE = 3
HOLDER, MEMBER = "Shelf", "shelf.size"
MADE = "shelf = Shelf()"
READ = "shelf.jars = [shelf.size]"
"""Reads the member and changes what it is told from: whether it remembers shows in the next look."""
SET, DELETED = f"{MEMBER} = 3", f"del {MEMBER}"
SETTINGS = ("setattr(shelf, 'size', 'text')", "setattr(shelf, 'size', -1)", "setattr(shelf, 'size', None)")
Use = Tuple[Sequence[str], str]


def uses_of_descriptor(name: str, made: Sequence[str], waits: Sequence[str]) -> Iterator[Use]:
    """What is set up for each use, and the use. `made` are instances of the class of that name."""
    one_liners = [text for text in made if "\n" not in text][:MOST_MADE]
    for decorator in (name, *one_liners):
        yield from _as_method(decorator, waits)
    for text in one_liners:
        yield from _as_field(text)


def _as_method(decorator: str, waits: Sequence[str]) -> Iterator[Use]:
    lines = [f"class {HOLDER}:", "    def __init__(self):", "        self.jars = ['plum', 'pear']", ""]
    lines += [f"    @{decorator}", "    def size(self):", "        return len(self.jars)"]
    setup = (INNER_BREAK.join(lines), MADE)
    histories = [(), (READ,), *((READ, wait) for wait in waits), (READ, DELETED), (SET,)]
    yield from (((*setup, *history), MEMBER) for history in histories)
    yield setup[:1], f"{HOLDER}.size"


def _as_field(made: str) -> Iterator[Use]:
    setup = (INNER_BREAK.join((f"class {HOLDER}:", f"    size = {made}")), MADE)
    yield from (((*setup, *history), MEMBER) for history in ((), (SET,), (SET, DELETED)))
    yield from ((setup, setting) for setting in SETTINGS)
