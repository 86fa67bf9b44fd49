"""What is asked from a screen is answered, whoever runs the run by then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import Session
from ctxtui.core.processes.owners import this_process
from ctxtui.core.store.opening import open_store
from ctxtui.screens.access import Access, Opened
from ctxtui.screens.services import RunRef

SCOPE = Scope("ana", "shop")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Launcher:
    resumed: list[RunRef] = field(default_factory=list)
    attended: list[RunRef] = field(default_factory=list)

    def resume(self, run: RunRef) -> None:
        self.resumed.append(run)

    def attend(self, run: RunRef) -> None:
        self.attended.append(run)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "ctxtui.db", clock=lambda: NOW)
    context = Component("c-shop", "shop", "shop", "tests")
    opened.sessions.save_component(SCOPE, context)
    opened.sessions.create(Session("run", SCOPE, "context_testing", context, "builtin", "local", NOW))
    yield opened
    opened.close()


@pytest.fixture
def launcher():
    return Launcher()


@pytest.fixture
def access(store, launcher):
    services = SimpleNamespace(launcher=launcher, requested_by="ana@here")
    return Access(services, settings=None, clock=lambda: NOW, opened=Opened(store, follower=None))


def ask(access):
    run = RunRef(SCOPE, "run")
    access.ask(run, access.requests(run, RequestKind.PAUSE, ("run",), {}))


def test_a_run_that_somebody_runs_needs_no_runner(access, store, launcher):
    store.leases.acquire(SCOPE, "run", this_process(), replace=None)
    ask(access)
    assert [request.kind for request in store.requests.open(SCOPE, "run")] == [RequestKind.PAUSE]
    assert launcher.attended == []


def test_a_run_that_nobody_runs_gets_a_runner_and_stays_paused_where_it_is(access, launcher):
    ask(access)
    assert launcher.attended == [RunRef(SCOPE, "run")]
    assert launcher.resumed == []


def test_only_a_user_who_continues_a_run_lets_it_go_on(access, store, launcher):
    access.go_on(RunRef(SCOPE, "run"))
    assert launcher.resumed == [RunRef(SCOPE, "run")]
    store.leases.acquire(SCOPE, "run", this_process(), replace=None)
    access.go_on(RunRef(SCOPE, "run"))
    assert launcher.resumed == [RunRef(SCOPE, "run")]


def test_an_owner_that_leaves_as_something_is_asked_is_followed_by_another(access, store, launcher, monkeypatch):
    lease = store.leases.acquire(SCOPE, "run", this_process(), replace=None)
    really_ask = store.requests.ask

    def ask_as_the_owner_leaves(scope, request):
        store.leases.release(scope, lease)
        really_ask(scope, request)

    requests = SimpleNamespace(ask=ask_as_the_owner_leaves)
    monkeypatch.setattr(
        type(access), "store", property(lambda _self: SimpleNamespace(requests=requests, leases=store.leases))
    )
    ask(access)
    assert launcher.attended == [RunRef(SCOPE, "run")]
