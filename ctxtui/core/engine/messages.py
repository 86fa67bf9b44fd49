"""What the deciding thread hears, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.attempt import Usage
from ctxtui.core.domain.request import Request
from ctxtui.core.domain.verdict import RungVerdict
from ctxtui.core.engine.actions.work import Done
from ctxtui.core.ports.stop import Stop


class TaskKind(StrEnum):
    LAY_OUT = "lay out"
    """The worktree for a command is made; the command itself follows."""
    STEP = "step"
    """A stored command is carried out."""
    CLEAR = "clear"
    """The worktree of a child that has settled is cleared."""


@dataclass(slots=True, eq=False)
class Task:
    """Work under way in a thread of its own; a session has at most one. `is_stale`: its result no longer counts."""

    session_id: str
    kind: TaskKind
    stop: Stop
    interaction_id: str = ""
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class ActionDone:
    """A task ended: with what its action brought back, with None, or with what the action raised."""

    task: Task
    outcome: Done | BaseException | None


@dataclass(frozen=True, slots=True)
class VerdictCame:
    task: Task
    attempt_id: str
    verdict: RungVerdict


@dataclass(frozen=True, slots=True)
class UsageTold:
    """What the agent of that task had used when it was told to stop."""

    task: Task
    attempt_id: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class FilesKept:
    task: Task
    files: Sequence[AcceptedFile]


@dataclass(frozen=True, slots=True)
class AgentSpoke:
    """The agent of that task began to answer."""

    task: Task


@dataclass(frozen=True, slots=True)
class RequestCame:
    request: Request


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The process is to go away and leave the run so that it can be taken up again."""

    by: str


@dataclass(frozen=True, slots=True)
class LeaseLost:
    """Another process owns the run, or the lease cannot be kept: `error` says which."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Message: TypeAlias = (
    ActionDone | VerdictCame | UsageTold | FilesKept | AgentSpoke | RequestCame | StopAsked | LeaseLost | Tick
)
