"""The journal of a test run: one JSON line an event, written at once, so that a run that dies says how far it came."""

from __future__ import annotations

import json
import os
import re
from typing import Any

MESSAGE_LIMIT = 600
DETAIL_LIMIT = 4000
LINE_LIMIT = 400
CUT = " … (shortened)"
ERROR = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Warning|Failed|Exit|Interrupt)(?::|$)")


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
    lines = [line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - len(CUT)] + CUT for line in text.splitlines()]
    whole = "\n".join(lines)
    return whole if len(whole) <= limit else "…" + whole[-limit:]


def beginning(text: str, limit: int) -> str:
    """The beginning of a text: what an error says first is what was expected, and a program's output may follow."""
    return text if len(text) <= limit else text[: limit - len(CUT)] + CUT


def last_error(text: str) -> str:
    """The last error of a text with all that it says, or the last line when no error is named."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line[1:].strip() for line in lines if line.startswith("E ")] or lines or [""]
    starts = [number for number, line in enumerate(told) if ERROR.match(line)]
    return beginning(" ".join(told[starts[-1] if starts else -1 :]), MESSAGE_LIMIT)
