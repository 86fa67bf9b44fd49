"""A child that a user calls back: how it goes on, and whether its agent would be told anything new."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import StepError
from ctxtui.core.domain.run_state import changes, child_state
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session, SessionStatus
from ctxtui.core.workflow.decision import NextStep
from ctxtui.core.workflow.registry import orchestrator_of

_SETTLED = frozenset({SessionStatus.FAILED, SessionStatus.CANCELLED})


def called_back(child: Session, note: str, attempts_from: int, files: tuple[AcceptedFile, ...] = ()) -> dict[str, Any]:
    """What changes in the child's state: its loops count anew, and it goes before those that wait.

    `files` are tests that a user has changed; they are what the child goes on with.
    """
    before = child_state(child.state)
    last = child.interactions[-1].seq if child.interactions else 0
    after = replace(
        before,
        candidate=files or before.candidate,
        note=note or None,
        failure=None,
        skipped=None,
        waiting=None,
        goes_first=True,
        loop_from=before.loop_from if child.pending is not None else last,
        attempts_from=attempts_from,
    )
    return changes(before, after)


def repeats_itself(scope: Scope, child: Session, note: str, now: datetime) -> str:
    """Why a retry of the child would send its agent the prompt that it had already, or an empty text.

    The step that asks the agent says so: it is asked for its next command as if the child had been called back.
    """
    if child.status not in _SETTLED or not child.interactions:
        return ""
    back = called_back(child, note, child_state(child.state).attempts_from)
    active = replace(child, status=SessionStatus.ACTIVE, state={**child.state, **back})
    orchestrator = orchestrator_of(child.type)
    decided = orchestrator.next(active)
    if not isinstance(decided, NextStep):
        return ""
    try:
        orchestrator.step(decided.step).get_command(scope, active, now)
    except StepError as error:
        return str(error)
    return ""
