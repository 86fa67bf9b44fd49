"""Several tries at one component, each in a conversation of its own, of which the best proved one is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctxtui.core.domain.interaction import Result, ResultStatus
from ctxtui.core.domain.session import Session
from ctxtui.core.domain.step import StepName
from ctxtui.core.workflow import state


def wanted(session: Session) -> int:
    """How many tries the run's settings ask for."""
    return int((session.state.get(state.CONTEXT) or {}).get("best_of") or 1)


def proved(session: Session) -> list[dict[str, Any]]:
    """What passed every check so far: files, tests, and how many mutants were noticed."""
    return list(session.state.get(state.CONTENDERS) or ())


def after_judging(session: Session, result: Result) -> dict[str, Any]:
    """What a judgement changes in the session: another proved try, and an empty place for the next one."""
    known = proved(session)
    if wanted(session) <= 1 or not (result.is_ok or known):
        return {}
    if result.is_ok:
        kills = result.data.get(state.KILLS) or {}
        files, tests = result.data.get(state.CANDIDATE), result.data.get(state.TESTS)
        known.append({"files": files, "tests": tests, **kills})
    return {state.CONTENDERS: known, state.CANDIDATE: [], state.CONVERSATION: None}


def best(contenders: list[dict[str, Any]]) -> dict[str, Any]:
    """The one that notices the largest share of mutants; of equals the one with fewer tests, then the earlier."""
    return max(contenders, key=lambda one: (_share(one), -int(one.get("tests") or 0)))


def next_try(session: Session, target: str) -> str:
    """Where to go instead of `target` once a try is proved: to the next try, or to the end. A failed one is dropped."""
    last = session.last_completed
    if not proved(session) or last is None or last.result is None:
        return target
    step, result = last.command.step, last.result
    if step == StepName.GENERATE and result.status is ResultStatus.ERROR:
        return target if result.data.get("is_free") else StepName.FINALIZE
    if step != StepName.RUN or result.status is ResultStatus.WARNING:
        return target
    is_enough = session.state.get(state.REUSED_FROM) or _tried(session) >= wanted(session)
    return StepName.FINALIZE if is_enough else StepName.GENERATE


def why_again(session: Session) -> str:
    """The reason of a further try; empty for the first."""
    return f"try {_tried(session) + 1} of {wanted(session)}, of which the best is kept" if proved(session) else ""


def _tried(session: Session) -> int:
    """Turns that began a try and came to an end, since a user let the session begin anew."""
    since = int(session.state.get(state.LOOP_FROM) or 0)
    ended = (step for step in session.interactions if step.command.step == StepName.GENERATE and step.seq > since)
    return sum(step.result is not None and step.result.status is not ResultStatus.ERROR for step in ended)


def _share(contender: Mapping[str, Any]) -> float:
    tried = int(contender.get("mutants") or 0)
    return int(contender.get("noticed") or 0) / tried if tried else 0.0
