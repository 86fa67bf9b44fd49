"""The keys of a run: what each does, and why it cannot at the moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from ctxtui.core.domain.request import Remedy, Request, RequestKind
from ctxtui.core.ports.store import ChildRow
from ctxtui.core.views.refusals import refused
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import ShownState
from ctxtui.screens.run.tree_filter import WAITING

Rows: TypeAlias = Sequence[ChildRow]
WhyNot: TypeAlias = Callable[[RunView, Rows], str]
"""A sentence that says why a key does nothing now, or an empty one when it does."""

FAILED = frozenset({ShownState.FAILED, ShownState.NEEDS_YOU})
"""What `R` tries again; what a person stopped or left out is not among it."""
HELPS = {
    Remedy.NONE: "",
    Remedy.WAIT: "wait for it",
    Remedy.START_ANEW: "n in the list of runs starts a new one",
    Remedy.FINISH: "r on the first row finishes it",
    Remedy.DECIDE: "r on one tries it again, s leaves it out, f commits what passed",
    Remedy.TRY_AGAIN: "r on the first row lets it go on",
    Remedy.STOP: "x stops it",
    Remedy.TAKE_STEPS: "A lets you take each one",
    Remedy.ASK_AGAIN: "r asks it again with a note",
    Remedy.OTHER_AGENT: "r, then ctrl+t, asks another agent",
}
"""What helps here, where the command line names a command."""


@dataclass(frozen=True, slots=True)
class RunKey:
    """`id` is what a keymap names, `action` what is done; without a label, or not offered, it is not in the footer.

    One that `asks_for_words` opens something in which is typed.
    """

    id: str
    keys: str
    action: str
    label: str
    help: str
    why_not: WhyNot
    is_offered: Callable[[RunView], bool] = lambda _run: True
    asks_for_words: bool = False


_asking = partial(RunKey, asks_for_words=True)


def _never(_run: RunView, _rows: Rows) -> str:
    return ""


def is_parent(row: ChildRow) -> bool:
    return row.parent_id is None


def why_not(run: RunView, kind: RequestKind, row: ChildRow) -> str:
    """Why the run would refuse that of a row; empty where it would not."""
    told = refused(run, kind, row)
    if told is None:
        return ""
    if run.is_interrupted and not is_parent(row):
        return "the run is interrupted: continue it first"
    return _told(told.reason, told.helps)


def in_keys(request: Request) -> Request:
    """The owner answers in words of the command line; where it names a command that helps, this names a key."""
    if not HELPS[request.helps]:
        return request
    return replace(request, answer=f"{_told(request.reason, request.helps)}.")


def _told(reason: str, helps: Remedy) -> str:
    return f"{reason}: {HELPS[helps]}" if HELPS[helps] else reason


_SELECT_TESTS = "select the component whose tests to work on"
_SELECT_AGENT = "select the component whose agent to talk to"


def _any(check: Callable[[RunView, ChildRow], str]) -> WhyNot:
    """Possible where it is for one of the rows."""

    def why_not(run: RunView, rows: Rows) -> str:
        reasons = [check(run, row) for row in rows]
        if not reasons or not all(reasons):
            return "" if reasons else "there is no component here"
        return reasons[0] if len(reasons) == 1 else f"that is possible for none of these {len(reasons)}: {reasons[0]}"

    return why_not


def _one(check: Callable[[RunView, ChildRow], str], select: str = "select one component") -> WhyNot:
    """Possible for one row alone, which `select` asks for."""

    def why_not(run: RunView, rows: Rows) -> str:
        return check(run, rows[0]) if len(rows) == 1 else select

    return why_not


def _asked(kind: RequestKind) -> Callable[[RunView, ChildRow], str]:
    return lambda run, row: why_not(run, kind, row)


def why_no_retry(run: RunView, row: ChildRow) -> str:
    """On the run's own row it is for all that failed, where something has."""
    return "" if is_parent(row) and not _failed(run, ()) else why_not(run, RequestKind.RETRY, row)


def _of_run(kind: RequestKind) -> WhyNot:
    return lambda run, _rows: why_not(run, kind, run.parent) if run.parent is not None else ""


def _failed(run: RunView, _rows: Rows) -> str:
    against = run.against if any(run.counts[state] for state in FAILED) else []
    if not against:
        return "nothing has failed"
    return next((why for row in against if (why := why_not(run, RequestKind.RETRY, row))), "")


def _steer(run: RunView, _rows: Rows) -> str:
    if not run.is_active:
        return "the run is not running"
    return "the run is interrupted: continue it first" if run.is_interrupted else ""


def _continue(run: RunView, _rows: Rows) -> str:
    return "" if run.is_interrupted else "the run is not interrupted"


def _has_tests(run: RunView, row: ChildRow) -> str:
    if is_parent(row):
        return "" if run.proved else "nothing has passed yet; select a component to see its tests"
    return "" if row.attempts or row.state.get("reused_from") else f"{row.name} has no tests yet"


def _has_worktree(run: RunView, row: ChildRow) -> str:
    if is_parent(row):
        return _SELECT_TESTS
    return "" if row.state.get("slot") else _has_tests(run, row)


def _has_conversation(run: RunView, row: ChildRow) -> str:
    if is_parent(row):
        return _SELECT_AGENT
    conversation = row.state.get("conversation") or {}
    if conversation and not conversation.get("opens", True):
        return f"{row.agent} holds no conversations that could be opened"
    if not conversation:
        return f"{row.agent} has no conversation about {row.name} that could be opened"
    return why_not(run, RequestKind.RETRY, row) if run.is_active else ""


def _is_interrupted(run: RunView) -> bool:
    return run.is_interrupted


def _is_manual(run: RunView) -> bool:
    return run.is_manual


def _waits(run: RunView, _rows: Rows) -> str:
    return "" if not run.has_ended and any(run.counts[state] for state in WAITING) else "nothing needs you"


def _committed(run: RunView, _rows: Rows) -> str:
    return "" if run.parent is not None and run.parent.state.get("commit") else "there is no commit yet"


RUN_KEYS = (
    RunKey(
        "run.step",
        "greater_than_sign",
        "take_step",
        "next step",
        "take the next step of it, in manual mode",
        _one(_asked(RequestKind.STEP)),
        _is_manual,
    ),
    RunKey("run.continue", "c", "resume", "continue", "continue an interrupted run", _continue, _is_interrupted),
    _asking("run.retry", "r", "retry", "retry", "retry what is selected or marked, with a note", _any(why_no_retry)),
    _asking("run.retry-failed", "R", "retry_failed", "retry failed", "retry all that failed, with one note", _failed),
    _asking("run.skip", "s", "skip", "skip", "leave it out; r takes that back", _any(_asked(RequestKind.SKIP))),
    RunKey("run.diff", "d", "diff", "diff", "the tests that were written", _one(_has_tests)),
    RunKey("run.history", "i", "history", "history", "everything that happened", _one(lambda _run, _row: "")),
    RunKey("run.stop", "x", "stop", "stop", "stop it, or on the first row the run", _any(_asked(RequestKind.CANCEL))),
    _asking(
        "run.tell", "m", "tell", "message", "say something to its agent, or to all", _any(_asked(RequestKind.TELL))
    ),
    RunKey("run.next-waiting", "n", "next_waiting", "next", "the next one that needs you", _waits),
    RunKey("run.waiting-before", "N", "waiting_before", "", "the one before that needs you", _waits),
    RunKey("run.timeline", "t", "timeline", "timeline", "the run over time, in numbers", _never),
    RunKey("run.mark", "v", "mark", "mark", "mark it; r, s and x then act on all that is marked", _never),
    RunKey("run.filter", "slash", "filter", "filter", "show only rows with these words", _never),
    RunKey("run.sort", "O", "sort", "sort", "sort by package, state, time, attempts or name", _never),
    RunKey("run.pause", "p", "pause", "pause", "start nothing new, or go on", _steer),
    RunKey("run.finalize", "f", "finalize", "finalize", "commit what has passed", _of_run(RequestKind.FINALIZE)),
    _asking(
        "run.shell",
        "w",
        "shell",
        "shell",
        "a shell with its tests, judged again afterwards",
        _one(_has_worktree, _SELECT_TESTS),
    ),
    _asking(
        "run.conversation",
        "o",
        "conversation",
        "talk",
        "its agent's own conversation, judged again afterwards",
        _one(_has_conversation, _SELECT_AGENT),
    ),
    RunKey("run.mode", "A", "other_mode", "", "each step by hand, or all by itself again", _steer),
    RunKey("run.more-jobs", "plus", "more_jobs", "", "one more job at a time", _steer),
    RunKey("run.fewer-jobs", "minus", "fewer_jobs", "", "one job less at a time", _steer),
    RunKey("run.only-failed", "exclamation_mark", "only_failed", "", "show only failed rows", _never),
    RunKey("run.only-running", "at", "only_running", "", "show only running rows", _never),
    RunKey("run.only-waiting", "number_sign", "only_waiting", "", "show only rows that need you", _waits),
    RunKey("run.all", "0", "show_all", "", "show all rows", _never),
    RunKey("run.step-down", "J", "step_down", "", "the next component, also while the details are alone", _never),
    RunKey("run.step-up", "K", "step_up", "", "the component before", _never),
    RunKey("run.follow", "F", "follow", "", "keep the selection where something happens", _never),
    RunKey("run.editor", "e", "editor", "", "open what is shown in your editor", _never),
    RunKey("run.copy-merge", "Y", "copy_merge", "", "copy the command that merges the branch", _committed),
    RunKey("run.copy", "y", "copy", "", "copy what is shown", _never),
)
_ENDINGS = {RequestKind.FINALIZE: "finalize", RequestKind.CANCEL: "stop"}
_TOO_LATE = frozenset({"take_step", "retry", "retry_failed", "skip", "stop", "tell", "finalize"})
"""What is not asked behind a wish for the run's end: that is answered first."""


def why_key_not(key: RunKey, run: RunView, rows: Rows) -> str:
    """Why a key does nothing now, or an empty sentence when it does."""
    if key.action in _TOO_LATE and (ending := run.ending_asked):
        helps = "c lets it answer" if run.is_interrupted else "wait for its answer"
        return f"the run was asked to {_ENDINGS[ending]} first: {helps}"
    return key.why_not(run, rows)
