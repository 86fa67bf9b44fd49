"""The conversation an agent can continue, with what of it was counted already, as one opaque text."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, unquote, urlencode

from ctxtui.core.domain.attempt import Usage


@dataclass(frozen=True, slots=True)
class Conversation:
    """`counted` is the running total at the end of the last turn, for agents that report running totals only."""

    id: str = ""
    counted: Usage = field(default_factory=Usage)

    def to_text(self) -> str:
        """`ID`, or `ID#input=…&output=…&cached=…&cost=…` when a total has to be remembered."""
        if not self.id or self.counted == Usage():
            return quote(self.id, safe="/:")
        total = {
            "input": self.counted.input_tokens,
            "output": self.counted.output_tokens,
            "cached": self.counted.cached_tokens,
        }
        cost = {} if self.counted.cost is None else {"cost": repr(self.counted.cost)}
        return f"{quote(self.id, safe='/:')}#{urlencode({**total, **cost})}"

    @classmethod
    def from_text(cls, text: str) -> Conversation:
        encoded_id, _, encoded_total = text.partition("#")
        total = {key: values[0] for key, values in parse_qs(encoded_total).items()}
        return cls(
            id=unquote(encoded_id),
            counted=Usage(
                input_tokens=int(total.get("input", 0)),
                output_tokens=int(total.get("output", 0)),
                cached_tokens=int(total.get("cached", 0)),
                cost=float(total["cost"]) if "cost" in total else None,
            ),
        )
