"""What a full-text index does, and what every kind of it shares: which rows have words, and how a hit is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.ports.store import SearchHit
from ctxtui.core.store.encoding import from_json

EXCERPT = 160
"""Characters of a hit that are shown."""

UNREAD = (EventKind.RAW.value, EventKind.USAGE.value)
"""Kinds without words of their own: what an agent wrote raw comes again, parsed, as other kinds."""


class TextIndex(Protocol):
    """Safe to use from threads."""

    def advance(self) -> bool:
        """Indexes the next rows of the history; whether more are left."""
        ...

    def find(self, scope: Scope, run_id: str, text: str, limit: int) -> tuple[SearchHit, ...]:
        """Newest first. Every word of the text must be there, at least as the beginning of one."""
        ...


def search_words(text: str) -> list[str]:
    """The words of what a user typed, without those that hold neither letter nor digit."""
    words = [word.replace("\0", "") for word in text.split()]
    return [word for word in words if any(letter.isalnum() for letter in word)]


def words_of_step(details: str, message: str, output: str) -> str:
    """The words of a completed interaction: what was asked, and what came of it."""
    prompt = from_json(details).get("prompt", "")
    return "\n".join(part for part in (str(prompt), message, output) if part)


def excerpt(text: str, asked: str, words: Sequence[str]) -> str:
    """A line around the first place of all that was asked for, or else of the first of its words that is found."""
    folded = text.casefold()
    places = (folded.find(wanted.casefold()) for wanted in (asked.strip(), *words))
    found = next((place for place in places if place >= 0), 0)
    start = max(found - EXCERPT // 3, 0)
    shown = " ".join(text[start : start + EXCERPT].split())
    return f"{'…' if start else ''}{shown}{'…' if start + EXCERPT < len(text) else ''}"
