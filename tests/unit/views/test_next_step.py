"""The step that a session takes next, in words, for runs whose steps are taken by hand."""

from __future__ import annotations

from pathlib import Path

from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.session import ExecutionMode, SessionStatus
from ctxtui.core.views.next_step import next_step
from ctxtui.core.views.refusals import refused
from ctxtui.core.views.run_view import RunView
from ctxtui.core.workflow.refusals import facts_of, refusal
from tests.doubles.engine_room import SCOPE, EngineRoom


def test_each_step_that_is_taken_is_the_one_that_was_shown(tmp_path: Path):
    room = EngineRoom(tmp_path, ("alpha",), mode=ExecutionMode.MANUAL).open()
    shown: list[str] = []
    for _step in range(12):
        if room.status() is not SessionStatus.ACTIVE:
            break
        shown.append(next_step(lambda session_id: room.store.sessions.load(SCOPE, session_id), room.run_id))
        assert room.ask(RequestKind.STEP).is_granted
        while room.busy:
            room.end(room.busy[0])
    assert shown == [
        "prepare the run",
        "begin with the components",
        "alpha: prepare its working area",
        "alpha: ask its agent for tests",
        "alpha: check its tests",
        "alpha: accept its tests",
        "run the tests of all components together",
        "commit the tests",
    ]
    assert next_step(lambda session_id: room.store.sessions.load(SCOPE, session_id), room.run_id) == ""
    room.store.close()


def test_viewers_know_beforehand_what_the_owner_refuses(tmp_path: Path):
    room = EngineRoom(tmp_path).open()
    for _step in range(40):
        run = RunView.of(room.store.feed.changes(SCOPE, room.run_id), (), room.clock())
        session = room.session()
        for kind in RequestKind:
            assert refused(run, kind, run.parent) == refusal(kind, facts_of(session))
        if not room.busy:
            break
        room.end(room.busy[0])
    assert room.status() is SessionStatus.COMPLETE
    room.store.close()
