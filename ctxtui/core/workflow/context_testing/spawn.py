"""SpawnComponentTestingSessions: one child session per component, then all of them judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ctxtui.core.domain.component import Component, in_order
from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Interaction, Result, ResultStatus
from ctxtui.core.domain.retry import RetryPolicy
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, ExecutionMode, Session, SessionStatus, SessionUpdates
from ctxtui.core.workflow import state
from ctxtui.core.workflow.context_testing.outcome import judge
from ctxtui.core.workflow.identity import child_session_id

CHILD_TYPE = "component_testing"
_OWN = ("id", "component_id", "name")
"""What tells the children that a command asks for apart."""


class SpawnComponentTestingSessions:
    """Asks for the children and for their re-activation; passes only when nothing at all is wrong."""

    name = "spawn_component_testing_sessions"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        """Raises StepError: no component, no child components, or existing children of another type."""
        if session.component is None:
            raise StepError("Context component not found")
        if not session.component.child_components:
            raise StepError("No child components found for context")
        for child in session.children:
            if child.type != CHILD_TYPE:
                raise StepError(f"Invalid child session type: expected {CHILD_TYPE}, got {child.type}")
        components = in_order(session.component.child_components)
        specs = [_child_spec(session, component) for component in components]
        wanted = {spec.component_id for spec in specs}
        gone = [child for child in session.children if child.component and child.component.id not in wanted]
        return Command(
            step=self.name,
            action=Action.RUN_CHILDREN,
            metadata={
                "child_session_ids": [spec.id for spec in specs],
                "children": [[spec.id, spec.component_id, spec.name] for spec in specs],
                "alike": _alike(specs),
                "disappeared": sorted(child.name for child in gone),
                "reactivate": _reactivations(session),
                "round": 1 + sum(step.command.step == self.name for step in session.interactions),
            },
            issued_at=now,
        )

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        """Judges the children as they are now together with what the engine found; see `outcome.judge`."""
        if result.data.get("is_interrupted"):
            return SessionUpdates(), result
        judged = judge(session, result)
        if judged.is_ok:
            return SessionUpdates(state={state.WAITING: None}), judged
        return SessionUpdates(), judged


def specs_in(command: Command) -> list[ChildSpec]:
    """The children that a stored command asks for. Commands of 0.1.0 tell all of each."""
    alike = command.metadata.get("alike", {})
    return [_spec_from(stored, alike) for stored in command.metadata["children"]]


def nothing_to_turn_for(result: Result) -> str:
    """Why another round cannot mend what the last one found, or an empty text."""
    turning = ("is_free", "mendable", "not_created")
    if any(result.data.get(key) for key in turning) or result.data.get("problems", {}).get("running"):
        return ""
    return result.message or "the round did not pass, and did not say why"


def _child_spec(session: Session, component: Component) -> ChildSpec:
    return ChildSpec(
        id=child_session_id(session.id, component.id),
        component_id=component.id,
        name=component.name,
        type=CHILD_TYPE,
        execution_mode=ExecutionMode.AGENTIC,
        agent=session.agent,
        environment=session.environment,
        state={state.PARENT_BRANCH_NAME: session.state.get(state.BRANCH_NAME)},
        retry=session.retry,
    )


def _alike(specs: Sequence[ChildSpec]) -> dict[str, Any]:
    """What is the same of all children, told once: there may be thousands."""
    return {name: value for name, value in asdict(specs[0]).items() if name not in _OWN}


def _spec_from(stored: dict[str, Any] | list[str], alike: dict[str, Any]) -> ChildSpec:
    fields = dict(stored) if isinstance(stored, dict) else {**dict(zip(_OWN, stored, strict=True)), **alike}
    fields["execution_mode"] = ExecutionMode(fields["execution_mode"])
    fields["retry"] = RetryPolicy(**fields["retry"])
    return ChildSpec(**fields)


def _reactivations(session: Session) -> list[dict[str, Any]]:
    """The children that the last round found at fault and that have attempts left, each with its evidence."""
    last = _last_round(session)
    if last is None or last.result is None or last.result.status is ResultStatus.OK:
        return []
    at_fault = last.result.data.get("faults", {})
    mendable = set(last.result.data.get("mendable", ()))
    settled = {child.id for child in session.children if child.status is SessionStatus.COMPLETE}
    return [
        {"session_id": child_id, "evidence": evidence}
        for child_id, evidence in sorted(at_fault.items())
        if child_id in mendable and child_id in settled
    ]


def _last_round(session: Session) -> Interaction | None:
    rounds = [
        step
        for step in session.interactions
        if step.command.step == SpawnComponentTestingSessions.name and not step.is_pending
    ]
    return rounds[-1] if rounds else None
