"""The conversation an agent can continue, with what of it was counted already, as one opaque text."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, unquote, urlencode

from ctxtui.core.domain.attempt import Usage

FORGOTTEN = "#forgotten"
"""Stands for a conversation that the agent no longer knows: the next turn begins a new one."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """`counted` is the running total at the end of the last turn, for agents that report running totals only.

    `folder` is where the conversation's own file is, for agents that keep it in a file they are told.
    """

    id: str = ""
    counted: Usage = field(default_factory=Usage)
    folder: str = ""

    def to_text(self) -> str:
        """The id, and after a `#` what else has to be remembered."""
        counted = self.counted
        notes: dict[str, str | int] = {}
        if counted != Usage():
            notes = {"input": counted.input_tokens, "output": counted.output_tokens, "cached": counted.cached_tokens}
        if counted.cost is not None:
            notes["cost"] = repr(counted.cost)
        if self.folder:
            notes["folder"] = self.folder
        encoded_id = quote(self.id, safe="/:")
        return f"{encoded_id}#{urlencode(notes)}" if self.id and notes else encoded_id

    @classmethod
    def from_text(cls, text: str) -> Conversation:
        encoded_id, _, encoded_notes = text.partition("#")
        notes = {key: values[0] for key, values in parse_qs(encoded_notes).items()}
        return cls(
            id=unquote(encoded_id),
            counted=Usage(
                input_tokens=int(notes.get("input", 0)),
                output_tokens=int(notes.get("output", 0)),
                cached_tokens=int(notes.get("cached", 0)),
                cost=float(notes["cost"]) if "cost" in notes else None,
            ),
            folder=notes.get("folder", ""),
        )
