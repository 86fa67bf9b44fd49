"""What an agent wrote about a conversation in a file of its own, where its output leaves it out."""

from __future__ import annotations

import glob
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, TypeAlias

from ctxtui.core.agents.turn_notes import TurnNotes

ReadOwn: TypeAlias = Callable[[Mapping[str, Any], TurnNotes], None]
"""What one record of the file adds to the notes; it may raise for an odd record."""

_START = 8
"""How much of a conversation's id some agents put into a file's name."""
_BUSY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class OwnFormat:
    """How the file is read.

    Of a text only lines that contain one of `words`, as it repeats the whole conversation; of a SQLite file what the
    `query` answers for the conversation, a JSON object a row.
    """

    read: ReadOwn
    words: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class OwnRecords:
    patterns: tuple[str, ...]
    format: OwnFormat
    environ: Mapping[str, str]

    def add_to(self, notes: TurnNotes) -> None:
        """A file that is not there, not here or not to be read adds nothing."""
        conversation = notes.conversation.id
        path = self._file(conversation)
        if path is None:
            return
        texts = self._rows(path, conversation) if self.format.query else self._lines(path)
        try:
            for text in texts:
                self._add(text, notes)
        except (OSError, sqlite3.Error):
            return

    def _lines(self, path: Path) -> Iterator[str]:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (text for text in file if any(word in text for word in self.format.words))

    def _rows(self, path: Path, conversation: str) -> Iterator[str]:
        location = f"{path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(location, uri=True, timeout=_BUSY_SECONDS)) as connection:
            yield from (str(text) for (text,) in connection.execute(self.format.query, (conversation,)))

    def _add(self, text: str, notes: TurnNotes) -> None:
        try:
            self.format.read(json.loads(text), notes)
        except (KeyError, TypeError, ValueError, AttributeError):
            # Agents change their formats between versions.
            return

    def _file(self, conversation: str) -> Path | None:
        """The newest file of that conversation."""
        if not conversation:
            return None
        found: list[Path] = []
        for pattern in self.patterns:
            try:
                filled = Template(pattern).substitute(self.environ)
            except KeyError:
                continue
            filled = filled.replace("{conversation}", glob.escape(conversation))
            filled = filled.replace("{conversation_start}", glob.escape(conversation[:_START]))
            found += Path("/").glob(filled.lstrip("/"))
        return max(found, key=lambda path: path.name, default=None)
