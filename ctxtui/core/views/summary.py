"""A run in numbers and words, for the end of a run and for whoever asks later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.ports.store import ChildRow, RunChanges
from ctxtui.core.views.attempts import attempts_used, tests_of
from ctxtui.core.views.causes import last_said
from ctxtui.core.views.going_on import Way, ways_on
from ctxtui.core.views.round_report import report_in_words
from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.rungs import latest_rungs
from ctxtui.core.views.states import PARTIAL, PROVED, ShownState, question_of
from ctxtui.core.workflow import state


@dataclass(frozen=True, slots=True)
class ComponentSummary:
    """What became of one component. `seconds` is how long it was worked on."""

    name: str
    path: str
    verdict: str
    reason: str
    attempts: int
    tests: int
    files: tuple[str, ...]
    seconds: float
    question: str = ""

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
            "question": self.question or None,
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
    pull_request: str = ""
    ways: tuple[Way, ...] = ()

    @property
    def passed(self) -> int:
        return sum(component.verdict in PROVED for component in self.components)

    @property
    def ending(self) -> str:
        """The status in the words of lists: a run that ended without some of its components has not passed."""
        is_partial = self.status == ShownState.PASSED and self.passed < len(self.components)
        return PARTIAL if is_partial else self.status

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
            "pull_request": self.pull_request or None,
            "exit": exit_code,
            "message": self.message,
            "components": [component.as_json() for component in self.components],
        }


def summarize(changes: RunChanges, now: datetime) -> RunSummary:
    """The summary of a run from all its rows. Raises NotFoundError when the parent's row is not among them."""
    parent = next((row for row in changes.rows if row.parent_id is None), None)
    if parent is None:
        raise NotFoundError("Session not found")
    run = RunView.of(changes, (), now)
    return RunSummary(
        run_id=parent.id,
        name=parent.name,
        status=str(run.states[parent.id]),
        branch=str(parent.state.get(state.BRANCH_NAME) or ""),
        commit=str(parent.state.get(state.COMMIT) or ""),
        message=_message(parent),
        pull_request=str(parent.state.get(state.PULL_REQUEST) or ""),
        root=str((parent.state.get(state.PLAN) or {}).get("root", "")),
        components=tuple(_component(run, row, now) for row in run.children),
        notes=tuple(parent.state.get("notes") or ()),
        ways=ways_on(run),
    )


def _component(run: RunView, row: ChildRow, now: datetime) -> ComponentSummary:
    files: Sequence[Any] = row.state.get(state.FILES) or () if row.status is SessionStatus.COMPLETE else ()
    took = run.worked(row.id, now)
    return ComponentSummary(
        name=row.name,
        path=row.test_path,
        verdict=str(run.states[row.id]),
        reason=_reason(row),
        attempts=attempts_used(row),
        tests=tests_of(row),
        files=tuple(str(file["path"]) for file in files),
        seconds=took.total_seconds() if took else 0.0,
        question=question_of(row) if row.status is SessionStatus.FAILED else "",
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
    return last_said(row)


def _message(parent: ChildRow) -> str:
    waiting = parent.state.get(state.WAITING) or {}
    return report_in_words(str(waiting.get("message") or parent.state.get(state.ERROR) or ""))
