"""What an event says to people: a change of a session's status in words, and every other event as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.statuses import SessionStatus, move_in_words
from ctxtui.core.views.round_report import report_in_words

if TYPE_CHECKING:
    from ctxtui.core.domain.event import Event

_STATUSES = frozenset(SessionStatus)


def event_text(event: Event) -> str:
    """Runs of earlier versions hold their moves as `active → failed`."""
    before, after, reason = (event.data.get(key) for key in ("from", "to", "reason"))
    if event.kind is not EventKind.STATUS:
        return event.text
    if before == after or after not in _STATUSES:
        return report_in_words(event.text)
    return move_in_words(SessionStatus(after), reason or "")
