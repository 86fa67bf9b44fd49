"""Finalize of a child: the judged files are accepted, with one digest over all of them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.workflow import state


class Finalize:
    name = "finalize"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        files = session.state.get(state.CANDIDATE) or []
        if not files:
            raise StepError(f"No judged test files found for {session.name}")
        listing = "\n".join(f"{file['mode']} {file['digest']} {file['path']}" for file in files)
        return Command(
            step=self.name,
            action=Action.ACCEPT_FILES,
            metadata={"files": list(files), state.DIGEST: hashlib.sha256(listing.encode()).hexdigest()},
            issued_at=now,
        )

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        if not result.is_ok:
            return SessionUpdates(), result
        return SessionUpdates(
            SessionStatus.COMPLETE,
            {
                state.FILES: result.data["files"],
                state.DIGEST: result.data[state.DIGEST],
                state.FAILURE: None,
                state.SLOT: None,
                state.WAITING: None,
            },
        ), result
