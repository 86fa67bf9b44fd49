"""Says what a session does next, from its interactions and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ctxtui.core.domain.interaction import Interaction, Result, ResultStatus
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.session import Session
from ctxtui.core.workflow.decision import (
    Decision,
    InvalidInteraction,
    InvalidState,
    NextStep,
    SessionComplete,
    WaitForPerson,
)
from ctxtui.core.workflow.step import Step

COMPLETE = "session_complete"
"""A route's target when nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Loop:
    """How a step's failures are bounded.

    `bound` picks the limit from the session's policy, `counts` are the steps whose failures are counted,
    `is_consecutive` counts only the failures since the last success of one of them, `stops` gives the reason why a
    failure cannot be mended by turning the loop again, or an empty text. `successes` are the statuses that lead on.
    """

    bound: Callable[[RetryPolicy], int]
    counts: frozenset[str]
    is_consecutive: bool = True
    stops: Callable[[Result], str] = field(default=lambda _result: "")
    successes: frozenset[ResultStatus] = frozenset({ResultStatus.OK})


@dataclass(frozen=True, slots=True)
class Orchestrator:
    """A session type's route table. Stateless: equal sessions get equal decisions.

    `judging` names the step whose failures are a child's attempts. `detour` may lead to another step than the routes
    say, for what the last interaction alone does not tell.
    """

    session_type: str
    ordered_steps: tuple[Step, ...]
    routes: Mapping[tuple[str, ResultStatus], str]
    loops: Mapping[str, Loop]
    judging: str = ""
    detour: Callable[[Session, str], str] = field(default=lambda _session, target: target)

    def steps(self) -> tuple[str, ...]:
        """The names of the steps, in order."""
        return tuple(step.name for step in self.ordered_steps)

    def step(self, name: str) -> Step:
        return next(step for step in self.ordered_steps if step.name == name)

    def next(self, session: Session) -> Decision:
        """The decision after the last completed interaction; a pending one never decides."""
        last = session.last_completed
        if last is None or last.result is None:
            return NextStep(self.ordered_steps[0].name)
        step, status = last.command.step, last.result.status
        if step not in self.steps():
            return InvalidInteraction(step)
        target = self.routes.get((step, status))
        if target is None:
            return InvalidState(step, str(status))
        if target == COMPLETE:
            return SessionComplete()
        elsewhere = self.detour(session, target)
        if elsewhere != target or step not in self.loops or status in self.loops[step].successes:
            return NextStep(elsewhere)
        return self._within_bound(session, last, target)

    def is_complete(self, asked: Session | Interaction) -> bool:
        """Whether the last step ended well, asked of a session (its last interaction) or of one interaction."""
        if isinstance(asked, Session):
            return bool(asked.interactions) and self.is_complete(asked.interactions[-1])
        return (
            asked.result is not None
            and asked.command.step == self.ordered_steps[-1].name
            and asked.result.status is ResultStatus.OK
        )

    def turns_left(self, session: Session, step: str) -> int:
        """How many more failures of that step the session's policy allows before a person is needed."""
        loop = self.loops[step]
        return max(0, loop.bound(session.retry) - len(_failures(session, loop)))

    def _within_bound(self, session: Session, last: Interaction, target: str) -> Decision:
        loop = self.loops[last.command.step]
        failures = _failures(session, loop)
        if not failures:
            return NextStep(target)
        reason = loop.stops(last.result) if last.result else ""
        if reason:
            return WaitForPerson(last.command.step, reason)
        bound = loop.bound(session.retry)
        if len(failures) >= bound:
            message = last.result.message if last.result else ""
            return WaitForPerson(last.command.step, _told(message, f"{_times(len(failures))} without success"))
        return NextStep(target)


def _failures(session: Session, loop: Loop) -> list[Interaction]:
    """The failures that count: those after the point from which a person let the loop turn anew."""
    counted_from = int(session.state.get("loop_from") or 0)
    failures: list[Interaction] = []
    for interaction in session.interactions:
        result = interaction.result
        if result is None or interaction.command.step not in loop.counts or interaction.seq <= counted_from:
            continue
        if result.status in loop.successes:
            if loop.is_consecutive:
                failures.clear()
        elif not result.data.get("is_free"):
            failures.append(interaction)
    return failures


def _told(message: str, tried: str) -> str:
    """The cause first: of a line that is cut at its end it is what tells most."""
    first, _, rest = message.partition("\n")
    return "\n".join(part for part in (f"{first.rstrip('.')}; {tried}", rest) if part) if first else tried


def _times(count: int) -> str:
    return {1: "tried once", 2: "tried twice"}.get(count, f"tried {count} times")
