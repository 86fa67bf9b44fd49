"""The keys of Home: what each does to the selected run, and why it cannot at the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.views.states import ShownState
from ctxtui.screens.home.view import Entry

WhyNot = Callable[[Entry | None], str]
"""A sentence that says why a key does nothing now, or an empty one when it does."""


@dataclass(frozen=True, slots=True)
class HomeKey:
    """`id` is what a keymap names, `action` the method of `HomeActs`; without a label it is not in the footer."""

    id: str
    keys: str
    action: str
    label: str
    help: str
    why_not: WhyNot


def _never(_entry: Entry | None) -> str:
    return ""


def _needs_run(entry: Entry | None) -> str:
    return "" if entry else "no run is selected"


def _continue(entry: Entry | None) -> str:
    if entry is None:
        return "no run is selected"
    if entry.state is ShownState.INTERRUPTED or _is_paused(entry):
        return ""
    return "the selected run is neither interrupted nor paused"


def _stop(entry: Entry | None) -> str:
    if entry is None:
        return "no run is selected"
    return "" if entry.run.status is SessionStatus.ACTIVE else "the selected run has ended"


def _finalize(entry: Entry | None) -> str:
    if entry is None:
        return "no run is selected"
    if entry.run.status not in {SessionStatus.ACTIVE, SessionStatus.FAILED}:
        return "the selected run has ended"
    return "" if entry.run.child_counts.get(SessionStatus.COMPLETE) else "nothing has passed yet"


def _delete(entry: Entry | None) -> str:
    if entry is None:
        return "no run is selected"
    return "stop or finalize the selected run first" if entry.run.status is SessionStatus.ACTIVE else ""


def _is_paused(entry: Entry) -> bool:
    return bool(entry.run.state.get("paused")) and entry.run.status is SessionStatus.ACTIVE


HOME_KEYS = (
    HomeKey("home.new", "n", "new_run", "new run", "start a new run", _never),
    HomeKey("home.continue", "c", "resume", "continue", "continue an interrupted or paused run", _continue),
    HomeKey("home.stop", "x", "stop", "stop", "stop the selected run", _stop),
    HomeKey("home.finalize", "f", "finalize", "finalize", "commit what has passed of the selected run", _finalize),
    HomeKey("home.delete", "X,delete", "delete", "delete", "remove an ended run's working areas and its row", _delete),
    HomeKey("home.filter", "slash", "filter", "filter", "show only runs with these words", _never),
    HomeKey("home.search", "S", "search", "search", "search everything that happened in all runs", _never),
    HomeKey("home.order", "o", "order", "", "order by age, name or state", _never),
    HomeKey("home.copy", "y", "copy", "", "copy the run's id", _needs_run),
    HomeKey("home.check", "D", "check", "check", "check what this machine has", _never),
)
