"""Changes of a status are told in words; everything else as it was written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.views.event_text import event_text

NOW = datetime(2026, 3, 14, tzinfo=UTC)


def told(before: str, after: str, reason: str, text: str = "as it stands") -> str:
    return event_text(Event(EventKind.STATUS, NOW, text, {"from": before, "to": after, "reason": reason}))


@pytest.mark.parametrize(
    ("before", "after", "reason", "words"),
    [
        ("failed", "active", "retry: use ==", "goes on: retry: use =="),
        ("active", "complete", "", "complete"),
        ("active", "failed", "it broke", "failed: it broke"),
        ("active", "cancelled", "", "stopped"),
        ("active", "cancelled", "cancelled", "stopped"),
        ("active", "active", "begins", "as it stands"),
        ("active", "of a later version", "", "as it stands"),
    ],
)
def test_a_change_is_told_by_what_the_session_became(before, after, reason, words):
    assert told(before, after, reason) == words


def test_what_is_no_change_of_a_status_stays_as_it_is():
    assert event_text(Event(EventKind.STATUS, NOW, "checking: fence")) == "checking: fence"
    assert event_text(Event(EventKind.MESSAGE, NOW, "hm", {"from": "active", "to": "failed"})) == "hm"


def test_a_child_session_is_told_as_its_component():
    assert told("active", "active", "", "waits for a person: Child sessions failed: a") == (
        "waits for a person: Components failed: a"
    )
