"""What a user is asked before something is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what would come of it, and the words for yes.

    The consequence may be a function: its numbers then change while the question stands. Enter means no, unless nothing
    is lost by a yes.
    """

    title: str
    consequence: str | Callable[[], str]
    yes: str
    is_harmless: bool = False

    def consequence_now(self) -> str:
        return self.consequence if isinstance(self.consequence, str) else self.consequence()
