"""Why something cannot be asked of a run now: one answer for the engine, the command line and the screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ctxtui.core.domain.request import Remedy, RequestKind
from ctxtui.core.domain.run_state import child_state, run_state
from ctxtui.core.domain.session import ExecutionMode, Session, SessionStatus
from ctxtui.core.domain.step import StepName
from ctxtui.core.domain.trouble import OF_AGENT, Trouble

ACTIVE, COMPLETE = SessionStatus.ACTIVE, SessionStatus.COMPLETE
FAILED, CANCELLED = SessionStatus.FAILED, SessionStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class Refused:
    """`reason` is a sentence without its full stop, `remedy` what `helps` in words of the command line."""

    reason: str
    remedy: str = ""
    helps: Remedy = Remedy.NONE

    @property
    def told(self) -> str:
        return f"{self.reason}{f': {self.remedy}' if self.remedy else ''}."


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What matters of a child: `is_busy` while a step is under way, `is_cooling` if that waits for a limit to end.

    One that `is_asking` has failed as long as its agent's question is not answered. `deaf_agent` names the agent of one
    that reads no notes.
    """

    id: str
    name: str
    status: SessionStatus
    is_skipped: bool = False
    is_busy: bool = False
    is_cooling: bool = False
    is_asking: bool = False
    deaf_agent: str = ""

    @property
    def is_undecided(self) -> bool:
        return self.status is FAILED or (self.status is CANCELLED and not self.is_skipped)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What matters of a run: `step` is the one under way, `blocked` the trouble that keeps it from starting more."""

    id: str
    status: SessionStatus
    step: str = ""
    mode: ExecutionMode = ExecutionMode.AUTO
    is_paused: bool = False
    is_waiting: bool = False
    blocked: Trouble | None = None
    children: tuple[ChildFacts, ...] = ()

    @property
    def undecided(self) -> tuple[ChildFacts, ...]:
        """Children that a user has to decide about before the run can be finalized."""
        return tuple(child for child in self.children if child.is_undecided)

    @property
    def retry_flag(self) -> str:
        """The option of `ctxtui retry` for what is undecided; what a person stopped where nothing else is."""
        return "--failed" if any(child.status is FAILED for child in self.undecided) else "--stopped"

    @property
    def is_stuck(self) -> bool:
        """Whether what keeps the run is no decision: it may be mended by now, so to go on is to try again."""
        if self.status is FAILED or self.blocked in OF_AGENT:
            return True
        waits_for_steps = self.mode is ExecutionMode.MANUAL
        return self.is_waiting and self.blocked is None and not self.undecided and not waits_for_steps

    @property
    def has_passed(self) -> bool:
        return any(child.status is COMPLETE for child in self.children)


def facts_of(run: Session, *, with_children: bool = True) -> RunFacts:
    """The facts of a run as loaded; what is asked of one child needs no others, of whom there may be thousands."""
    state = run_state(run.state)
    return RunFacts(
        id=run.id,
        status=run.status,
        step=run.pending.command.step if run.pending else "",
        mode=run.execution_mode,
        is_paused=state.paused,
        is_waiting=state.waiting is not None,
        blocked=state.blocked.trouble if state.blocked else None,
        children=tuple(child_facts(child) for child in run.children) if with_children else (),
    )


def child_facts(child: Session) -> ChildFacts:
    is_busy, state = child.pending is not None, child_state(child.state)
    is_asking = child.status is FAILED and bool((state.failure or {}).get("question"))
    is_cooling = state.cooldown_until is not None
    deaf = deaf_agent(state.conversation, child.agent)
    return ChildFacts(child.id, child.name, child.status, child.is_skipped, is_busy, is_cooling, is_asking, deaf)


def deaf_agent(conversation: Mapping[str, Any] | None, agent: str) -> str:
    """The agent of a child where it reads no notes; until its first turn has ended it is taken for one that does."""
    said = conversation or {}
    return agent if said.get("agent") == agent and not said.get("reads_notes", True) else ""


def refusal(kind: RequestKind, run: RunFacts, child: ChildFacts | None = None) -> Refused | None:
    """Why this cannot be asked now; None where it can."""
    if ended := _ended(kind, run):
        return ended
    if run.step == StepName.FINALIZE and run.status is ACTIVE and kind in _TOO_LATE_FOR_COMMIT:
        return Refused("The commit is being made", "wait for it, then look again", Remedy.WAIT)
    if child is None:
        return _RUN_REFUSALS.get(kind, _never)(run)
    return _CHILD_REFUSALS.get(kind, _never)(run, child)


_TOO_LATE_FOR_COMMIT = frozenset(
    {RequestKind.RETRY, RequestKind.SKIP, RequestKind.CANCEL, RequestKind.FINALIZE, RequestKind.STEP}
)
_ASKS_OF_FAILED_RUN = frozenset({RequestKind.SETTINGS, RequestKind.MODE, RequestKind.JOBS, *_TOO_LATE_FOR_COMMIT})


def _ended(kind: RequestKind, run: RunFacts) -> Refused | None:
    if run.status is COMPLETE and kind is not RequestKind.SETTINGS:
        again = "`ctxtui run PACKAGE --fresh` starts a new one to test its components again"
        return Refused("The run is complete", again, Remedy.START_ANEW)
    if run.status is CANCELLED:
        return Refused("The run was cancelled", "`ctxtui run PACKAGE` starts a new one", Remedy.START_ANEW)
    if run.status is FAILED and kind not in _ASKS_OF_FAILED_RUN and kind is not RequestKind.RESUME:
        return Refused("The run could not be finished", f"`ctxtui retry {run.id}` finishes it", Remedy.FINISH)
    return None


def _never(*_facts: RunFacts | ChildFacts) -> None:
    return None


def _run_retry(run: RunFacts) -> Refused | None:
    if run.status is FAILED or run.blocked is not None:
        return None
    if run.undecided:
        names = ", ".join(child.name for child in run.undecided)
        return Refused(
            f"The run waits for a decision about {names}",
            f"`ctxtui retry {run.id} {run.retry_flag}` tries again, `ctxtui skip {run.id} COMPONENT` leaves one out, "
            f"`ctxtui finalize {run.id}` commits what passed",
            Remedy.DECIDE,
        )
    return None if run.is_waiting else Refused("The run is at work; nothing waits for a retry")


def _run_resume(run: RunFacts) -> Refused | None:
    if run.is_paused or run.is_stuck or not run.is_waiting:
        return None
    if run.blocked is not None:
        return Refused(
            "The run's budget is used up", f"`ctxtui retry {run.id}` lets it go on, counted anew", Remedy.TRY_AGAIN
        )
    return _run_retry(run) or Refused(
        "The run waits for you", f"`ctxtui retry {run.id}` lets it try again", Remedy.TRY_AGAIN
    )


def _run_finalize(run: RunFacts) -> Refused | None:
    return None if run.has_passed else Refused("No component has passed yet, so there is nothing to commit")


def _step(run: RunFacts) -> Refused | None:
    if run.mode is ExecutionMode.MANUAL:
        return None
    return Refused(
        "The run takes its steps by itself", f"`ctxtui mode {run.id} manual` lets you take each one", Remedy.TAKE_STEPS
    )


def _child_retry(run: RunFacts, child: ChildFacts) -> Refused | None:
    if child.status is ACTIVE and child.is_busy and not child.is_cooling and run.blocked is None:
        return Refused(f"{child.name} is being worked on; it can be retried when it has settled")
    return None


def _run_skip(run: RunFacts) -> Refused:
    return Refused("A run is not skipped", f"`ctxtui cancel {run.id}` ends it", Remedy.STOP)


def _child_skip(_run: RunFacts, child: ChildFacts) -> Refused | None:
    return Refused(f"{child.name} is skipped already") if child.is_skipped else None


def _has_ended(child: ChildFacts) -> str:
    """In the word that lists of components have for it."""
    word = "skipped" if child.is_skipped else "passed" if child.status is COMPLETE else child.status
    return f"{child.name} has ended already, as {word}"


def _child_cancel(_run: RunFacts, child: ChildFacts) -> Refused | None:
    return None if child.status is ACTIVE else Refused(_has_ended(child))


def _child_step(run: RunFacts, child: ChildFacts) -> Refused | None:
    if refused := _step(run):
        return refused
    if child.status is not ACTIVE:
        return Refused(_has_ended(child))
    return Refused(f"{child.name} is in the middle of a step") if child.is_busy else None


def _run_tell(run: RunFacts) -> Refused | None:
    active = [child for child in run.children if child.status is ACTIVE]
    if active and all(child.deaf_agent for child in active):
        return _nobody_reads(run, active[0].deaf_agent, "MODULE")
    if active:
        return None
    return Refused(
        "Nothing is being worked on", f"`ctxtui retry {run.id} MODULE --note` asks again with a note", Remedy.ASK_AGAIN
    )


def _nobody_reads(run: RunFacts, agent: str, name: str) -> Refused:
    other = f"`ctxtui retry {run.id} {name} --agent NAME` asks another agent"
    return Refused(f"{agent} reads no notes", other, Remedy.OTHER_AGENT)


def _child_tell(run: RunFacts, child: ChildFacts) -> Refused | None:
    if child.deaf_agent:
        return _nobody_reads(run, child.deaf_agent, child.name)
    if child.status is ACTIVE or child.is_asking:
        return None
    return Refused(_has_ended(child), f"`ctxtui retry {run.id} {child.name} --note` asks it again", Remedy.ASK_AGAIN)


_RUN_REFUSALS: Mapping[RequestKind, Callable[[RunFacts], Refused | None]] = {
    RequestKind.RETRY: _run_retry,
    RequestKind.RESUME: _run_resume,
    RequestKind.FINALIZE: _run_finalize,
    RequestKind.STEP: _step,
    RequestKind.TELL: _run_tell,
    RequestKind.SKIP: _run_skip,
}
_CHILD_REFUSALS: Mapping[RequestKind, Callable[[RunFacts, ChildFacts], Refused | None]] = {
    RequestKind.RETRY: _child_retry,
    RequestKind.SKIP: _child_skip,
    RequestKind.TELL: _child_tell,
    RequestKind.CANCEL: _child_cancel,
    RequestKind.STEP: _child_step,
}
