"""What a person asks of a run; the run's owner answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap


class RequestKind(StrEnum):
    RETRY = "retry"
    SKIP = "skip"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    JOBS = "jobs"
    FINALIZE = "finalize"
    MODE = "mode"
    STEP = "step"
    SETTINGS = "settings"
    TELL = "tell"


class Remedy(StrEnum):
    """What helps where something is refused: told by the command line as a command, by the screens as a key."""

    NONE = auto()
    WAIT = auto()
    START_ANEW = auto()
    FINISH = auto()
    DECIDE = auto()
    TRY_AGAIN = auto()
    STOP = auto()
    TAKE_STEPS = auto()
    ASK_AGAIN = auto()
    OTHER_AGENT = auto()


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked. `session_id` names a child, or the run itself.

    `arguments` may hold `note`, `agent`, `jobs`, `mode`, or `plan`: parts of the run's plan by name. A retry's `files`
    replace the child's tests; with `is_judged` they are judged as they are, before its agent is asked for anything.
    `answer` is a sentence for the command line; of one that was refused, `reason` says why without its full stop.
    """

    id: str
    run_id: str
    session_id: str
    kind: RequestKind
    requested_by: str
    requested_at: datetime
    arguments: JsonMap = field(default_factory=dict)
    answered_at: datetime | None = None
    is_granted: bool | None = None
    answer: str = ""
    reason: str = ""
    helps: Remedy = Remedy.NONE
