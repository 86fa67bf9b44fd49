"""What may be spent on a component and on a run, and what was spent so far."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ctxtui.core.domain.attempt import Attempt, Usage
from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.session import Session

AGENT_SECONDS = "agent_seconds"
"""The key under which a turn's result tells how long the agent worked; waiting for its turn does not count."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Ceilings; 0 means none. `cost` is in US dollars, `seconds` is time that agents worked."""

    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0

    def used_up_by(self, spent: Spent) -> str:
        """Which ceiling has been reached, in words, or an empty text."""
        if self.tokens and spent.tokens >= self.tokens:
            return f"{spent.tokens:,} of {self.tokens:,} tokens"
        if self.cost and spent.cost >= self.cost:
            return f"${spent.cost:.2f} of ${self.cost:.2f}"
        if self.seconds and spent.seconds >= self.seconds:
            return f"{spent.seconds:.0f} s of {self.seconds:.0f} s"
        return ""

    def seconds_left(self, spent: Spent) -> float:
        """How long an agent may still work; infinite without a ceiling."""
        return max(0.0, self.seconds - spent.seconds) if self.seconds else math.inf

    @property
    def is_set(self) -> bool:
        return bool(self.tokens or self.cost or self.seconds)


@dataclass(frozen=True, slots=True)
class Spent:
    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0

    def minus(self, other: Spent) -> Spent:
        return Spent(self.tokens - other.tokens, self.cost - other.cost, self.seconds - other.seconds)

    def plus(self, usage: Usage, seconds: float) -> Spent:
        tokens = usage.input_tokens + usage.output_tokens
        return Spent(self.tokens + tokens, self.cost + (usage.cost or 0.0), self.seconds + seconds)


def spent_by(attempts: Iterable[Attempt]) -> Spent:
    """What those attempts took; an attempt under way counts no time yet."""
    spent = Spent()
    for attempt in attempts:
        ended = attempt.ended_at or attempt.started_at
        spent = spent.plus(attempt.usage, (ended - attempt.started_at).total_seconds())
    return spent


def spent_on(session: Session) -> Spent:
    """What the turns of one child took, from its interactions."""
    spent = Spent()
    for interaction in session.interactions:
        if interaction.command.action is Action.ASK_AGENT and interaction.result is not None:
            usage = Usage(**interaction.result.data.get("usage", {}))
            spent = spent.plus(usage, float(interaction.result.data.get(AGENT_SECONDS, interaction.result.duration)))
    return spent
