"""What viewers see of changes, and when they hear of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import NotFoundError
from ctxtui.core.domain.event import EventKind
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
from ctxtui.core.ports.store import Store
from tests.contracts.store.conftest import NOTHING, OK, OURS, OWNER, START, Made, message, parent, spec

ALPHA = "run-1-alpha"


def drain(store: Store, late: float) -> None:
    """Until it is quiet, which a server is some time after the last commit."""
    while store.feed.wait(min(late, 0.5)):
        pass


def test_the_run_comes_first_then_its_children_in_order(made: Made) -> None:
    changes = made.store.feed.changes(OURS, "run-1")
    assert [row.name for row in changes.rows] == ["billing", "gamma", "beta", "alpha"]
    assert [row.parent_id for row in changes.rows] == [None, "run-1", "run-1", "run-1"]
    assert changes.lease is None
    assert made.store.feed.changes(OURS, "run-1", changes.version).rows == ()


def test_a_row_shows_the_pending_step_the_attempts_and_the_last_action(made: Made) -> None:
    made.clock.pass_seconds(2)
    step = made.begin("alpha", attempt=True)
    telling = message("wrote tests/test_alpha.py", EventKind.FILE, made.clock.now)
    made.store.history.record(OURS, ALPHA, step, [telling, message("noise", EventKind.OUTPUT)])
    made.store.history.update_attempt(OURS, AttemptEnd("attempt-alpha-1", AttemptOutcome.VALIDATING))
    row = next(row for row in made.store.feed.changes(OURS, "run-1").rows if row.id == ALPHA)
    assert (row.pending_step, row.pending_since) == ("generate_tests", START)
    assert row.attempts == made.store.history.attempts(OURS, ALPHA)
    assert (row.last_action, row.last_action_at, row.last_action_kind) == (telling.text, telling.at, telling.kind)
    assert (row.test_path, row.max_attempts, row.updated_at) == ("tests/test_alpha.py", 3, made.clock.now)
    made.store.history.finish(OURS, step, OK, NOTHING)
    row = next(row for row in made.store.feed.changes(OURS, "run-1").rows if row.id == ALPHA)
    assert (row.pending_step, row.pending_since) == ("", None)


def begins(made: Made) -> None:
    made.begin("alpha", 2)


def is_judged(made: Made) -> None:
    made.store.history.rung(OURS, "attempt-alpha-1", RungVerdict(Rung.FENCE, RungOutcome.PASSED, "clean"))


def ends_its_attempt(made: Made) -> None:
    made.store.history.update_attempt(OURS, AttemptEnd("attempt-alpha-1", AttemptOutcome.LOST))


def is_changed(made: Made) -> None:
    updates = SessionUpdates(SessionStatus.FAILED)
    made.store.sessions.change(OURS, ALPHA, SessionStatus.ACTIVE, updates, by="ana", reason="")


def speaks(made: Made) -> None:
    drain(made.store, made.late)
    made.store.history.record(OURS, ALPHA, "", [message("hello")])
    assert made.store.feed.wait(10)


@pytest.mark.parametrize("happens", [begins, is_judged, ends_its_attempt, is_changed, speaks])
def test_exactly_the_session_that_changed_comes_again(made: Made, happens: Callable[[Made], None]) -> None:
    made.store.history.finish(OURS, made.begin("alpha", attempt=True), OK, NOTHING)
    before = made.store.feed.changes(OURS, "run-1").version
    happens(made)
    after = made.store.feed.changes(OURS, "run-1", before)
    assert [row.id for row in after.rows] == [ALPHA]
    assert after.version > before


def test_output_that_tells_nothing_does_not_bring_its_session_again(made: Made) -> None:
    drain(made.store, made.late)
    before = made.store.feed.changes(OURS, "run-1").version
    made.store.history.record(OURS, ALPHA, "", [message("noise", EventKind.OUTPUT)])
    assert made.store.feed.wait(10)
    assert made.store.feed.changes(OURS, "run-1", before).rows == ()


def test_requests_and_the_lease_come_with_the_changes(made: Made) -> None:
    before = made.store.feed.changes(OURS, "run-1").version
    request = Request("request-1", "run-1", ALPHA, RequestKind.SKIP, "ana", START)
    made.store.requests.ask(OURS, request)
    lease = made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    asked = made.store.feed.changes(OURS, "run-1", before)
    assert (asked.requests, asked.lease) == ((request,), lease)
    made.store.requests.answer(OURS, "request-1", is_granted=True, answer="skipped")
    answered = made.store.feed.changes(OURS, "run-1", asked.version)
    assert [found.answer for found in answered.requests] == ["skipped"]


def test_a_childs_changes_cannot_be_followed_as_a_run(made: Made) -> None:
    with pytest.raises(NotFoundError, match="one of a run's sessions"):
        made.store.feed.changes(OURS, ALPHA)


def test_waiting_tells_of_each_write_once_and_of_nothing_else(made: Made) -> None:
    drain(made.store, made.late)
    assert not made.store.feed.wait(0.05)
    made.begin("alpha")
    assert made.store.feed.wait(made.late)
    assert not made.store.feed.wait(0.05)


def test_a_write_made_between_two_waits_is_not_missed(opened: Callable[[], Store], made: Made) -> None:
    viewer = opened()
    drain(viewer, made.late)
    made.begin("alpha")
    assert viewer.feed.wait(made.late)


def test_closing_ends_a_wait(opened: Callable[[], Store], made: Made) -> None:
    viewer = opened()
    drain(viewer, made.late)
    viewer.close()
    assert not viewer.feed.wait(60)


def test_ten_thousand_children_are_read_at_once(store: Store) -> None:
    names = tuple(f"m{n:05}" for n in range(10_000))
    modules = tuple(Component(f"component-{name}", name, name, name) for name in names)
    store.sessions.save_component(OURS, Component("component-billing", "billing", "", "", child_components=modules))
    store.sessions.create(parent())
    assert len(store.sessions.spawn(OURS, "run-1", [spec(name) for name in names]).created) == 10_000
    assert len(store.feed.changes(OURS, "run-1").rows) == 10_001
    assert store.feed.changes(OURS, "run-1", 10**9).rows == ()
