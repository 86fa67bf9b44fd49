"""The step that a session takes next, for users who take each one by hand."""

from __future__ import annotations

from collections.abc import Callable

from ctxtui.core.domain.interaction import Action
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.domain.step import StepName
from ctxtui.core.workflow.decision import NextStep, WaitForPerson
from ctxtui.core.workflow.registry import orchestrator_of

_OF_RUN: dict[str, str] = {
    StepName.INITIALIZE: "prepare the run",
    StepName.SPAWN: "begin with the components",
    StepName.FINALIZE: "commit the tests",
}
_OF_CHILD: dict[str, str] = {
    StepName.INITIALIZE: "prepare its working area",
    StepName.GENERATE: "ask its agent for tests",
    StepName.RUN: "check its tests",
    StepName.FIX: "ask its agent to mend what failed",
    StepName.FINALIZE: "accept its tests",
}


def next_step(load: Callable[[str], Session], session_id: str) -> str:
    """In words, such as "check its tests"; empty where none can be taken. `load` gives a session with its history."""
    session = load(session_id)
    if session.status is not SessionStatus.ACTIVE:
        return ""
    if session.parent_id is None and session.pending is not None:
        return _within_round(load, session)
    if session.pending is not None:
        return ""
    match orchestrator_of(session.type).next(session):
        case NextStep(step):
            words = _OF_RUN if session.parent_id is None else _OF_CHILD
            return words.get(step, step)
        case WaitForPerson():
            return "wait for you"
        case _:
            return ""


def _within_round(load: Callable[[str], Session], run: Session) -> str:
    """A run whose children are at work takes the step of the first one that rests, and then judges all together."""
    if run.pending is None or run.pending.command.action is not Action.RUN_CHILDREN:
        return ""
    active = [child for child in run.children if child.status is SessionStatus.ACTIVE]
    if not active:
        return "run the tests of all components together"
    steps = ((child.name.removeprefix(f"{run.name}."), next_step(load, child.id)) for child in active)
    return next((f"{name}: {step}" for name, step in steps if step), "")
