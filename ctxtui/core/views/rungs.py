"""The rungs of the verdict ladder as viewers see them: a badge each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.core.domain.rung import CHILD_RUNGS, USUAL_RUNGS, Rung

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.core.domain.attempt import Attempt
    from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
    from ctxtui.core.ports.store import ChildRow

RUNGS = tuple(Rung)


@dataclass(frozen=True, slots=True)
class Badge:
    """One rung of a row: `outcome` None is not judged yet, `is_current` tells the newest attempt from an older one."""

    rung: str
    outcome: RungOutcome | None
    is_current: bool = True


def badges(row: ChildRow, configured: Sequence[str] = USUAL_RUNGS) -> tuple[Badge, ...]:
    """One badge a rung of those the run is configured with or that was judged, in the ladder's order."""
    verdicts = {verdict.rung: verdict.outcome for verdict in latest_rungs(row)}
    is_current = bool(row.attempts) and bool(row.attempts[-1].rungs)
    rungs = [rung for rung in RUNGS if rung in verdicts or rung in configured]
    return tuple(Badge(rung, verdicts.get(rung), is_current) for rung in rungs)


def latest_rungs(row: ChildRow) -> tuple[RungVerdict, ...]:
    """The newest verdicts there are: those of the present attempt, or of the one before while it has none."""
    return next((attempt.rungs for attempt in reversed(row.attempts) if attempt.rungs), ())


def rungs_of(run: ChildRow | None) -> tuple[str, ...]:
    """The rungs that a run was started with, in the ladder's order; the usual ones while the run is not known."""
    plan = run.state.get("plan") if run is not None else None
    chosen = (plan or {}).get("rungs") or USUAL_RUNGS
    return tuple(rung for rung in CHILD_RUNGS if rung in chosen)


def failed_rung(attempt: Attempt) -> RungVerdict | None:
    return next((verdict for verdict in attempt.rungs if verdict.outcome == "failed"), None)
