"""What the retry sheet gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap


@dataclass(frozen=True, slots=True)
class RetryAnswer:
    """A note to the agent, and another agent's name; empty for none."""

    note: str = ""
    agent: str = ""

    @property
    def arguments(self) -> JsonMap:
        return {key: text for key, text in (("note", self.note), ("agent", self.agent)) if text}
