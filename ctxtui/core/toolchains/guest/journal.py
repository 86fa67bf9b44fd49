"""The journal of a test run: one JSON line an event, written at once, so that a run that dies says how far it came."""

from __future__ import annotations

import json
import os
from typing import Any

MESSAGE_LIMIT = 600
DETAIL_LIMIT = 4000
LINE_LIMIT = 400


class Journal:
    """Opens the file anew for each event, so tests may close what they like."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.pid = os.getpid()
        self.is_writing = False
        self._open, self._write, self._close, self._dumps = os.open, os.write, os.close, json.dumps
        self._getpid = os.getpid

    def add(self, event: str, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON takes
        if self._getpid() != self.pid:
            return  # a test forked: its copy of this run says nothing
        line = self._dumps(dict(facts, event=event)) + "\n"
        self.is_writing = True
        try:
            handle = self._open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                self._write(handle, line.encode("utf-8", "backslashreplace"))
            finally:
                self._close(handle)
        finally:
            self.is_writing = False


def cut(text: str, limit: int) -> str:
    """The end of a text, its long lines shortened: that is where a traceback says what went wrong."""
    lines = [
        line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 12] + " … (shortened)" for line in text.splitlines()
    ]
    whole = "\n".join(lines)
    return whole if len(whole) <= limit else "…" + whole[-limit:]


def last_line(text: str) -> str:
    """The last line of an error, or of the text when it has none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return cut((errors or lines or [""])[-1], MESSAGE_LIMIT)
