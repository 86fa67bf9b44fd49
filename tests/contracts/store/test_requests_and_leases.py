"""What people ask, who answers, and who owns a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ctxtui.core.domain.errors import ConflictError, LeaseError, NotFoundError
from ctxtui.core.domain.lease import Owner
from ctxtui.core.domain.request import Request, RequestKind
from tests.contracts.store.conftest import OURS, OWNER, START, Made, parent

OTHER = Owner("host-b", "boot-2", 42, 2000.5)


def ask(n: int, session_id: str = "run-1-alpha") -> Request:
    return Request(f"request-{n}", "run-1", session_id, RequestKind.RETRY, "ana", START, {"note": "again"})


def test_requests_stay_open_until_they_are_answered_oldest_first(made: Made) -> None:
    for n in (3, 1, 2):
        made.store.requests.ask(OURS, ask(n))
    assert [request.id for request in made.store.requests.open(OURS, "run-1")] == [
        "request-3",
        "request-1",
        "request-2",
    ]
    made.store.requests.answer(OURS, "request-3", is_granted=False, answer="no attempts left")
    assert [request.id for request in made.store.requests.open(OURS, "run-1")] == ["request-1", "request-2"]
    answered = made.store.requests.get(OURS, "request-3")
    assert answered == replace(ask(3), answered_at=START, is_granted=False, answer="no attempts left")
    assert made.store.requests.all(OURS, "run-1")[0] == answered


def test_a_request_is_answered_once(made: Made) -> None:
    made.store.requests.ask(OURS, ask(1, "run-1"))
    made.store.requests.answer(OURS, "request-1", is_granted=True, answer="done")
    with pytest.raises(ConflictError, match="answered already: done"):
        made.store.requests.answer(OURS, "request-1", is_granted=False, answer="never")


def test_a_request_names_a_session_of_its_run(made: Made) -> None:
    made.store.sessions.create(parent("run-2"))
    with pytest.raises(NotFoundError, match="no session run-2 in run run-1"):
        made.store.requests.ask(OURS, ask(1, "run-2"))
    with pytest.raises(NotFoundError, match="one of a run's sessions"):
        made.store.requests.ask(OURS, replace(ask(1), run_id="run-1-alpha"))


def test_a_taken_request_id_is_a_conflict(made: Made) -> None:
    made.store.requests.ask(OURS, ask(1))
    with pytest.raises(ConflictError, match="request request-1 already"):
        made.store.requests.ask(OURS, ask(1))


def test_only_one_of_two_who_saw_no_owner_gets_the_lease(made: Made) -> None:
    lease = made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    assert made.store.leases.current(OURS, "run-1") == lease
    with pytest.raises(LeaseError, match="process 41 on host-a owns it"):
        made.store.leases.acquire(OURS, "run-1", OTHER, replace=None)


def test_a_takeover_replaces_the_lease_that_was_seen_and_its_token_grows(made: Made) -> None:
    seen = made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    made.clock.pass_seconds(1)
    made.store.leases.heartbeat(OURS, seen)
    taken = made.store.leases.acquire(OURS, "run-1", OTHER, replace=seen)
    assert taken.token > seen.token
    with pytest.raises(LeaseError, match="changed hands"):
        made.store.leases.acquire(OURS, "run-1", OWNER, replace=seen)


@pytest.mark.parametrize("use", ["heartbeat", "release"])
def test_an_older_token_neither_beats_nor_gives_back(made: Made, use: str) -> None:
    seen = made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    taken = made.store.leases.acquire(OURS, "run-1", OTHER, replace=seen)
    with pytest.raises(LeaseError, match="owned by process 42 on host-b"):
        getattr(made.store.leases, use)(OURS, seen)
    assert made.store.leases.current(OURS, "run-1") == taken


def test_a_heartbeat_says_when(made: Made) -> None:
    lease = made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    made.clock.pass_seconds(3)
    made.store.leases.heartbeat(OURS, lease)
    assert made.store.leases.current(OURS, "run-1") == replace(lease, heartbeat_at=made.clock.now)


def test_a_lease_given_back_is_nobodys_and_tokens_still_grow(made: Made) -> None:
    lease = made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    made.store.leases.release(OURS, lease)
    made.store.leases.release(OURS, lease)
    assert made.store.leases.current(OURS, "run-1") is None
    with pytest.raises(LeaseError, match="owned by nobody"):
        made.store.leases.heartbeat(OURS, lease)
    assert made.store.leases.acquire(OURS, "run-1", OTHER, replace=None).token > lease.token
