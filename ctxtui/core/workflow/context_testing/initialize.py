"""Initialize: the branch, the working area at the project root, and the ordered component ids."""

from __future__ import annotations

from datetime import datetime

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionUpdates
from ctxtui.core.workflow import state
from ctxtui.core.workflow.context_testing.branch_name import branch_name

PROJECT_ROOT = "."


class Initialize:
    """The first step of a run; taking it again changes nothing that is already right."""

    name = "initialize"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        if session.component is None:
            raise StepError("Context component not found")
        return Command(
            step=self.name,
            action=Action.PREPARE_RUN,
            metadata={
                state.BRANCH_NAME: session.state.get(state.BRANCH_NAME) or branch_name(session),
                "is_named": bool(session.state.get(state.BRANCH_NAME)),
                state.COMPONENT_IDS: [component.id for component in session.component.child_components],
                "working_area": PROJECT_ROOT,
            },
            issued_at=now,
        )

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        """Passes the result through; what it found out is kept once and never recomputed."""
        if not result.is_ok:
            return SessionUpdates(), result
        found = {key: result.data[key] for key in (state.BRANCH_NAME, state.COMPONENT_IDS) if key in result.data}
        known = {key: value for key, value in session.state.items() if key == state.BRANCH_NAME and value}
        return SessionUpdates(state={**found, **known}), result
