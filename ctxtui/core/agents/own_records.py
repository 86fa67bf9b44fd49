"""What an agent wrote about a conversation in a file of its own, where its output leaves it out."""

from __future__ import annotations

import glob
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, TypeAlias

from ctxtui.core.agents.turn_notes import TurnNotes

ReadOwn: TypeAlias = Callable[[Mapping[str, Any], TurnNotes], None]
"""What one record of the file adds to the notes; it may raise for an odd record."""


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """Only lines that contain one of `words` are parsed: such a file repeats the whole conversation."""

    patterns: tuple[str, ...]
    words: tuple[str, ...]
    read: ReadOwn
    environ: Mapping[str, str]

    def add_to(self, notes: TurnNotes) -> None:
        """A file that is not there, not here or not to be read adds nothing."""
        path = self._file(notes.conversation.id)
        if path is None:
            return
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                for text in file:
                    if any(word in text for word in self.words):
                        self._add(text, notes)
        except OSError:
            return

    def _add(self, text: str, notes: TurnNotes) -> None:
        try:
            self.read(json.loads(text), notes)
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
            below = filled.replace("{conversation}", glob.escape(conversation)).lstrip("/")
            found += Path("/").glob(below)
        return max(found, key=lambda path: path.name, default=None)
