"""The keys of a run: what each does, and why it cannot at the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ctxtui.core.engine.shown import BUSY, ShownState
from ctxtui.core.ports.store import ChildRow
from ctxtui.screens.run_view import RunView

WhyNot = Callable[[RunView, ChildRow], str]
"""A sentence that says why a key does nothing now, or an empty one when it does."""

RETRYABLE = frozenset(
    {ShownState.PASSED, ShownState.FAILED, ShownState.NEEDS_YOU, ShownState.CANCELLED, ShownState.SKIPPED}
)
FAILED = frozenset({ShownState.FAILED, ShownState.NEEDS_YOU, ShownState.CANCELLED})


@dataclass(frozen=True, slots=True)
class RunKey:
    """`id` is what a keymap names, `action` the screen's method `do_…`; without a label it is not in the footer."""

    id: str
    keys: str
    action: str
    label: str
    help: str
    why_not: WhyNot


def _never(_run: RunView, _row: ChildRow) -> str:
    return ""


def _is_parent(row: ChildRow) -> bool:
    return row.parent_id is None


def _finished(run: RunView) -> str:
    parent = run.parent
    state = run.states[parent.id] if parent else ShownState.QUEUED
    return "the run is finished and its result is committed" if state is ShownState.PASSED else ""


def _retry(run: RunView, row: ChildRow) -> str:
    state = run.states[row.id]
    if _is_parent(row):
        return (
            ""
            if state in FAILED
            else _finished(run) or "select a component to retry it, or press R for all that failed"
        )
    told = {
        ShownState.REUSED: f"{row.name} was taken from an earlier run",
        ShownState.QUEUED: f"{row.name} has not started yet",
        ShownState.INTERRUPTED: f"{row.name} goes on when the run is continued",
    }
    if state in RETRYABLE:
        return _finished(run)
    return told.get(state, f"{row.name} is still being worked on")


def _retry_failed(run: RunView, _row: ChildRow) -> str:
    return _finished(run) if any(run.counts[state] for state in FAILED) else "nothing has failed"


def _skip(run: RunView, row: ChildRow) -> str:
    if _is_parent(row):
        return "select the component to leave out"
    told = {
        ShownState.PASSED: f"{row.name} has passed",
        ShownState.REUSED: f"{row.name} was taken from an earlier run",
        ShownState.SKIPPED: f"{row.name} is left out already",
    }
    return told.get(run.states[row.id], "") or _finished(run)


def _stop(run: RunView, row: ChildRow) -> str:
    if not run.is_active:
        return "the run is not running"
    if _is_parent(row):
        return ""
    state = run.states[row.id]
    stoppable = BUSY | {ShownState.QUEUED, ShownState.NEEDS_YOU, ShownState.INTERRUPTED}
    return "" if state in stoppable else f"{row.name} is not running"


def _steer(run: RunView, _row: ChildRow) -> str:
    if not run.is_active:
        return "the run is not running"
    return "" if run.owner_alive else "the run is interrupted: continue it first"


def _fewer(run: RunView, row: ChildRow) -> str:
    return _steer(run, row) or ("one job is the least" if run.jobs <= 1 else "")


def _finalize(run: RunView, _row: ChildRow) -> str:
    if not run.is_active and _finished(run):
        return _finished(run)
    return "" if run.counts[ShownState.PASSED] + run.counts[ShownState.REUSED] else "nothing has passed yet"


def _continue(run: RunView, _row: ChildRow) -> str:
    return "" if run.is_interrupted else "the run is not interrupted"


def _has_attempts(_run: RunView, row: ChildRow) -> str:
    if _is_parent(row):
        return "select a component to see its tests"
    return "" if row.attempts or row.state.get("reused_from") else f"{row.name} has no tests yet"


RUN_KEYS = (
    RunKey("run.continue", "c", "resume", "continue", "continue an interrupted run", _continue),
    RunKey("run.retry", "r", "retry", "retry", "retry the component, with a note to the agent", _retry),
    RunKey("run.retry-failed", "R", "retry_failed", "retry failed", "retry everything that failed", _retry_failed),
    RunKey("run.skip", "s", "skip", "skip", "leave the component out of the result", _skip),
    RunKey("run.stop", "x", "stop", "stop", "stop the component, or on the first row the run", _stop),
    RunKey("run.pause", "p", "pause", "pause", "start nothing new, or go on", _steer),
    RunKey("run.finalize", "f", "finalize", "finalize", "commit what has passed", _finalize),
    RunKey("run.diff", "d", "diff", "diff", "the tests that were written", _has_attempts),
    RunKey("run.history", "i", "history", "history", "everything that happened", _never),
    RunKey("run.timeline", "t", "timeline", "timeline", "the run over time, in numbers", _never),
    RunKey("run.more-jobs", "plus", "more_jobs", "", "one more job at a time", _steer),
    RunKey("run.fewer-jobs", "minus", "fewer_jobs", "", "one job less at a time", _fewer),
    RunKey("run.peek", "space", "peek", "", "the details alone, and back", _never),
    RunKey("run.filter", "slash", "filter", "filter", "show only rows with these words", _never),
    RunKey("run.only-failed", "exclamation_mark", "only_failed", "", "show only failed rows", _never),
    RunKey("run.only-running", "at", "only_running", "", "show only running rows", _never),
    RunKey("run.only-waiting", "number_sign", "only_waiting", "", "show only rows that need you", _never),
    RunKey("run.all", "0", "show_all", "", "show all rows", _never),
    RunKey("run.follow", "F", "follow", "", "keep the selection where something happens", _never),
    RunKey("run.editor", "e", "editor", "", "open what is shown in your editor", _never),
    RunKey("run.copy", "y", "copy", "", "copy what is shown", _never),
)
