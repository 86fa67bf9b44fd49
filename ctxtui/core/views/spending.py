"""What agents cost over many runs, by agent, model and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome
from ctxtui.core.ports.store import ChildRow


@dataclass(frozen=True, slots=True)
class Spending:
    """One agent with one model on one day. `cost` is in US dollars, None where none is known."""

    day: date
    agent: str
    model: str
    attempts: int
    passed: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost: float | None
    is_estimated: bool


def spending(children: Iterable[ChildRow], zone: tzinfo | None = None) -> tuple[Spending, ...]:
    """The newest day first. Days are those of the zone (None: the machine's)."""
    groups: dict[tuple[date, str, str], list[Attempt]] = defaultdict(list)
    for row in children:
        for attempt in row.attempts:
            day = attempt.started_at.astimezone(zone).date()
            groups[day, attempt.agent, attempt.usage.model].append(attempt)
    keys = sorted(groups, key=lambda key: (-key[0].toordinal(), key[1], key[2]))
    return tuple(_summed(key, groups[key]) for key in keys)


def _summed(key: tuple[date, str, str], attempts: list[Attempt]) -> Spending:
    costs = [attempt.usage.cost for attempt in attempts if attempt.usage.cost is not None]
    return Spending(
        *key,
        attempts=len(attempts),
        passed=sum(attempt.outcome is AttemptOutcome.PASSED for attempt in attempts),
        input_tokens=sum(attempt.usage.input_tokens for attempt in attempts),
        output_tokens=sum(attempt.usage.output_tokens for attempt in attempts),
        cached_tokens=sum(attempt.usage.cached_tokens for attempt in attempts),
        cost=sum(costs) if costs else None,
        is_estimated=any(attempt.usage.is_estimated for attempt in attempts),
    )
