"""What happened while a command ran; events are only ever appended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxtui.core.domain.json import JsonMap


class EventKind(StrEnum):
    """`raw` is a line exactly as an agent wrote it, stored before it is parsed into the others."""

    RAW = "raw"
    STDERR = "stderr"
    MESSAGE = "message"
    THOUGHT = "thought"
    TOOL = "tool"
    FILE = "file"
    PERMISSION = "permission"
    USAGE = "usage"
    OUTPUT = "output"
    RUNG = "rung"
    STATUS = "status"
    NOTE = "note"


BEGINS = "begins"
"""What is noted when a step's command begins: what the step does says more."""


@dataclass(frozen=True, slots=True)
class Event:
    """One happening: `text` is a line for people, `data` is for programs."""

    kind: EventKind
    at: datetime
    text: str
    data: JsonMap = field(default_factory=dict)
