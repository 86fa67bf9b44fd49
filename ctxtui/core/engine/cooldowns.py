"""Agents that want to be left alone for a while, and who waits for that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ctxtui.core.ports.agents import LimitBoard

LONGEST_SPREAD = timedelta(seconds=60)
"""Those who wait come back over some time, so that they do not all come back at once."""
SAME = timedelta(seconds=2)
"""Ends that differ by less are one: what this run has told the others comes back from the board."""
LONGEST_GUESS = 900.0
"""Seconds to wait at most where an agent does not say how long, however often it was asked in vain."""
NARROWS_FROM = 0.8
"""The share of a limit from which on fewer are asked at a time, down to one when all of it is used."""


@dataclass(slots=True)
class Cooldowns:
    """When each agent may be asked again after it said that it is asked too often.

    All children share it, and through the `board` every other run of the same account on this machine. Used by the
    deciding thread only.
    """

    board: LimitBoard
    _ends: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)
    _guesses: dict[str, float] = field(default_factory=dict)
    _used: dict[str, tuple[float, datetime | None]] = field(default_factory=dict)

    def start(self, agent: str, now: datetime, told: float | None, guess: float) -> datetime:
        """When the agent may be asked again: after the seconds it `told`, or a `guess` that doubles with each one."""
        seconds = told or self._guessed(agent, now, guess)
        return self.hold(agent, now + timedelta(seconds=seconds), timedelta(seconds=seconds / 5))

    def hold(self, agent: str, until: datetime, spread: timedelta = timedelta()) -> datetime:
        """Lets nobody ask the agent before that time, and spreads those who wait over `spread` after it."""
        held = (until, min(spread, LONGEST_SPREAD))
        self._ends[agent] = max(held, self._ends.get(agent, held))
        self.board.hold(agent, until)
        return self._ends[agent][0]

    def end(self, agent: str, share: float) -> datetime | None:
        """When one who waits may ask, if it has to wait at all.

        `share`, from 0 to 1, is its place among the others, so that they do not all come back at once.
        """
        own, elsewhere = self._ends.get(agent), self.board.until(agent)
        if elsewhere is not None and (own is None or elsewhere > own[0] + SAME):
            own = (elsewhere, LONGEST_SPREAD / 3)
        return None if own is None else own[0] + own[1] * share

    def used(self, agent: str, share: float, until: datetime | None) -> None:
        """The agent said how much of its limit is used, which is counted anew at `until`."""
        self._used[agent] = (share, until)

    def bearable(self, agent: str, jobs: int, now: datetime) -> int:
        """How many of so many jobs the agent's limit bears: turns under way as it is reached are paid in vain."""
        share, until = self._used.get(agent, (0.0, None))
        if share < NARROWS_FROM or (until is not None and until <= now):
            return jobs
        left = max(0.0, 1.0 - share) / (1.0 - NARROWS_FROM)
        return max(1, min(jobs, round(jobs * left)))

    def answered(self, agent: str) -> None:
        """The agent did its work: the next guess starts afresh."""
        self._guesses.pop(agent, None)

    def forget(self, agent: str) -> None:
        """A user wants the agent asked now."""
        self._ends.pop(agent, None)
        self._guesses.pop(agent, None)
        self._used.pop(agent, None)
        self.board.forget(agent)

    def _guessed(self, agent: str, now: datetime, guess: float) -> float:
        """Several children that meet one limit together count once."""
        last = self._guesses.get(agent, 0.0)
        is_same_limit = agent in self._ends and self._ends[agent][0] > now
        if not (last and is_same_limit):
            last = min(max(guess, last * 2), LONGEST_GUESS)
        self._guesses[agent] = last
        return last


def moment(end: datetime, now: datetime) -> str:
    """When that is, on this machine's clock; with its day where it is another one, as with a weekly limit."""
    there, here = end.astimezone(), now.astimezone()
    day = "" if there.date() == here.date() else f" on {there:%b} {there.day}"
    return f"at {there:%H:%M:%S}{day}"
