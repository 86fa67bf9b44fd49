"""What is asked together with a note."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoteWanted:
    """What is about to be asked, what follows from it, the word for doing it, and what the note is for."""

    title: str
    consequence: str
    yes: str
    what_for: str
    is_needed: bool = False
