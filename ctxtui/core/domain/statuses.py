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
