"""Where a screen asks to go; the app knows the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from ctxtui.screens.history.reading import Found
    from ctxtui.screens.services import RunRef


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """One of the places that a search over a run found."""

    found: Found
    place: int


class OpenRun(Message):
    """A person wants to see this run, or what was found in it."""

    def __init__(self, run: RunRef, begins_at: FoundPlace | None = None) -> None:
        super().__init__()
        self.run = run
        self.begins_at = begins_at
