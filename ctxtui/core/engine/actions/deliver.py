"""Both ends of a run: the branch name reserved first, the one commit made and handed over last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError, is_of_machine
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Action, Interaction, Result, ResultStatus
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.domain.run_state import run_state
from ctxtui.core.domain.session import Session
from ctxtui.core.engine.actions.work import Done, Work
from ctxtui.core.ports.points import reached
from ctxtui.core.ports.workspaces import CommitPlan, Workspace
from ctxtui.core.workflow import state


def prepare_run(work: Work) -> Done:
    """Carries out PREPARE_RUN: a branch name that is free and stays reserved, and the branch itself in the hub."""
    metadata, plan = work.order.interaction.command.metadata, work.order.plan
    known = run_state(work.order.session.state).branch_name
    name = known or work.workspace.reserve_branch(str(metadata[state.BRANCH_NAME]), plan.remote if plan.push else "")
    work.workspace.create_branch(name)
    data = {state.BRANCH_NAME: name, state.COMPONENT_IDS: metadata[state.COMPONENT_IDS]}
    return Done(Result(ResultStatus.OK, f"branch {name}", data))


def commit(work: Work) -> Done:
    """Carries out COMMIT_RESULT. Repeating it with the same files gives the same commit."""
    metadata = work.order.interaction.command.metadata
    branch = str(metadata[state.BRANCH_NAME])
    data: dict[str, Any] = {
        state.BRANCH_NAME: branch,
        state.COMMITTED_FILES: metadata[state.COMMITTED_FILES],
        state.FINALIZED_AT: work.tools.now().isoformat(),
    }
    try:
        data |= _committed(work, branch)
    except RepositoryError as error:
        if is_of_machine(error):
            raise
        return Done(Result(ResultStatus.ERROR, str(error), data))
    count = len(metadata[state.COMMITTED_FILES])
    message = f"committed {count} file{'' if count == 1 else 's'} to {branch}"
    return Done(Result(ResultStatus.OK, message, data))


def deliver_again(workspace: Workspace, run: Session) -> Iterator[tuple[str, dict[str, Any]]]:
    """Brings the branch of a complete run back where it is gone; pushes and proposes it where that is asked for by now.

    Gives what was done, in words, and what that changes in the run's state. Raises RepositoryError saying what is in
    the way.
    """
    before = run_state(run.state)
    branch, plan = before.branch_name, before.plan
    if plan is None or not branch:
        return
    if branch not in workspace.branch_names():
        last = next(step for step in reversed(run.interactions) if step.command.action is Action.COMMIT_RESULT)
        made = workspace.commit(_commit_plan(plan, run, last))
        workspace.hand_over(branch)
        yield f"brought the branch {branch} back, at {made[:12]}", {state.COMMIT: made}
    if plan.push and not before.pushed_to:
        where = workspace.push(branch, plan.remote)
        yield f"pushed {branch} to {where}", {state.PUSHED_TO: where}
    if plan.pull_request and not before.pull_request:
        last = next(step for step in reversed(run.interactions) if step.command.action is Action.COMMIT_RESULT)
        address = workspace.propose(branch, plan.remote, str(last.command.metadata["message"]))
        yield f"opened the pull request {address}", {state.PULL_REQUEST: address}


def _committed(work: Work, branch: str) -> dict[str, Any]:
    plan, order = work.order.plan, work.order
    if not order.interaction.command.metadata["files"]:
        raise RepositoryError("Nothing was committed: no component has accepted tests.")
    made = work.workspace.commit(_commit_plan(plan, order.session, order.interaction))
    reached("committed")
    work.workspace.hand_over(branch)
    work.note(f"branch {branch} is at {made[:12]}", EventKind.STATUS)
    if not plan.push:
        return {state.COMMIT: made}
    where = work.workspace.push(branch, plan.remote)
    work.note(f"pushed {branch} to {where}", EventKind.STATUS)
    data = {state.COMMIT: made, state.PUSHED_TO: where}
    if plan.pull_request:
        message = str(order.interaction.command.metadata["message"])
        data[state.PULL_REQUEST] = work.workspace.propose(branch, plan.remote, message)
        work.note(f"opened the pull request {data[state.PULL_REQUEST]}", EventKind.STATUS)
    return data


def _commit_plan(plan: RunPlan, run: Session, interaction: Interaction) -> CommitPlan:
    """Equal for equal files: it is dated from the first time that the step was taken."""
    metadata, step = interaction.command.metadata, interaction.command.step
    first = next(taken for taken in run.interactions if taken.command.step == step)
    return CommitPlan(
        branch=str(metadata[state.BRANCH_NAME]),
        base=plan.base,
        files=tuple(AcceptedFile(**file) for file in metadata["files"]),
        message=str(metadata["message"]),
        at=first.command.issued_at,
        session_id=run.id,
        use_hooks=plan.use_hooks,
        sign=plan.sign,
    )
