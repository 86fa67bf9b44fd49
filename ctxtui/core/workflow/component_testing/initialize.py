"""Initialize of a child: a worktree of its own, and what its agent is told about the component's surroundings."""

from __future__ import annotations

from datetime import datetime

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionUpdates
from ctxtui.core.workflow import state


class Initialize:
    name = "initialize"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        if session.component is None:
            raise StepError("Component not found")
        return Command(
            step=self.name,
            action=Action.PREPARE_WORKTREE,
            metadata={"source_path": session.component.source_path, "test_path": session.component.test_path},
            issued_at=now,
        )

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        if not result.is_ok:
            return SessionUpdates(), result
        return SessionUpdates(state={state.CONTEXT: result.data.get(state.CONTEXT, {})}), result
