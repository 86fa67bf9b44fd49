"""One step taken by a session: a command, then its result. Append-only: the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ctxtui.core.domain.json import JsonMap


class Action(StrEnum):
    """What the engine does to carry out a command."""

    PREPARE_RUN = "prepare_run"
    RUN_CHILDREN = "run_children"
    COMMIT_RESULT = "commit_result"
    PREPARE_WORKTREE = "prepare_worktree"
    ASK_AGENT = "ask_agent"
    JUDGE_TESTS = "judge_tests"
    ACCEPT_FILES = "accept_files"


class ResultStatus(StrEnum):
    OK = "ok"
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Command:
    """What a step wants done; stored before it runs."""

    step: str
    action: Action
    metadata: JsonMap
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a command. `duration` is in seconds."""

    status: ResultStatus
    message: str = ""
    data: JsonMap = field(default_factory=dict)
    exit_code: int | None = None
    output: str = ""
    duration: float = 0.0

    @property
    def is_ok(self) -> bool:
        return self.status is ResultStatus.OK


@dataclass(frozen=True, slots=True)
class Interaction:
    """A stored command and, once it is known, its result. `seq` counts from 1 within the session."""

    id: str
    session_id: str
    seq: int
    command: Command
    result: Result | None = None
    completed_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        return self.result is None
