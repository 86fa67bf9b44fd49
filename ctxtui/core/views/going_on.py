"""What a user can do now about a run that has no branch yet, as commands that would be granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.views.refusals import refused, run_facts
from ctxtui.core.views.states import ShownState

if TYPE_CHECKING:
    from ctxtui.core.views.run_view import RunView


@dataclass(frozen=True, slots=True)
class Way:
    """A command and what it does, in a few words."""

    does: str
    command: str


def ways_on(run: RunView) -> tuple[Way, ...]:
    """In the order in which they are likely wanted; none for a run that has ended."""
    parent = run.parent
    if parent is None or parent.status in (SessionStatus.COMPLETE, SessionStatus.CANCELLED):
        return ()
    if run.is_interrupted:
        return (Way("go on", f"ctxtui resume {parent.id}"),)
    return tuple(_decisions(run, parent.id)) or tuple(_next(run, parent.id))


def _decisions(run: RunView, run_id: str) -> Iterator[Way]:
    facts = run_facts(run)
    undecided = facts.undecided
    asking = next((child.name for child in undecided if child.is_asking), "")
    if asking:
        yield Way("answer", f"ctxtui tell {run_id} {asking} '…'")
    if undecided:
        # A note is for nobody where all agents that failed read none.
        otherwise = "--agent NAME" if all(child.deaf_agent for child in undecided) else "--note '…'"
        yield Way("try again", f"ctxtui retry {run_id} {facts.retry_flag} {otherwise}")
        yield Way("leave one out", f"ctxtui skip {run_id} COMPONENT")
        if _is_granted(run, RequestKind.FINALIZE):
            yield Way("finish with what passed", f"ctxtui finalize {run_id}")


def _next(run: RunView, run_id: str) -> Iterator[Way]:
    """For a run in which no component has to be decided about."""
    if run.is_manual:
        yield Way("take a step", f"ctxtui step {run_id}")
    elif not run.is_paused and run.states[run_id] not in (ShownState.NEEDS_YOU, ShownState.FAILED):
        yield Way("watch", f"ctxtui watch {run_id}")
    elif run.states[run_id] is ShownState.FAILED and not run_facts(run).has_passed:
        # Everything was left out: going on would find again that there is nothing to commit.
        yield Way("take one up again", f"ctxtui retry {run_id} COMPONENT")
        yield Way("give up", f"ctxtui cancel {run_id}")
    elif _is_granted(run, RequestKind.RESUME):
        yield Way("go on", f"ctxtui resume {run_id}")
    else:
        yield Way("go on", f"ctxtui retry {run_id}")


def _is_granted(run: RunView, kind: RequestKind) -> bool:
    return run.parent is not None and refused(run, kind, run.parent) is None
