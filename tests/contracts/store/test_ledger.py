"""The owner's writes: all of them or nothing, and only while the lease is its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from ctxtui.core.domain.errors import ConflictError, LeaseError, OpenRequestsError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Result, ResultStatus
from ctxtui.core.domain.lease import Owner
from ctxtui.core.domain.request import Remedy, Request, RequestKind
from ctxtui.core.domain.session import ExecutionMode, SessionStatus, SessionUpdates
from ctxtui.core.ports.ledger import AddEvents, Answer, Begin, Change, Finish, Keep, Leave, Spawn
from tests.contracts.store.conftest import OURS, START, command

ME = Owner("here", "boot", 1, 1.0)
OTHER = replace(ME, pid=2)


@pytest.fixture
def run(made):
    return made.store.sessions.load(OURS, "run-1")


def pause_request(run):
    return Request("r1", run.id, run.id, RequestKind.PAUSE, "me", START)


@pytest.fixture
def lease(store, run):
    return store.leases.acquire(run.scope, run.id, ME, replace=None)


def paused(session, *, by="me"):
    return Change(session.id, SessionStatus.ACTIVE, SessionUpdates(state={"paused": True}), by, "paused")


def test_result_next_command_and_answer_are_stored_together(store, run, lease):
    store.requests.ask(run.scope, pause_request(run))
    done = Result(ResultStatus.OK, "made")
    store.ledger.apply(
        run.scope,
        lease,
        [
            Begin(run.id, "i1", command("initialize")),
            Finish("i1", done, SessionUpdates(state={"branch_name": "b"})),
            Begin(run.id, "i2", command("spawn")),
            paused(run),
            Answer("r1", is_granted=True, text="nothing new is started"),
        ],
    )
    stored = store.sessions.load(run.scope, run.id)
    assert [(step.id, step.is_pending) for step in stored.interactions] == [("i1", False), ("i2", True)]
    assert stored.state["branch_name"] == "b"
    assert stored.state["paused"]
    assert store.requests.get(run.scope, "r1").is_granted


def test_a_session_is_written_once_however_much_of_it_changes(store, run, lease):
    written: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        written.append(statement)

    events = [Event(EventKind.NOTE, START, text) for text in ("one", "two")]
    event.listen(Engine, "before_cursor_execute", note)
    try:
        store.ledger.apply(
            run.scope,
            lease,
            [
                Begin(run.id, "i1", command("initialize")),
                Finish("i1", Result(ResultStatus.OK), SessionUpdates(state={"branch_name": "b"})),
                AddEvents(run.id, "i1", events[:1]),
                paused(run),
                AddEvents(run.id, "i1", events[1:]),
                Begin(run.id, "i2", command("spawn")),
            ],
        )
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert sum(statement.startswith("UPDATE sessions") for statement in written) == 1
    assert sum(statement.startswith("INSERT INTO events") for statement in written) == 1
    stored = store.sessions.load(run.scope, run.id)
    assert (stored.state["branch_name"], stored.state["paused"]) == ("b", True)
    assert [step.seq for step in stored.interactions] == [1, 2]
    told = [item.event.text for item in store.history.events(run.scope, run.id)]
    assert told[-3:] == ["one", "paused", "two"]


def test_of_two_writes_of_a_status_in_one_transaction_the_second_starts_from_the_first(store, run, lease):
    ends = SessionUpdates(SessionStatus.FAILED)
    with pytest.raises(ConflictError, match="is failed, not active"):
        store.ledger.apply(run.scope, lease, [Change(run.id, SessionStatus.ACTIVE, ends, "me", "ends"), paused(run)])
    assert store.sessions.load(run.scope, run.id).status is SessionStatus.ACTIVE


def test_a_refusal_keeps_its_reason_and_what_helps_apart_from_its_sentence(store, run, lease):
    store.requests.ask(run.scope, pause_request(run))
    told = "The run is complete: `ctxtui run PACKAGE` starts a new one."
    refused = Answer("r1", is_granted=False, text=told, reason="The run is complete", helps=Remedy.START_ANEW)
    store.ledger.apply(run.scope, lease, [refused])
    answered = store.requests.get(run.scope, "r1")
    assert (answered.answer, answered.reason, answered.helps) == (told, "The run is complete", Remedy.START_ANEW)
    (seen,) = store.feed.changes(run.scope, run.id).requests
    assert seen == answered


def test_nothing_is_stored_when_one_write_does_not_fit(store, run, lease):
    writes = [Begin(run.id, "i1", command("initialize")), Begin(run.id, "i2", command("spawn"))]
    with pytest.raises(ConflictError, match="under way already"):
        store.ledger.apply(run.scope, lease, writes)
    assert not store.sessions.load(run.scope, run.id).interactions


def test_contents_are_kept_once_and_found_by_their_ids(store, run, lease):
    for contents in ({"a1": b"one\0\xff"}, {"a1": b"one\0\xff", "b2": b"two"}, {}):
        store.ledger.apply(run.scope, lease, [Keep(contents)])
    found = store.history.contents(run.scope, run.id, ["a1", "b2", "c3"])
    assert found == {"a1": b"one\0\xff", "b2": b"two"}


def test_who_lost_the_lease_writes_nothing_more(store, run, lease):
    store.leases.acquire(run.scope, run.id, OTHER, replace=lease)
    with pytest.raises(LeaseError, match="process 2"):
        store.ledger.apply(run.scope, lease, [paused(run)])
    event = Event(EventKind.NOTE, run.created_at, "too late")
    store.ledger.record(run.scope, lease, run.id, "", [event])
    successor = store.leases.current(run.scope, run.id)
    store.ledger.apply(run.scope, successor, [AddEvents(run.id, "", [replace(event, text="in time")])])
    assert [item.event.text for item in store.history.events(run.scope, run.id)] == ["in time"]
    assert "paused" not in store.sessions.load(run.scope, run.id).state


def test_the_owner_does_not_leave_while_somebody_waits_for_an_answer(store, run, lease):
    store.requests.ask(run.scope, pause_request(run))
    with pytest.raises(OpenRequestsError):
        store.ledger.apply(run.scope, lease, [Leave()])
    assert store.leases.current(run.scope, run.id) is not None
    store.ledger.apply(run.scope, lease, [Answer("r1", is_granted=False, text="no"), Leave()])
    assert store.leases.current(run.scope, run.id) is None


@pytest.mark.parametrize("ended", [SessionStatus.COMPLETE, SessionStatus.CANCELLED])
@pytest.mark.parametrize("wanted", list(SessionStatus))
def test_a_run_that_has_ended_stays_as_it_is(store, run, lease, ended, wanted):
    store.ledger.apply(run.scope, lease, [Change(run.id, SessionStatus.ACTIVE, SessionUpdates(ended), "me", "over")])
    again = Change(run.id, ended, SessionUpdates(wanted), "me", "changed")
    if wanted is not ended:
        with pytest.raises(ConflictError, match="cannot become"):
            store.ledger.apply(run.scope, lease, [again])
    assert store.sessions.load(run.scope, run.id).status is ended


def test_bounds_and_mode_can_be_changed_while_a_session_is_under_way(store, run, lease):
    bounds = replace(run.retry, max_attempts=9)
    updates = SessionUpdates(retry=bounds, mode=ExecutionMode.MANUAL)
    store.ledger.apply(run.scope, lease, [Change(run.id, SessionStatus.ACTIVE, updates, "me", "bounds")])
    stored = store.sessions.load(run.scope, run.id)
    assert stored.retry == bounds
    assert stored.execution_mode is ExecutionMode.MANUAL


def test_a_fan_out_tells_what_it_did(store, run, lease):
    (spawned,) = store.ledger.apply(run.scope, lease, [Spawn(run.id, [])])
    assert not spawned.created


def test_of_several_starts_of_the_same_work_one_makes_the_run(store, run):
    planned = replace(run, id="first", state={"plan": {"key": "same"}}, component=None)
    assert store.sessions.create_once(planned, "same") == "first"
    assert store.sessions.create_once(replace(planned, id="second"), "same") == "first"
    assert store.sessions.create_once(replace(planned, id="third"), "other") == "third"
