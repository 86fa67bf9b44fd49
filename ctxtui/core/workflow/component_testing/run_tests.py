"""RunTests: the verdict ladder decides, never the agent's word."""

from __future__ import annotations

from datetime import datetime

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionUpdates
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing.tries import after_judging


class RunTests:
    name = "run_tests"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        if session.component is None:
            raise StepError("Component not found")
        return Command(
            step=self.name,
            action=Action.JUDGE_TESTS,
            metadata={"test_path": session.component.test_path},
            issued_at=now,
        )

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        """Keeps the judged files, so that whatever is accepted or mended later is what was judged."""
        kept = {key: result.data[key] for key in (state.CANDIDATE, state.TESTS) if key in result.data}
        return SessionUpdates(state=kept | after_judging(session, result)), result
