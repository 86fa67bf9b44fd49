"""What an event says to people: a change of a session's status in words, and every other event as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.statuses import SessionStatus

if TYPE_CHECKING:
    from ctxtui.core.domain.event import Event

_BECOMES = {
    SessionStatus.ACTIVE: "goes on",
    SessionStatus.COMPLETE: "complete",
    SessionStatus.FAILED: "failed",
    SessionStatus.CANCELLED: "stopped",
}


def event_text(event: Event) -> str:
    before, after, reason = (event.data.get(key) for key in ("from", "to", "reason"))
    if event.kind is not EventKind.STATUS or before == after or after not in _BECOMES:
        return event.text
    became = _BECOMES[SessionStatus(after)]
    return f"{became}: {reason}" if reason else became
