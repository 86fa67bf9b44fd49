"""Counts tokens and cost once, whatever an agent's figures stand for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ctxtui.core.agents.descriptor import Descriptor
from ctxtui.core.domain.attempt import Usage


def since(total: Usage, counted: Usage) -> Usage:
    """What a running total grew by; one that shrank was started over, and counts whole."""
    has_started_over = total.input_tokens < counted.input_tokens or total.output_tokens < counted.output_tokens
    return Usage(
        input_tokens=total.input_tokens - (0 if has_started_over else counted.input_tokens),
        output_tokens=total.output_tokens - (0 if has_started_over else counted.output_tokens),
        cached_tokens=max(0, total.cached_tokens - (0 if has_started_over else counted.cached_tokens)),
        cost=cost_since(total.cost, counted.cost),
    )


def cost_since(total: float | None, counted: float | None) -> float | None:
    if total is None or counted is None or total < counted:
        return total
    return total - counted


@dataclass(slots=True)
class Tally:
    """What a turn reported so far, with `input_tokens` counting cached tokens too, for every agent alike.

    `step` reports are summed, a repeated key counting once; `total` is a figure over the whole turn or thread, and
    replaces the steps. Cost is reported along with either, or apart from the tokens. `cached_apart` is what each call
    read from a cache, for a total that does not tell.
    """

    steps: dict[str, Usage] = field(default_factory=dict)
    total: Usage | None = None
    cost: float | None = None
    cached_apart: dict[str, int] = field(default_factory=dict)

    def used(self, key: str, step: Usage) -> None:
        """A step that is known better than from a figure over the turn."""
        self.total = None
        self.steps[key] = step

    def turn(self, descriptor: Descriptor, counted: Usage) -> Usage:
        """What this turn cost, given what the conversation had counted before it."""
        reported = self._reported()
        is_running_total = self.total is not None and descriptor.usage == "cumulative_thread"
        tokens = since(reported, counted) if is_running_total else reported
        cost = self.cost if self.cost is not None else reported.cost
        if descriptor.cost == "cumulative_thread":
            cost = cost_since(cost, counted.cost)
        return replace(tokens, cost=cost, model=reported.model)

    def counted(self, descriptor: Descriptor, before: Usage) -> Usage:
        """The running totals to remember for the conversation's next turn."""
        reported = self._reported()
        is_running_total = self.total is not None and descriptor.usage == "cumulative_thread"
        tokens = reported if is_running_total else before
        cost = before.cost
        if descriptor.cost == "cumulative_thread":
            cost = self.cost if self.cost is not None else before.cost
        return replace(tokens, cost=cost, model="")

    def _reported(self) -> Usage:
        if self.total is not None:
            cached = self.total.cached_tokens or min(self.total.input_tokens, sum(self.cached_apart.values()))
            return replace(self.total, cached_tokens=cached)
        reported = Usage()
        for step in self.steps.values():
            reported = reported.plus(step)
        return reported
