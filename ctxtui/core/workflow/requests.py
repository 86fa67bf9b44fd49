"""What follows from what is asked of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.json import JsonMap
from ctxtui.core.domain.plan import MOST_JOBS
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.run_plan import CHANGEABLE
from ctxtui.core.domain.run_state import files_from
from ctxtui.core.domain.session import ExecutionMode, Session
from ctxtui.core.workflow.refusals import (
    ACTIVE,
    COMPLETE,
    ChildFacts,
    Refused,
    RunFacts,
    child_facts,
    facts_of,
    refusal,
)


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """The child is cancelled, whatever it is doing; `is_skip` leaves it out of what the run is judged by, too."""

    child_id: str
    note: str
    is_skip: bool


@dataclass(frozen=True, slots=True)
class CallBack:
    """The child is worked on again, before those that wait, with its loops counted anew; `agent` may be another one.

    With `files` its tests are first replaced by those. `is_judged` judges them as they are; else its agent is asked.
    """

    child_id: str
    note: str
    agent: str = ""
    files: tuple[AcceptedFile, ...] = ()
    is_judged: bool = False


@dataclass(frozen=True, slots=True)
class TellAgents:
    """The children's agents read the note in their next turn; what they are doing goes on."""

    child_ids: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class TurnAgain:
    """The run's own loops count anew; `is_mended` when what it waited for is mended, too."""

    reason: str
    is_mended: bool = True


@dataclass(frozen=True, slots=True)
class SetPaused:
    is_paused: bool


@dataclass(frozen=True, slots=True)
class SetJobs:
    jobs: int


@dataclass(frozen=True, slots=True)
class SetMode:
    mode: ExecutionMode


@dataclass(frozen=True, slots=True)
class SetPlan:
    """Parts of the plan given anew."""

    changes: JsonMap


@dataclass(frozen=True, slots=True)
class TakeStep:
    """The session takes its next step, which it does not take by itself in manual mode."""

    session_id: str


@dataclass(frozen=True, slots=True)
class EndRun:
    """Everything under way is ended, and nothing is committed."""

    note: str


Effect: TypeAlias = (
    LeaveOut | CallBack | TellAgents | TurnAgain | SetPaused | SetJobs | SetMode | SetPlan | TakeStep | EndRun
)


@dataclass(frozen=True, slots=True)
class Granted:
    answer: str
    effects: tuple[Effect, ...] = ()


Decided: TypeAlias = Refused | Granted


def decide(request: Request, run: Session, child: Session | None = None) -> Decided:
    """What a request leads to. `child` is the session that it names, with its interactions, unless that is the run."""
    facts = facts_of(run, with_children=child is None)
    target = child_facts(child) if child is not None else None
    if refused := refusal(request.kind, facts, target):
        return refused
    return _DECISIONS[request.kind](request, facts, target)


_SETTINGS = {
    "retry": "max_attempts and max_rounds",
    "is_partial": "partial",
    "use_hooks": "commit.mode",
    "sign": "commit.sign",
    "child_budget": "budget.child",
    "run_budget": "budget.run",
    "day_budget": "budget.day",
}
_AFTER_COMPLETION = frozenset({"push", "remote", "pull_request"})
"""Parts of the plan that matter to a run that is done: its branch can still be pushed and proposed."""


def _retry(request: Request, _run: RunFacts, child: ChildFacts | None) -> Decided:
    if child is None:
        return Granted("the run goes on", (TurnAgain("retry"),))
    agent = str(request.arguments.get("agent") or "")
    files, is_judged = files_from(request.arguments.get("files")), bool(request.arguments.get("is_judged"))
    if is_judged and not files:
        return Refused(f"There are no tests of {child.name} to judge")
    effects = (CallBack(child.id, _note(request), agent, files, is_judged), TurnAgain(f"retry of {child.name}"))
    if is_judged:
        return Granted(f"{child.name} is judged with its tests as you left them", effects)
    told = f"{child.name} is tried again{f' by {agent}' if agent else ''}"
    is_unread = bool(_note(request) and child.deaf_agent) and not agent
    return Granted(f"{told}; {child.deaf_agent} reads no notes" if is_unread else told, effects)


def _skip(request: Request, _run: RunFacts, child: ChildFacts | None) -> Decided:
    if child is None:
        raise AssertionError
    effects = (LeaveOut(child.id, _note(request), is_skip=True), TurnAgain(f"{child.name} skipped", is_mended=False))
    return Granted(f"{child.name} is skipped", effects)


def _tell(request: Request, run: RunFacts, child: ChildFacts | None) -> Decided:
    note = _note(request).strip()
    if not note:
        return Refused("There is nothing to tell", "give the words for the agent")
    if child is not None and child.is_asking:
        effects = (CallBack(child.id, note), TurnAgain(f"answer to {child.name}"))
        return Granted(f"{child.name} has your answer and goes on", effects)
    readers = [each for each in run.children if each.status is ACTIVE and not each.deaf_agent]
    told = [child] if child is not None else readers
    names = told[0].name if len(told) == 1 else f"{len(told)} components"
    return Granted(f"{names}: told with the next turn", (TellAgents(tuple(each.id for each in told), note),))


def _cancel(request: Request, _run: RunFacts, child: ChildFacts | None) -> Decided:
    if child is None:
        return Granted("the run is cancelled", (EndRun(_note(request)),))
    return Granted(f"{child.name} is cancelled", (LeaveOut(child.id, _note(request), is_skip=False),))


def _pause(_request: Request, _run: RunFacts, _child: ChildFacts | None) -> Decided:
    return Granted("nothing new is started; what runs goes on", (SetPaused(is_paused=True),))


def _resume(_request: Request, run: RunFacts, _child: ChildFacts | None) -> Decided:
    effects: tuple[Effect, ...] = (SetPaused(is_paused=False),) if run.is_paused else ()
    if run.is_stuck:
        effects = (*effects, TurnAgain("resumed"))
    return Granted("the run goes on", effects)


def _set_jobs(request: Request, _run: RunFacts, _child: ChildFacts | None) -> Decided:
    jobs = request.arguments.get("jobs")
    if not isinstance(jobs, int) or not 1 <= jobs <= MOST_JOBS:
        return Refused(f"jobs must be a whole number from 1 to {MOST_JOBS}, not {jobs!r}")
    return Granted(f"{jobs} at a time from now on", (SetJobs(jobs),))


def _set_mode(request: Request, _run: RunFacts, _child: ChildFacts | None) -> Decided:
    wanted = request.arguments.get("mode")
    modes = {mode.value: mode for mode in (ExecutionMode.AUTO, ExecutionMode.MANUAL)}
    if wanted not in modes:
        return Refused(f"The mode is {' or '.join(modes)}, not {wanted!r}")
    told = {
        ExecutionMode.MANUAL: "each next step waits for you",
        ExecutionMode.AUTO: "the run takes its steps by itself",
    }
    return Granted(told[modes[wanted]], (SetMode(modes[wanted]),))


def _set_plan(request: Request, run: RunFacts, _child: ChildFacts | None) -> Decided:
    plan: dict[str, Any] = dict(request.arguments.get("plan") or {})
    if run.status is COMPLETE and (late := sorted(set(plan) - _AFTER_COMPLETION)):
        return Refused(f"The run is complete, so {_settings(late)} would change nothing: --fresh starts a new one")
    if fixed := sorted(set(plan) - CHANGEABLE):
        return Refused(f"{_settings(fixed)} cannot be changed in a run under way: --fresh starts a new one")
    return Granted(f"from now on with other settings: {_settings(sorted(plan))}", (SetPlan(plan),))


def _settings(parts: Iterable[str]) -> str:
    """Parts of a plan by the names of the settings that they come from."""
    return ", ".join(_SETTINGS.get(part, part) for part in parts)


def _finalize(_request: Request, run: RunFacts, _child: ChildFacts | None) -> Decided:
    left_out = [child for child in run.children if child.status is not COMPLETE and not child.is_skipped]
    leaving = tuple(LeaveOut(child.id, "finalized without it", is_skip=True) for child in left_out)
    count = sum(child.status is not COMPLETE for child in run.children)  # those that were skipped before, too
    answer = f"finalizing without {count} component{'' if count == 1 else 's'}" if count else "finalizing"
    return Granted(answer, (*leaving, TurnAgain("finalize what passed")))


def _take_step(_request: Request, run: RunFacts, child: ChildFacts | None) -> Decided:
    name = child.name if child is not None else "the run"
    return Granted(f"{name} takes its next step", (TakeStep(child.id if child is not None else run.id),))


_DECISIONS: Mapping[RequestKind, Callable[[Request, RunFacts, ChildFacts | None], Decided]] = {
    RequestKind.RETRY: _retry,
    RequestKind.SKIP: _skip,
    RequestKind.TELL: _tell,
    RequestKind.CANCEL: _cancel,
    RequestKind.PAUSE: _pause,
    RequestKind.RESUME: _resume,
    RequestKind.JOBS: _set_jobs,
    RequestKind.FINALIZE: _finalize,
    RequestKind.MODE: _set_mode,
    RequestKind.STEP: _take_step,
    RequestKind.SETTINGS: _set_plan,
}


def _note(request: Request) -> str:
    return str(request.arguments.get("note") or "")
