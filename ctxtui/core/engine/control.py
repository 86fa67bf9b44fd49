"""How work under way is told to stop, and what the work raises when it was."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum


class StopKind(StrEnum):
    INTERRUPT = "interrupt"
    """The runner is going away: leave everything so that it can be taken up again."""
    CANCEL = "cancel"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class StopReason:
    kind: StopKind
    by: str
    note: str = ""


class StoppedError(Exception):
    """Raised inside a session's work when its control was told to stop; never reaches a person."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__(reason.kind)
        self.reason = reason


class Control:
    """One session's stop button; pressing it twice keeps the first reason, but for an interrupt, which wins."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._reason: StopReason | None = None

    def stop(self, reason: StopReason) -> None:
        if self._reason is None or reason.kind is StopKind.INTERRUPT:
            self._reason = reason
        self._event.set()

    @property
    def is_stopped(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raises StoppedError once somebody pressed the button."""
        if self._reason is not None:
            raise StoppedError(self._reason)

    def wait(self, seconds: float) -> None:
        """Waits that long, or until somebody presses the button, then checks."""
        self._event.wait(seconds)
        self.check()
