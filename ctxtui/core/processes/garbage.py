"""When Python looks for garbage: not while much is made of which nothing is garbage yet."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def begin_uncollected() -> None:
    """Until `collect_from_now_on`: a program's start makes modules and classes, which stay."""
    gc.disable()


def collect_from_now_on() -> None:
    """Ends the pause of the start, if there was one; what was made in it is not looked through again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
