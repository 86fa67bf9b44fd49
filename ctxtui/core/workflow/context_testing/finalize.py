"""Finalize: every accepted file of every child in one commit on the run's branch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.interaction import Action, Command, Result
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus, SessionUpdates
from ctxtui.core.workflow import state


class Finalize:
    """The last step of a run. Taking it again never makes a second commit: the same command gives the same one."""

    name = "finalize"

    def get_command(self, scope: Scope, session: Session, now: datetime) -> Command:  # noqa: ARG002 - the step's shape
        """Raises StepError when the session has no component, no children, no branch, or a child that is active."""
        if session.component is None:
            raise StepError("Context component not found in session")
        if not session.children:
            raise StepError("No child sessions found")
        active = sorted(child.name for child in session.children if child.status is SessionStatus.ACTIVE)
        if active:
            raise StepError(f"Child sessions still running: {', '.join(active)}")
        branch = session.state.get(state.BRANCH_NAME)
        if not branch:
            raise StepError("Branch name not found in session state")
        files = accepted_files(session)
        return Command(
            step=self.name,
            action=Action.COMMIT_RESULT,
            metadata={
                state.BRANCH_NAME: branch,
                state.COMMITTED_FILES: [file["path"] for file in files],
                "files": files,
                "message": commit_message(session),
            },
            issued_at=now,
        )

    def handle_result(self, scope: Scope, session: Session, result: Result) -> tuple[SessionUpdates, Result]:  # noqa: ARG002 - the step's shape
        finalized_at = result.data.get(state.FINALIZED_AT)
        if not result.is_ok:
            return SessionUpdates(
                SessionStatus.FAILED, {state.FINALIZED_AT: finalized_at, state.ERROR: result.message}
            ), result
        kept = {
            key: result.data[key]
            for key in (state.BRANCH_NAME, state.COMMIT, state.COMMITTED_FILES, state.PUSHED_TO, state.PULL_REQUEST)
            if key in result.data
        }
        return SessionUpdates(
            SessionStatus.COMPLETE,
            {**kept, state.FINALIZED_AT: finalized_at, state.ERROR: None, state.WAITING: None},
        ), result


def accepted_files(session: Session) -> list[dict[str, Any]]:
    """The accepted files of the children that passed, by path; the same path from two children counts once."""
    files = {
        file["path"]: dict(file)
        for child in session.children
        if child.status is SessionStatus.COMPLETE
        for file in child.state.get(state.FILES, ())
    }
    return [files[path] for path in sorted(files)]


def commit_message(session: Session) -> str:
    """Names the context, lists the components, and names those a person left out."""
    passed = [child for child in session.children if child.status is SessionStatus.COMPLETE]
    skipped = [child for child in session.children if child.is_skipped]
    plural = "" if len(passed) == 1 else "s"
    lines = [f"Add tests for {session.name} ({len(passed)} component{plural})", ""]
    lines += [f"- {child.name}" for child in sorted(passed, key=lambda child: child.name)]
    if skipped:
        lines += ["", "Left out:"]
        lines += [f"- {child.name}{_why_left_out(child)}" for child in sorted(skipped, key=lambda child: child.name)]
    return "\n".join(lines) + "\n"


def _why_left_out(child: Session) -> str:
    # On one line: what stands on lines of its own at the end of a message are trailers.
    note = " ".join(str((child.state.get(state.SKIPPED) or {}).get("note") or "").split())
    return f": {note}" if note else ""
