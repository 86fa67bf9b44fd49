"""The closed sets of words that say how a session, an attempt and a check stand.

They stand apart from what carries them: the first picture of the interface needs these words and nothing else.
"""

from __future__ import annotations

from enum import StrEnum


class SessionStatus(StrEnum):
    ACTIVE = "active"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"


_BECOMES = {
    SessionStatus.ACTIVE: "goes on",
    SessionStatus.COMPLETE: "complete",
    SessionStatus.FAILED: "failed",
    SessionStatus.CANCELLED: "stopped",
}


def move_in_words(after: SessionStatus, reason: str = "") -> str:
    """What is said of a session that has become that: "stopped: enough of it"."""
    return f"{_BECOMES[after]}: {reason}" if reason not in {"", after} else _BECOMES[after]


class ExecutionMode(StrEnum):
    """`manual` takes each next step when the user asks for it, `auto` goes on by itself, `agentic` is a child's."""

    MANUAL = "manual"
    AUTO = "auto"
    AGENTIC = "agentic"


class AttemptOutcome(StrEnum):
    """`abandoned` (never started) and `lost` (its process vanished) cost no retry; neither does `troubled`."""

    RUNNING = "running"
    VALIDATING = "validating"
    PASSED = "passed"
    FAILED = "failed"
    ABANDONED = "abandoned"
    LOST = "lost"
    TROUBLED = "troubled"
    CANCELLED = "cancelled"


class RungOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
