"""Drives a session: asks its orchestrator, stores the command, carries it out, stores the result; again and again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import CtxtuiError, LeaseError, StepError, StoreError
from ctxtui.core.domain.interaction import Action, Interaction, Result, ResultStatus
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.engine.control import Control
from ctxtui.core.engine.parts import Parts
from ctxtui.core.ports.store import AttemptEnd, AttemptStart
from ctxtui.core.workflow.decision import (
    InvalidInteraction,
    InvalidState,
    NextStep,
    SessionComplete,
    WaitForPerson,
)
from ctxtui.core.workflow.registry import orchestrator_of


@dataclass(frozen=True, slots=True)
class Done:
    """What a handler brings back: the result, and what ends with it."""

    result: Result
    attempt: AttemptEnd | None = None
    files: Sequence[AcceptedFile] | None = None


Handler = Callable[[Session, Interaction, Control], Done]


@dataclass(frozen=True, slots=True)
class Driver:
    """Carries sessions forward with one handler per action. It decides nothing itself."""

    parts: Parts
    scope: Scope
    handlers: Mapping[Action, Handler]

    def drive(self, session_id: str, control: Control) -> WaitForPerson | None:
        """Goes on until the session has settled (None) or a person is needed.

        Raises StoppedError when the control was pressed; a command under way then stays pending.
        """
        while True:
            control.check()
            session = self.parts.store.sessions.load(self.scope, session_id)
            if session.status is not SessionStatus.ACTIVE:
                return None
            interaction = session.pending
            if interaction is None:
                begun = self._begin(session)
                if not isinstance(begun, Interaction):
                    return begun
                interaction = begun
                session = replace(session, interactions=(*session.interactions, begun))
            self._carry_out(session, interaction, control)

    def _begin(self, session: Session) -> Interaction | WaitForPerson | None:
        orchestrator = orchestrator_of(session.type)
        match orchestrator.next(session):
            case NextStep(step):
                pass
            case SessionComplete():
                return None
            case WaitForPerson() as wait:
                return wait
            case InvalidInteraction(step):
                raise StepError(f"Session {session.name} took the step {step!r}, which {session.type} does not have.")
            case InvalidState(step, status):
                raise StepError(f"Session {session.name} ended {step!r} as {status!r}, which that step cannot.")
        try:
            command = orchestrator.step(step).get_command(self.scope, session, self.parts.now())
        except StepError as error:
            return WaitForPerson(step, str(error))
        attempt = None
        if command.action is Action.ASK_AGENT:
            attempt = AttemptStart(self.parts.new_id(), str(command.metadata.get("reason", "")))
        return self.parts.store.history.begin(self.scope, session.id, self.parts.new_id(), command, attempt)

    def _carry_out(self, session: Session, interaction: Interaction, control: Control) -> None:
        started = time.monotonic()
        try:
            done = self.handlers[interaction.command.action](session, interaction, control)
        except (StoreError, LeaseError):
            raise
        except CtxtuiError as error:
            # Tests that could not be judged are no failed tests: judging is tried again, the agent is not asked.
            is_judging = interaction.command.action is Action.JUDGE_TESTS
            status = ResultStatus.WARNING if is_judging else ResultStatus.ERROR
            done = Done(Result(status, str(error), {"error": type(error).__name__}))
        result = replace(done.result, duration=time.monotonic() - started)
        step = orchestrator_of(session.type).step(interaction.command.step)
        if session.parent_id is None:
            # A run's step is judged by its children as they are now; a child's step by nothing but its result.
            session = self.parts.store.sessions.load(self.scope, session.id)
        updates, result = step.handle_result(self.scope, session, result)
        self.parts.store.history.finish(self.scope, interaction.id, result, updates, done.attempt, done.files)
