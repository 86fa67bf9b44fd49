"""A store of its own on SQLite and on Postgres, a clock that only moves when told, and a run with three children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ctxtui.core.domain.attempt import AttemptStart
from ctxtui.core.domain.component import Component
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.lease import Owner
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, ExecutionMode, Session, SessionUpdates
from ctxtui.core.ports.store import Store
from ctxtui.core.store.opening import open_store
from tests.doubles.postgres_server import LentDatabases, PostgresServer, running_server, server_programs

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = Scope("ana", "billing")
THEIRS = Scope("ben", "billing")
OWNER = Owner("host-a", "boot-1", 41, 1000.25)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def context(names: tuple[str, ...] = ("alpha", "beta", "gamma")) -> Component:
    modules = tuple(
        Component(f"component-{name}", name, f"src/{name}.py", f"tests/test_{name}.py", priority=priority)
        for priority, name in enumerate(names)
    )
    return Component("component-billing", "billing", "src", "tests", child_components=modules)


def parent(run_id: str = "run-1", scope: Scope = OURS, at: datetime = START) -> Session:
    return Session(run_id, scope, "context_testing", context(), "builtin", "local", at, state={"branch_name": "b"})


def spec(name: str, run_id: str = "run-1") -> ChildSpec:
    return ChildSpec(
        f"{run_id}-{name}", f"component-{name}", name, "component_testing", ExecutionMode.AGENTIC, "builtin", "local"
    )


def command(step: str = "generate_tests", at: datetime = START, prompt: str = "") -> Command:
    return Command(step, Action.ASK_AGENT, {"prompt": prompt}, at)


def message(text: str, kind: EventKind = EventKind.MESSAGE, at: datetime = START) -> Event:
    return Event(kind, at, text)


OK = Result(ResultStatus.OK, "done", {"tests": 3}, 0, "3 passed", 1.5)
NOTHING = SessionUpdates()


@dataclass
class Made:
    """What most tests start from. `late` is how many seconds after a commit viewers may hear of it."""

    store: Store
    clock: Clock
    path: Path
    late: float = 0.0

    def begin(self, name: str = "alpha", n: int = 1, *, attempt: bool = False) -> str:
        interaction = f"step-{name}-{n}"
        start = AttemptStart(f"attempt-{name}-{n}", "first try") if attempt else None
        self.store.history.begin(OURS, f"run-1-{name}", interaction, command(), start)
        return interaction


def fill(store: Store, scope: Scope = OURS, run_id: str = "run-1") -> None:
    store.sessions.save_component(scope, context())
    store.sessions.create(parent(run_id, scope))
    store.sessions.spawn(scope, run_id, [spec(name, run_id) for name in ("alpha", "beta", "gamma")])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    programs = server_programs()
    if programs is None:
        pytest.skip("no Postgres server is installed, and the wheel that ships one is missing")
    with TemporaryDirectory(prefix="pg-", dir="/tmp") as folder, running_server(programs, Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres: PostgresServer) -> str:
    """A database that was brought up to date once, for the tests to start from copies of it."""
    name = postgres.new_database()
    open_store(postgres.url(name), clock=Clock()).close()
    return name


@pytest.fixture(scope="session")
def databases(postgres: PostgresServer, migrated: str) -> LentDatabases:
    return LentDatabases(postgres, migrated)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test runs on both databases, but those marked `sqlite_only`: they look into the file itself."""
    if "location" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("sqlite_only")
        metafunc.parametrize("location", ["sqlite"] if only else ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """Where the store is: a new file, or an empty database of the server."""
    if request.param == "sqlite":
        yield tmp_path / "ctxtui.db"
        return
    with request.getfixturevalue("databases").one() as name:
        yield request.getfixturevalue("postgres").url(name)


@pytest.fixture
def opened(location: str | Path, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the same database, as often as wanted."""
    stores: list[Store] = []

    def open_again() -> Store:
        stores.append(open_store(location, clock=clock))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()


@pytest.fixture
def made(store: Store, location: str | Path, clock: Clock, tmp_path: Path) -> Made:
    """A file shows a commit at once; a server passes it on."""
    fill(store)
    return Made(store, clock, tmp_path / "ctxtui.db", late=10.0 if isinstance(location, str) else 0.0)
