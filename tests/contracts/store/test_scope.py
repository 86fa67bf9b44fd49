"""Nothing of one scope can be read, listed, changed or used from another: every method of every protocol."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ctxtui.core.domain.attempt import AttemptEnd, AttemptOutcome, AttemptStart, Usage
from ctxtui.core.domain.errors import CtxtuiError, LeaseError
from ctxtui.core.domain.plan import Spent
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.domain.verdict import RungOutcome, RungVerdict
from ctxtui.core.ports import store as port
from ctxtui.core.ports.ledger import AddEvents, Ledger
from ctxtui.core.ports.store import Store
from tests.contracts.store.conftest import (
    NOTHING,
    OK,
    OURS,
    OWNER,
    START,
    Made,
    command,
    context,
    fill,
    message,
    parent,
    spec,
)

STRANGERS = (Scope("ben", "billing"), Scope("ana", "shipping"), Scope("", ""))
ALPHA = "run-1-alpha"
REQUEST = Request("request-1", "run-1", ALPHA, RequestKind.RETRY, "ana", START)
VERDICT = RungVerdict(Rung.FENCE, RungOutcome.PASSED, "clean")
PARTS = {
    "sessions": port.Sessions,
    "history": port.History,
    "requests": port.Requests,
    "leases": port.Leases,
    "feed": port.Feed,
    "ledger": Ledger,
}


def change(store: Store, scope: Scope) -> None:
    store.sessions.change(scope, "run-1", SessionStatus.ACTIVE, SessionUpdates(SessionStatus.FAILED), by="", reason="")


def lend(store: Store, scope: Scope, use: str) -> None:
    seen = store.leases.current(OURS, "run-1")
    assert seen is not None
    getattr(store.leases, use)(scope, seen)


REFUSED: dict[str, Callable[[Store, Scope], Any]] = {
    "sessions.spawn": lambda store, scope: store.sessions.spawn(scope, "run-1", [spec("alpha")]),
    "sessions.load": lambda store, scope: store.sessions.load(scope, "run-1"),
    "sessions.change": change,
    "sessions.create": lambda store, scope: store.sessions.create(
        replace(parent("theirs", scope), component=None, parent_id="run-1")
    ),
    "sessions.save_component": lambda store, scope: store.sessions.save_component(
        scope, replace(context(), id="theirs", parent_id="component-billing")
    ),
    "history.begin": lambda store, scope: store.history.begin(scope, "run-1", "theirs", command()),
    "history.finish": lambda store, scope: store.history.finish(scope, "step-alpha-1", OK, NOTHING),
    "history.record": lambda store, scope: store.history.record(scope, ALPHA, "", [message("intrusion")]),
    "history.rung": lambda store, scope: store.history.rung(scope, "attempt-alpha-1", VERDICT),
    "history.attempts": lambda store, scope: store.history.attempts(scope, ALPHA),
    "history.update_attempt": lambda store, scope: store.history.update_attempt(
        scope, AttemptEnd("attempt-alpha-1", AttemptOutcome.LOST)
    ),
    "history.contents": lambda store, scope: store.history.contents(scope, "run-1", ["0" * 40]),
    "history.files": lambda store, scope: store.history.files(scope, ALPHA),
    "history.interactions": lambda store, scope: store.history.interactions(scope, ALPHA),
    "history.events": lambda store, scope: store.history.events(scope, ALPHA),
    "history.search": lambda store, scope: store.history.search(scope, "run-1", "secret"),
    "requests.ask": lambda store, scope: store.requests.ask(scope, replace(REQUEST, id="theirs")),
    "requests.open": lambda store, scope: store.requests.open(scope, "run-1"),
    "requests.get": lambda store, scope: store.requests.get(scope, "request-1"),
    "requests.answer": lambda store, scope: store.requests.answer(scope, "request-1", is_granted=True, answer=""),
    "requests.all": lambda store, scope: store.requests.all(scope, "run-1"),
    "leases.acquire": lambda store, scope: store.leases.acquire(scope, "run-1", OWNER, replace=None),
    "leases.heartbeat": lambda store, scope: lend(store, scope, "heartbeat"),
    "leases.release": lambda store, scope: lend(store, scope, "release"),
    "leases.current": lambda store, scope: store.leases.current(scope, "run-1"),
    "feed.changes": lambda store, scope: store.feed.changes(scope, "run-1"),
}
TESTED_BELOW = {
    *("sessions.runs", "sessions.proved", "sessions.create_once"),
    *("history.last_heard", "history.spent_since", "ledger.apply", "ledger.record"),
}
WITHOUT_SCOPE = {"feed.wait"}
"""Says only that something was written, not what or whose."""


@pytest.fixture
def full(made: Made) -> Store:
    """Something of ours in every table."""
    step = made.begin("alpha", attempt=True)
    made.store.history.record(OURS, ALPHA, step, [message("a secret")])
    made.store.requests.ask(OURS, REQUEST)
    made.store.leases.acquire(OURS, "run-1", OWNER, replace=None)
    return made.store


def everything_of_ours(store: Store) -> list[object]:
    return [
        store.sessions.load(OURS, "run-1"),
        store.sessions.load(OURS, ALPHA),
        store.sessions.runs(OURS),
        store.history.events(OURS, ALPHA),
        store.history.attempts(OURS, ALPHA),
        store.history.files(OURS, ALPHA),
        replace(store.feed.changes(OURS, "run-1"), version=0),
    ]


def test_every_method_of_the_store_has_a_scope_test() -> None:
    methods = {
        f"{part}.{name}"
        for part, protocol in PARTS.items()
        for name, _ in inspect.getmembers(protocol, inspect.isfunction)
        if not name.startswith("_")
    }
    assert methods == set(REFUSED) | TESTED_BELOW | WITHOUT_SCOPE


@pytest.mark.parametrize("scope", STRANGERS)
def test_a_stranger_cannot_write_with_a_lease_it_has_seen(full: Store, scope: Scope) -> None:
    before = everything_of_ours(full)
    lease = full.leases.current(OURS, "run-1")
    assert lease is not None
    with pytest.raises(LeaseError):
        full.ledger.apply(scope, lease, [AddEvents(ALPHA, "", [message("intrusion")])])
    full.ledger.record(scope, lease, ALPHA, "", [message("intrusion")])
    assert everything_of_ours(full) == before


@pytest.mark.parametrize("scope", STRANGERS)
def test_a_stranger_does_not_learn_when_a_session_was_last_heard_of(full: Store, scope: Scope) -> None:
    assert set(full.history.last_heard(OURS, [ALPHA])) == {ALPHA}
    assert full.history.last_heard(scope, [ALPHA]) == {}


def test_a_run_of_another_scope_is_not_the_same_work(full: Store) -> None:
    planned = replace(parent("theirs", STRANGERS[0]), component=None, state={"plan": {"key": "same"}})
    assert full.sessions.create_once(planned, "same") == "theirs"
    assert full.sessions.create_once(replace(planned, id="ours", scope=OURS), "same") == "ours"


@pytest.mark.parametrize("method", REFUSED)
def test_a_stranger_is_refused_and_changes_nothing(full: Store, method: str) -> None:
    before = everything_of_ours(full)
    for scope in STRANGERS:
        with pytest.raises(CtxtuiError) as refusal:
            REFUSED[method](full, scope)
        assert "secret" not in str(refusal.value)
        assert "host-a" not in str(refusal.value)
    assert everything_of_ours(full) == before


@pytest.mark.parametrize("method", REFUSED)
def test_an_owner_of_equal_ids_sees_and_changes_only_their_own(full: Store, method: str) -> None:
    """The strongest stranger: every id of theirs is one of ours, too."""
    stranger = STRANGERS[0]
    fill(full, stranger)
    full.history.begin(stranger, ALPHA, "step-alpha-1", command("theirs"))
    before = everything_of_ours(full)
    with suppress(CtxtuiError):
        found = REFUSED[method](full, stranger)
        assert "secret" not in str(found)
    assert everything_of_ours(full) == before


def test_runs_lists_only_those_of_its_scope_or_account(full: Store) -> None:
    fill(full, STRANGERS[0], "run-ben")
    fill(full, STRANGERS[1], "run-shipping")
    assert [run.id for run in full.sessions.runs(STRANGERS[0])] == ["run-ben"]
    assert {run.id for run in full.sessions.runs(None, "ana")} == {"run-1", "run-shipping"}
    assert full.sessions.runs(None, "") == ()
    assert [run.child_counts[SessionStatus.ACTIVE] for run in full.sessions.runs(None, "ben")] == [3]


def test_what_was_proved_is_told_only_in_its_own_scope(full: Store) -> None:
    full.sessions.change(
        OURS, "run-1-beta", SessionStatus.ACTIVE, SessionUpdates(SessionStatus.COMPLETE), by="", reason=""
    )
    assert [session.id for session in full.sessions.proved(OURS, "beta")] == ["run-1-beta"]
    for scope in STRANGERS:
        fill(full, scope, "run-theirs")
        assert full.sessions.proved(scope, "beta") == ()


def test_what_was_spent_is_summed_over_the_projects_of_one_account(full: Store) -> None:
    for scope in (OURS, *STRANGERS):
        if scope is not OURS:
            fill(full, scope, "run-theirs")
        run_id = "run-1" if scope is OURS else "run-theirs"
        end = AttemptEnd(f"spent-{scope.account}-{scope.project}", AttemptOutcome.FAILED, usage=Usage(90, 10, cost=0.5))
        full.history.begin(scope, f"{run_id}-beta", f"of-{end.id}", command(), AttemptStart(end.id, ""))
        full.history.update_attempt(scope, end)
    assert full.history.spent_since("ana", START) == Spent(tokens=200, cost=1.0, turns=2)
    assert full.history.spent_since("ben", START) == Spent(tokens=100, cost=0.5, turns=1)
    assert full.history.spent_since("ana", START + timedelta(seconds=1)) == Spent()
    assert full.history.spent_since("nobody", START) == Spent()
