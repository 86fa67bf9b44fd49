"""Recorded histories: what a session did, step by step, and what its orchestrator decided at every point.

A history is a list of moments. Each holds the decision that the steps taken so far call for, from which step on
failures counted (`loop_from`), and the step that was taken then. A moment without a step is one at which a person
decided, or the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session
from ctxtui.core.workflow.decision import Decision, NextStep, WaitForPerson
from ctxtui.core.workflow.registry import orchestrator_of

THEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOT_KEPT = frozenset({"prompt", "context", "conversation", "turn", "cwd"})
"""What no decision reads and what names the machine it was recorded on."""


def record(session: Session) -> dict[str, Any]:
    """The history of a session as loaded. Raises ValueError when a step was taken that nothing called for."""
    orchestrator = orchestrator_of(session.type)
    moments: list[dict[str, Any]] = []
    loop_from = 0
    taken = [step for step in session.interactions if not step.is_pending]
    for seq, step in enumerate(taken):
        before = replace(session, interactions=tuple(taken[:seq]))
        decision = orchestrator.next(_from(before, loop_from))
        if isinstance(decision, WaitForPerson):
            moments.append(_moment(decision, loop_from))
            loop_from = seq
            decision = orchestrator.next(_from(before, loop_from))
        if decision != NextStep(step.command.step) and not step.command.metadata.get("cause"):
            raise ValueError(f"{session.name} took {step.command.step} as step {seq + 1}, but was to: {decision}.")
        moments.append({**_moment(decision, loop_from), "step": _step(step)})
    last = int(session.state.get("loop_from") or 0)
    after = replace(session, interactions=tuple(taken))
    moments += [_moment(orchestrator.next(_from(after, start)), start) for start in sorted({loop_from, last})]
    return {"type": session.type, "name": session.name, "retry": asdict(session.retry), "moments": moments}


def replayed(history: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The recorded and the present decision at every moment; a pending step is tried at each of them."""
    orchestrator = orchestrator_of(history["type"])
    session = Session("s-1", Scope("", ""), history["type"], None, "", "", THEN, retry=RetryPolicy(**history["retry"]))
    for moment in history["moments"]:
        session = _from(session, moment["loop_from"])
        yield moment["decision"], described(orchestrator.next(session))
        if "step" not in moment:
            continue
        done = interaction_of(moment["step"], len(session.interactions) + 1)
        pending = replace(done, result=None, completed_at=None)
        begun = replace(session, interactions=(*session.interactions, pending))
        yield moment["decision"], described(orchestrator.next(begun))
        session = replace(session, interactions=(*session.interactions, done))


def described(decision: Decision) -> dict[str, Any]:
    return {"kind": type(decision).__name__, **asdict(decision)}


def _from(session: Session, loop_from: int) -> Session:
    return replace(session, state={**session.state, "loop_from": loop_from})


def _moment(decision: Decision, loop_from: int) -> dict[str, Any]:
    return {"decision": described(decision), "loop_from": loop_from}


def _step(step: Interaction) -> dict[str, Any]:
    result = step.result or Result(ResultStatus.ERROR)
    return {
        "step": step.command.step,
        "action": str(step.command.action),
        "metadata": _kept(step.command.metadata),
        "status": str(result.status),
        "message": result.message,
        "data": _kept(result.data),
    }


def _kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _kept(item) for key, item in value.items() if key not in NOT_KEPT}
    return [_kept(item) for item in value] if isinstance(value, (list, tuple)) else value


def interaction_of(step: Mapping[str, Any], seq: int) -> Interaction:
    command = Command(step["step"], Action(step["action"]), step["metadata"], THEN)
    result = Result(ResultStatus(step["status"]), step["message"], step["data"])
    return Interaction(f"i-{seq}", "s-1", seq, command, result, THEN)
