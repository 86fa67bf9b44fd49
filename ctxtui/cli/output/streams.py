"""The three standard streams, made safe: closed ones, ones that cannot say every letter, ones whose reader left."""

from __future__ import annotations

import io
import os
import select
import sys


def prepare_streams() -> None:
    """Call it first: a closed stream's number must not be given to the database, and no letter may end a run."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def mute(stream: object) -> None:
    """Nobody reads the stream any more: what is still written there goes nowhere, at exit too."""
    if isinstance(stream, io.TextIOWrapper):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def is_read(stream: object) -> bool:
    """Whether anybody may still read the stream: a pipe tells when its reader has gone, before anything is written."""
    if not isinstance(stream, io.TextIOBase):
        return False
    poller = select.poll()
    try:
        poller.register(stream.fileno(), 0)
    except (OSError, ValueError):
        return True
    return not any(event & select.POLLERR for _number, event in poller.poll(0))


def is_terminal(stream: object) -> bool:
    """Whether somebody looks at the stream; a closed one is None."""
    return isinstance(stream, io.TextIOBase) and stream.isatty()
