"""A child as its run holds it, beside thousands of others."""

from __future__ import annotations

from datetime import UTC, datetime

from ctxtui.core.domain.run_state import child_state
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session
from ctxtui.core.workflow.child_in_run import light

FILES = [{"path": "tests/test_a.py", "digest": "0" * 40, "mode": "100644", "size": 7}]


def child(**state: object) -> Session:
    return Session(
        "c",
        Scope("ana", "shop"),
        "component_testing",
        None,
        "a",
        "local",
        datetime(2026, 1, 1, tzinfo=UTC),
        state=state,
    )


def test_it_reads_as_it_did():
    whole = child(candidate=list(FILES), files=[dict(FILES[0])], failure=None, slot=None, waiting=None, note="careful")
    assert child_state(light(whole).state) == child_state(whole.state)


def test_nothing_is_kept_twice_and_nothing_that_only_its_agent_is_told():
    held = light(child(candidate=list(FILES), files=[dict(FILES[0])], context={"rules": "long"}, failure=None)).state
    assert held["candidate"] is held["files"]
    assert set(held) == {"candidate", "files"}
