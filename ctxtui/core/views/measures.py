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
Asked = tuple[ChildRow, list[Attempt]]
"""A component, and those of its attempts that one agent was asked for; there is at least one."""


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
    """One for each agent that was asked or is to be asked about these child rows, by name."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    for row in children:
        asked.setdefault(row.agent, [])
        for agent in {attempt.agent for attempt in row.attempts}:
            asked[agent].append((row, [attempt for attempt in row.attempts if attempt.agent == agent]))
    return tuple(_agent_measure(agent, asked[agent], now) for agent in sorted(asked))


def rung_measures(children: Iterable[ChildRow]) -> tuple[RungMeasure, ...]:
    """One for each rung that judged anything, in the ladder's order."""
    verdicts: dict[str, list[RungVerdict]] = defaultdict(list)
    for row in children:
        for attempt in row.attempts:
            for verdict in attempt.rungs:
                verdicts[verdict.rung].append(verdict)
    return tuple(_rung_measure(rung, verdicts[rung]) for rung in RUNGS if rung in verdicts)


def _agent_measure(agent: str, asked: Sequence[Asked], now: datetime) -> AgentMeasure:
    attempts = [attempt for _, of_row in asked for attempt in of_row]
    tried = [first for _, of_row in asked if (first := _first_tried(of_row)) is not None]
    costs = [attempt.usage.cost for attempt in attempts if attempt.usage.cost is not None]
    return AgentMeasure(
        agent=agent,
        components=len(tried),
        passed=sum(row.status is SessionStatus.COMPLETE and of_row[-1] is row.attempts[-1] for row, of_row in asked),
        passed_first=sum(first.outcome is AttemptOutcome.PASSED for first in tried),
        attempts=len(attempts),
        seconds=sum(took(row, one, now).total_seconds() for row, of_row in asked for one in of_row),
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
