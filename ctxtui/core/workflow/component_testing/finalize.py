"""Finalize of a child: the judged files are accepted, with one digest over all of them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.workflow import state
from ctxtui.core.workflow.component_testing.tries import best, proved


class Finalize:
    name = "finalize"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        contenders = proved(session)
        files = best(contenders)["files"] if contenders else session.state.get(state.CANDIDATE) or []
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
                **_kept_of(session),
                state.DIGEST: result.data[state.DIGEST],
                state.FAILURE: None,
                state.SLOT: None,
                state.WAITING: None,
            },
        ), result


def _kept_of(session: Session) -> dict[str, Any]:
    """Of several tries the best one's figures, and the others forgotten."""
    contenders = proved(session)
    if not contenders:
        return {}
    kept = best(contenders)
    return {state.TESTS: kept.get("tests"), state.CANDIDATE: kept["files"], state.CONTENDERS: []}
