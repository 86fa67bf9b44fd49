"""One pass generate-or-fix, then validate, inside a child session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.domain.statuses import AttemptOutcome

if TYPE_CHECKING:
    from ctxtui.core.domain.verdict import RungVerdict

__all__ = ["ASKED_AGAIN", "SPENT", "Attempt", "AttemptEnd", "AttemptOutcome", "AttemptStart", "Usage"]


SPENT = frozenset({AttemptOutcome.RUNNING, AttemptOutcome.VALIDATING, AttemptOutcome.PASSED, AttemptOutcome.FAILED})
"""The outcomes that count against `RetryPolicy.max_attempts`."""
ASKED_AGAIN = "asked again: "
"""How the reason of an attempt begins that follows a turn in which the agent did not answer."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a turn cost: tokens as the agent counts them, `cost` in US dollars (None: not known).

    A cost that the agent did not report `is_estimated` from list prices.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    model: str = ""
    is_estimated: bool = False

    def plus(self, other: Usage) -> Usage:
        """Both together; a cost that is not known adds nothing."""
        costs = [usage.cost for usage in (self, other) if usage.cost is not None]
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost=sum(costs) if costs else None,
            model=other.model or self.model,
            is_estimated=self.is_estimated or other.is_estimated,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """`n` counts from 1 within the child session; `reason` says why this attempt exists, `agent` is the one asked."""

    id: str
    session_id: str
    n: int
    reason: str
    started_at: datetime
    outcome: AttemptOutcome = AttemptOutcome.RUNNING
    ended_at: datetime | None = None
    conversation: str = ""
    rungs: tuple[RungVerdict, ...] = ()
    usage: Usage = field(default_factory=Usage)
    agent: str = ""


@dataclass(frozen=True, slots=True)
class AttemptStart:
    """A new attempt, stored together with the command that begins it; the store adds its number and agent."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    id: str
    outcome: AttemptOutcome
    conversation: str | None = None
    usage: Usage | None = None
