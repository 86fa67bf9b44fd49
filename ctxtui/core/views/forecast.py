"""What is to be expected of a run: how long it takes, what it may spend, and whom it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from ctxtui.core.domain.plan import Budget, Limits, limits_of, run_budget_of
from ctxtui.core.views.durations import cooldown_left
from ctxtui.core.views.states import AGENT_STEPS, ShownState

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.views.run_view import RunView

ENOUGH_TO_GUESS = 3
"""Components that have to be done before anything is said of the rest."""

MOST_LOOKED_AT = 64
"""Components at work whose clocks are read for a guess; there are rarely more jobs."""


@dataclass(frozen=True, slots=True)
class BusyAgent:
    """An agent that wants to be left alone, and until when."""

    agent: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LimitWindow:
    """The share of its limit that an agent said is used, and when that is counted anew."""

    agent: str
    used: float
    until: datetime | None


def limit_window(run: RunView, now: datetime) -> LimitWindow | None:
    """Of the run's own agent; None where it has said nothing, or of a window that is over."""
    agent = run.parent.agent if run.parent else ""
    told = run.limits.get(agent)
    if told is None:
        return None
    until = datetime.fromisoformat(told["until"]) if told.get("until") else None
    return None if until is not None and until <= now else LimitWindow(agent, float(told["used"]), until)


def limits(run: RunView) -> Limits:
    """What the run was started with; the usual limits while that is not known."""
    return limits_of(_plan(run))


def budget(run: RunView) -> Budget:
    """What the run may spend; no ceilings while that is not known."""
    return run_budget_of(_plan(run))


def time_left(run: RunView, now: datetime) -> timedelta | None:
    """How long the run still takes, by what its components took so far; None before some are done."""
    totals = run.totals
    decided = totals.left_out + totals.proved + run.counts[ShownState.FAILED] + run.counts[ShownState.NEEDS_YOU]
    left = run.total - decided
    is_going_on = run.is_active and run.owner_alive and not (run.parent and run.parent.state.get("waiting"))
    if not is_going_on or totals.settled < ENOUGH_TO_GUESS or left <= 0:
        return None
    each = totals.settled_seconds / totals.settled
    at_work = islice(run.at_work, MOST_LOOKED_AT)
    begun = sum(min(worked.total_seconds(), each) for one in at_work if (worked := run.worked(one, now)) is not None)
    return timedelta(seconds=max(left * each - begun, 0.0) / max(min(run.jobs, left), 1))


def busy_agent(run: RunView, now: datetime) -> BusyAgent | None:
    """The agent that is waited for longest; None where none has to be."""
    waits = []
    for row_id in run.cooling:
        row = run.rows[row_id]
        if left := cooldown_left(row, now):
            waits.append((now + left, row.agent))
    return BusyAgent(max(waits)[1], max(waits)[0]) if waits else None


def silence(run: RunView, row_id: str, now: datetime) -> timedelta | None:
    """How long the agent at work on a component has said nothing; None where none is at work."""
    row = run.rows[row_id]
    if row.pending_step not in AGENT_STEPS or not run.owner_alive or cooldown_left(row, now):
        return None
    heard = run.heard.get(row_id)
    told = (heard.at if heard else None, row.last_action_at, row.pending_since)
    signs = [sign for sign in told if sign is not None]
    return max(now - max(signs), timedelta()) if signs else None


def last_words(run: RunView, row_id: str) -> str:
    """What the agent at work on a component printed last in this turn; empty where none is, or it tells more itself."""
    row, heard = run.rows[row_id], run.heard.get(row_id)
    if heard is None or row.pending_step not in AGENT_STEPS or row.pending_since is None:
        return ""
    return heard.words if heard.at >= row.pending_since else ""


def _plan(run: RunView) -> JsonMap:
    return (run.parent.state.get("plan") if run.parent else None) or {}
