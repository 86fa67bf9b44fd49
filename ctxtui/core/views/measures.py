"""A run in figures: what each agent achieved and what it cost, and what each rung of the ladder refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ctxtui.core.domain.attempt import Attempt, AttemptOutcome
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.ports.store import ChildRow
from ctxtui.core.views.durations import took
from ctxtui.core.views.rungs import RUNGS

NOT_TRIED = frozenset({AttemptOutcome.ABANDONED, AttemptOutcome.LOST, AttemptOutcome.TROUBLED})
"""Outcomes that say nothing of what the agent can do."""


@dataclass(frozen=True, slots=True)
class AgentMeasure:
    """`components` are those it tried, `passed_first` those whose first judged attempt passed.

    `seconds` is what its attempts took, judging included; `cost` is in US dollars, None where none is known.
    """

    agent: str
    components: int
    passed: int
    passed_first: int
    attempts: int
    seconds: float
    input_tokens: int
    output_tokens: int
    cost: float | None
    is_estimated: bool = False

    @property
    def first_try_rate(self) -> float | None:
        """Between 0 and 1; None before anything was tried."""
        return self.passed_first / self.components if self.components else None


@dataclass(frozen=True, slots=True)
class RungMeasure:
    """How often a rung judged, what it said, and how long that took in seconds."""

    rung: str
    judged: int
    passed: int
    failed: int
    seconds: float


def agent_measures(children: Iterable[ChildRow], now: datetime) -> tuple[AgentMeasure, ...]:
    """One for each agent of these child rows, by name."""
    rows: dict[str, list[ChildRow]] = defaultdict(list)
    for row in children:
        rows[row.agent].append(row)
    return tuple(_agent_measure(agent, rows[agent], now) for agent in sorted(rows))


def rung_measures(children: Iterable[ChildRow]) -> tuple[RungMeasure, ...]:
    """One for each rung that judged anything, in the ladder's order."""
    verdicts: dict[str, list[RungVerdict]] = defaultdict(list)
    for row in children:
        for attempt in row.attempts:
            for verdict in attempt.rungs:
                verdicts[verdict.rung].append(verdict)
    return tuple(_rung_measure(rung, verdicts[rung]) for rung in RUNGS if rung in verdicts)


def _agent_measure(agent: str, rows: Sequence[ChildRow], now: datetime) -> AgentMeasure:
    attempts = [attempt for row in rows for attempt in row.attempts]
    tried = [first for row in rows if (first := _first_tried(row.attempts)) is not None]
    costs = [attempt.usage.cost for attempt in attempts if attempt.usage.cost is not None]
    return AgentMeasure(
        agent=agent,
        components=len(tried),
        passed=sum(row.status is SessionStatus.COMPLETE and bool(row.attempts) for row in rows),
        passed_first=sum(first.outcome is AttemptOutcome.PASSED for first in tried),
        attempts=len(attempts),
        seconds=sum(took(row, one, now).total_seconds() for row in rows for one in row.attempts),
        input_tokens=sum(attempt.usage.input_tokens for attempt in attempts),
        output_tokens=sum(attempt.usage.output_tokens for attempt in attempts),
        cost=sum(costs) if costs else None,
        is_estimated=any(attempt.usage.is_estimated for attempt in attempts),
    )


def _first_tried(attempts: Sequence[Attempt]) -> Attempt | None:
    return next((attempt for attempt in attempts if attempt.outcome not in NOT_TRIED), None)


def _rung_measure(rung: str, verdicts: Sequence[RungVerdict]) -> RungMeasure:
    return RungMeasure(
        rung=rung,
        judged=len(verdicts),
        passed=sum(verdict.outcome == "passed" for verdict in verdicts),
        failed=sum(verdict.is_failed for verdict in verdicts),
        seconds=sum(verdict.duration for verdict in verdicts),
    )
