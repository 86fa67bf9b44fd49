"""Why something cannot be asked of a run as viewers see it: the answer that the run's owner would give."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.views.states import BUSY, PROVED, ShownState, question_of
from ctxtui.core.workflow.refusals import ChildFacts, Refused, RunFacts, deaf_agent, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtui.core.domain.request import RequestKind
    from ctxtui.core.ports.store import ChildRow
    from ctxtui.core.views.run_view import RunView


_SHOWN_AS = {
    SessionStatus.COMPLETE: PROVED,
    SessionStatus.ACTIVE: BUSY | {ShownState.QUEUED, ShownState.INTERRUPTED},
}
"""The states of components that settled well or not at all yet; those that need a user are looked at in any case."""


def refused(run: RunView, kind: RequestKind, row: ChildRow) -> Refused | None:
    """Why a request about that row would be refused now; None where it would be granted."""
    if run.facts is None:
        run.facts = run_facts(run)
    return refusal(kind, run.facts, child_facts(row) if row.parent_id is not None else None)


def run_facts(run: RunView) -> RunFacts:
    """Raises LookupError while the run's own row has not come."""
    parent = run.parent
    if parent is None:
        raise LookupError("nothing is known of the run yet")
    blocked = parent.state.get("blocked")
    return RunFacts(
        id=parent.id,
        status=parent.status,
        step=parent.pending_step,
        mode=parent.mode,
        is_paused=bool(parent.state.get("paused")),
        is_waiting=parent.state.get("waiting") is not None,
        blocked=Trouble(blocked["trouble"]) if blocked else None,
        children=tuple(child_facts(row) for row in _telling(run)),
    )


def _telling(run: RunView) -> Iterator[ChildRow]:
    """The components by which it is decided what may be asked of a run: it may have thousands that tell no more."""
    undecided = (ShownState.FAILED, ShownState.CANCELLED, ShownState.NEEDS_YOU)
    if any(run.counts[state] for state in undecided):
        yield from run.with_state(*undecided)
    for status, states in _SHOWN_AS.items():
        if any(run.counts[state] for state in states):
            yield from islice((row for row in map(run.rows.__getitem__, run.order) if row.status is status), 1)


def child_facts(row: ChildRow) -> ChildFacts:
    return ChildFacts(
        id=row.id,
        name=row.name,
        status=row.status,
        is_skipped=bool(row.state.get("skipped")),
        is_busy=bool(row.pending_step),
        is_cooling=bool(row.state.get("cooldown_until")),
        is_asking=row.status is SessionStatus.FAILED and bool(question_of(row)),
        deaf_agent=deaf_agent(row.state.get("conversation"), row.agent),
    )
