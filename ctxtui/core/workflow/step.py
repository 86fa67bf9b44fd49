"""The shape of a step: pure code that says what to do and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ctxtui.core.domain.interaction import Command, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionUpdates


class Step(Protocol):
    """One step of a session type. A step knows nothing of stores, git or processes: the engine carries it out."""

    @property
    def name(self) -> str: ...

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:
        """What to do next. Raises StepError when the session lacks what the step needs."""
        ...

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:
        """What the result changes in the session, and the result as it is stored."""
        ...
