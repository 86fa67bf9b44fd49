"""Named points of the program at which a test can hold, delay, raise or kill; they cost nothing when unused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Visitor = Callable[[str], None]
_visitors: list[Visitor] = []


def reached(point: str) -> None:
    """Says that a point was reached, to whoever listens."""
    for visitor in tuple(_visitors):
        visitor(point)


@contextmanager
def visited_by(visitor: Visitor) -> Iterator[None]:
    """Lets a function be called with the name of every point reached, in the thread that reached it."""
    _visitors.append(visitor)
    try:
        yield
    finally:
        _visitors.remove(visitor)
