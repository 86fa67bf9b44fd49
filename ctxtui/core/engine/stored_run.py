"""What was planned is stored as a run, once: whoever starts the same work again goes on with the run that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.domain.request import Request
from ctxtui.core.domain.session import ExecutionMode, Session, SessionStatus
from ctxtui.core.engine.asking import give_settings, go_by_steps, go_on
from ctxtui.core.engine.parts import Parts
from ctxtui.core.engine.planning import Plan
from ctxtui.core.workflow import state
from ctxtui.core.workflow.identity import derived_id


@dataclass(frozen=True, slots=True)
class Started:
    """`asked` are requests that the run's owner answers first: settings given anew, and to go on where it stopped."""

    run_id: str
    is_new: bool
    asked: tuple[Request, ...] = ()


def start(parts: Parts, plan: Plan, *, is_fresh: bool = False) -> Started:
    """Stores the run, or finds the one that does the same work: of several starts at once, one makes it.

    Raises ToolchainError when the tools are not fit for it.
    """
    problem = next((check for check in plan.checks if not check.is_good), None)
    if problem is not None:
        raise ToolchainError(problem.sentence)
    if plan.existing and not is_fresh:
        return _going_on(parts, plan, plan.existing)
    run_id = parts.new_id()
    context = _of_run(plan.package.context, run_id)
    parts.store.sessions.save_component(plan.scope, context)
    session = Session(
        id=run_id,
        scope=plan.scope,
        type=plan.session_type,
        component=context,
        agent=plan.settings.agent,
        environment="local",
        created_at=parts.now(),
        status=SessionStatus.ACTIVE,
        execution_mode=plan.mode,
        state={
            state.PLAN: replace(plan.settings, is_fresh=is_fresh).to_state(),
            state.JOBS: plan.settings.jobs,
            "notes": list(plan.notes),
            "left_out": dict(plan.package.left_out),
        },
        retry=plan.settings.retry,
    )
    root = Path(plan.settings.root)
    parts.workspaces.keep_base(root, run_id, plan.settings.base)
    try:
        made = _stored(parts, session, "" if is_fresh else plan.settings.key)
    except BaseException:
        parts.workspaces.discard(root, run_id)
        raise
    if made == run_id:
        return Started(run_id, is_new=True)
    parts.workspaces.discard(root, run_id)
    return _going_on(parts, plan, made)


def _stored(parts: Parts, session: Session, key: str) -> str:
    """The id of the run that is stored by now: with a key, of two that would do the same work, the earlier one."""
    if key:
        return parts.store.sessions.create_once(session, key)
    parts.store.sessions.create(session)
    return session.id


def _going_on(parts: Parts, plan: Plan, run_id: str) -> Started:
    asked = (
        *give_settings(parts, plan.scope, run_id, plan.settings),
        *go_on(parts, plan.scope, run_id),
        *(go_by_steps(parts, plan.scope, run_id) if plan.mode is ExecutionMode.MANUAL else ()),
    )
    return Started(run_id, is_new=False, asked=asked)


def _of_run(component: Component, run_id: str) -> Component:
    """The component with ids of this run alone: what another run leaves out or finds anew changes nothing here."""
    own_id = derived_id(run_id, component.id)
    children = tuple(replace(_of_run(child, run_id), parent_id=own_id) for child in component.child_components)
    return replace(component, id=own_id, child_components=children)
