"""A run in numbers and words, for the end of a run and for whoever asks later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.shown import ShownState, attempts_used, elapsed, is_alive, latest_rungs, shown_state
from ctxtui.core.ports.store import ChildRow, RunChanges
from ctxtui.core.workflow import state


@dataclass(frozen=True, slots=True)
class ComponentSummary:
    """What became of one component. `seconds` is the time between its first attempt's start and its last one's end."""

    name: str
    path: str
    verdict: str
    reason: str
    attempts: int
    tests: int
    files: tuple[str, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "path": self.path,
            "verdict": self.verdict,
            "reason": self.reason,
            "attempts": self.attempts,
            "tests": self.tests,
            "files": list(self.files),
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What became of a run; `status` is a shown state, `commit` is empty before there is one."""

    run_id: str
    name: str
    status: str
    branch: str
    commit: str
    message: str
    root: str
    components: tuple[ComponentSummary, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> int:
        return sum(component.verdict in (ShownState.PASSED, ShownState.REUSED) for component in self.components)

    @property
    def tests(self) -> int:
        return sum(component.tests for component in self.components)

    def as_json(self, exit_code: int) -> dict[str, Any]:
        return {
            "type": "summary",
            "run": self.run_id,
            "name": self.name,
            "status": self.status,
            "branch": self.branch or None,
            "commit": self.commit or None,
            "exit": exit_code,
            "message": self.message,
            "components": [component.as_json() for component in self.components],
        }


def summarize(changes: RunChanges, now: datetime) -> RunSummary:
    """The summary of a run from all its rows. Raises NotFoundError when the parent's row is not among them."""
    parent = next((row for row in changes.rows if row.parent_id is None), None)
    if parent is None:
        raise NotFoundError("Session not found")
    owner_alive = is_alive(changes.lease, now)
    children = sorted((row for row in changes.rows if row.parent_id), key=lambda row: (-row.priority, row.name))
    return RunSummary(
        run_id=parent.id,
        name=parent.name,
        status=str(shown_state(parent, owner_alive=owner_alive)),
        branch=str(parent.state.get(state.BRANCH_NAME) or ""),
        commit=str(parent.state.get(state.COMMIT) or ""),
        message=_message(parent),
        root=str((parent.state.get(state.PLAN) or {}).get("root", "")),
        components=tuple(_component(row, now, owner_alive=owner_alive) for row in children),
        notes=tuple(parent.state.get("notes") or ()),
    )


def _component(row: ChildRow, now: datetime, *, owner_alive: bool) -> ComponentSummary:
    shown = shown_state(row, owner_alive=owner_alive)
    files: Sequence[Any] = row.state.get(state.FILES) or () if row.status is SessionStatus.COMPLETE else ()
    took = elapsed(row, now, is_moving=row.status is SessionStatus.ACTIVE and bool(row.pending_step))
    return ComponentSummary(
        name=row.name,
        path=row.test_path,
        verdict=str(shown),
        reason=_reason(row),
        attempts=attempts_used(row),
        tests=int(row.state.get(state.TESTS) or 0) if row.status is SessionStatus.COMPLETE else 0,
        files=tuple(str(file["path"]) for file in files),
        seconds=took.total_seconds() if took else 0.0,
    )


def _reason(row: ChildRow) -> str:
    if row.status is SessionStatus.FAILED:
        return str((row.state.get(state.FAILURE) or {}).get("reason", ""))
    skipped = row.state.get(state.SKIPPED)
    if row.status is SessionStatus.CANCELLED and skipped:
        failed = (row.state.get(state.FAILURE) or {}).get("reason", "")
        left_out = f"{skipped.get('note') or 'skipped'} (by {skipped.get('by')})"
        return f"{left_out}; {failed}" if failed else left_out
    if row.status is SessionStatus.COMPLETE:
        return ", ".join(verdict.summary for verdict in latest_rungs(row) if verdict.rung == "passes")
    return row.last_action


def _message(parent: ChildRow) -> str:
    waiting = parent.state.get(state.WAITING) or {}
    return str(waiting.get("message") or parent.state.get(state.ERROR) or "")
