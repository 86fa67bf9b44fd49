"""The parent's handlers at both ends of a run: the branch and the workspace first, the one commit last."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.interaction import Interaction, Result, ResultStatus
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.engine.control import Control
from ctxtui.core.engine.driver import Done
from ctxtui.core.engine.run import Run
from ctxtui.core.ports.workspaces import CommitPlan
from ctxtui.core.workflow import state
from ctxtui.core.workflow.context_testing.branch_name import free_name


@dataclass(frozen=True, slots=True)
class StartHandler:
    """Carries out PREPARE_RUN: a branch name that is free, kept before it is used, and the branch itself."""

    run: Run

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:  # noqa: ARG002 - a handler's shape
        metadata = interaction.command.metadata
        name = session.state.get(state.BRANCH_NAME) or self._reserve(session, str(metadata[state.BRANCH_NAME]))
        self.run.workspace.create_branch(str(name))
        data = {state.BRANCH_NAME: name, state.COMPONENT_IDS: metadata[state.COMPONENT_IDS]}
        return Done(Result(ResultStatus.OK, f"branch {name}", data))

    def _reserve(self, session: Session, wanted: str) -> str:
        """The free name nearest to the wanted one, stored while no other runner of this project can choose."""
        sessions = self.run.parts.store.sessions
        with self._alone():
            unfinished = {
                str(other.state[state.BRANCH_NAME])
                for other in sessions.runs(self.run.scope)
                if other.id != session.id
                and other.status is SessionStatus.ACTIVE
                and other.state.get(state.BRANCH_NAME)
            }
            name = free_name(wanted, self.run.workspace.branch_names() | unfinished)
            updates = SessionUpdates(state={state.BRANCH_NAME: name})
            sessions.change(
                self.run.scope, session.id, SessionStatus.ACTIVE, updates, by="engine", reason=f"branch {name}"
            )
        return name

    @contextmanager
    def _alone(self) -> Iterator[None]:
        folder = self.run.parts.turns_dir
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{self.run.scope.project}.branches.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True, slots=True)
class CommitHandler:
    """Carries out COMMIT_RESULT. Repeating it with the same files gives the same commit."""

    run: Run

    def __call__(self, session: Session, interaction: Interaction, control: Control) -> Done:  # noqa: ARG002 - a handler's shape
        metadata = interaction.command.metadata
        branch = str(metadata[state.BRANCH_NAME])
        data: dict[str, Any] = {
            state.BRANCH_NAME: branch,
            state.COMMITTED_FILES: metadata[state.COMMITTED_FILES],
            state.FINALIZED_AT: self.run.parts.now().isoformat(),
        }
        try:
            data[state.COMMIT] = self._commit(session, interaction, branch)
        except RepositoryError as error:
            return Done(Result(ResultStatus.ERROR, str(error), data))
        count = len(metadata[state.COMMITTED_FILES])
        message = f"committed {count} file{'' if count == 1 else 's'} to {branch}"
        return Done(Result(ResultStatus.OK, message, data))

    def _commit(self, session: Session, interaction: Interaction, branch: str) -> str:
        settings = self.run.settings
        workspace = self.run.workspace
        files = tuple(AcceptedFile(**file) for file in interaction.command.metadata["files"])
        if not files:
            raise RepositoryError("Nothing was committed: no component has accepted tests.")
        first = next(step for step in session.interactions if step.command.step == interaction.command.step)
        commit = workspace.commit(
            CommitPlan(
                branch=branch,
                base=settings.base,
                files=files,
                message=str(interaction.command.metadata["message"]),
                at=first.command.issued_at,
                session_id=session.id,
                use_hooks=settings.use_hooks,
                sign=settings.sign,
            )
        )
        workspace.hand_over(branch)
        self.run.note(session.id, interaction.id, f"branch {branch} is at {commit[:12]}", EventKind.STATUS)
        if settings.push:
            where = workspace.push(branch, settings.remote)
            self.run.note(session.id, interaction.id, f"pushed {branch} to {where}", EventKind.STATUS)
        return commit
