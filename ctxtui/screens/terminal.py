"""Whether there still is a terminal: one can go away without a signal."""

from __future__ import annotations

import select
import sys

_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


def is_terminal_gone() -> bool:
    """Whether the other end of standard input has been closed. Nothing is read."""
    stream = sys.__stdin__
    if stream is None:
        return False
    poll = select.poll()
    try:
        poll.register(stream.fileno(), 0)
    except (OSError, ValueError):
        # It is no file at all, as in a test, and then no terminal either.
        return False
    return any(flags & _GONE for _fd, flags in poll.poll(0))
