"""What only a server has: other owners at the same time, roles that see only their accounts, and being away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.errors import NotFoundError, StoreError, UsageError
from ctxtui.core.domain.scope import Scope
from ctxtui.core.ports.store import Store
from ctxtui.core.store.database import parse_address
from ctxtui.core.store.opening import open_store
from tests.contracts.store.conftest import OURS, THEIRS, Clock, command, fill, message, parent, spec
from tests.doubles.postgres_server import PostgresServer

ALPHA = "run-1-alpha"
TABLES = "projects, components, sessions, attempts, interactions, events, requests, leases, artifacts, counters"


def tree(package: str, names: list[str]) -> Component:
    modules = tuple(Component(f"component-{name}", name, name, name) for name in names)
    return Component(f"component-{package}", package, "", "", child_components=modules)


@pytest.fixture
def database(postgres: PostgresServer, migrated: str) -> str:
    return postgres.new_database(migrated)


@pytest.fixture
def connect(postgres: PostgresServer, database: str, clock: Clock) -> Iterator[Callable[..., Store]]:
    """A store on the test's database, as one role or another."""
    stores: list[Store] = []

    def connected(**role: str) -> Store:
        stores.append(open_store(postgres.url(database, **role), clock=clock))
        return stores[-1]

    yield connected
    for store in stores:
        store.close()


@pytest.fixture
def member(postgres: PostgresServer, database: str) -> str:
    """A role that may use the tables, and is a member of our account alone."""
    role = f"member_of_{database}"
    postgres.run_sql(f"CREATE ROLE {role} LOGIN")
    postgres.run_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO {role}", database)
    postgres.run_sql(f"GRANT SELECT ON alembic_version TO {role}", database)
    postgres.run_sql(f"INSERT INTO account_members VALUES ('{OURS.account}', '{role}')", database)
    return role


def say(store: Store, step: str, text: str, scope: Scope = OURS, session: str = ALPHA) -> None:
    store.history.begin(scope, session, step, command())
    store.history.record(scope, session, step, [message(text)])


def test_owners_that_write_at_the_same_time_lose_nothing_and_number_events_once(connect: Callable[..., Store]) -> None:
    fill(connect())
    owners = [connect() for _ in range(3)]

    def write(number: int) -> None:
        session = ("run-1-alpha", "run-1-beta", "run-1-gamma")[number]
        owners[number].history.begin(OURS, session, f"step-{number}", command())
        for line in range(40):
            owners[number].history.record(OURS, session, f"step-{number}", [message(f"line {line}")])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    for owner in owners:
        owner.close()
    reader = connect()
    ids = [
        event.id
        for session in ("run-1-alpha", "run-1-beta", "run-1-gamma")
        for event in reader.history.events(OURS, session)
        if event.event.text.startswith("line")
    ]
    assert len(ids) == 120
    assert len(set(ids)) == 120


def test_a_viewer_hears_of_a_commit_from_the_server(connect: Callable[..., Store]) -> None:
    owner, viewer = connect(), connect()
    fill(owner)
    while viewer.feed.wait(0.05):
        pass
    heard: list[bool] = []
    waiting = threading.Thread(target=lambda: heard.append(viewer.feed.wait(60)))
    waiting.start()
    owner.history.begin(OURS, ALPHA, "one", command())
    waiting.join(60)
    assert heard == [True]


def test_a_role_sees_only_the_accounts_that_it_is_a_member_of(connect: Callable[..., Store], member: str) -> None:
    owner = connect()
    fill(owner)
    fill(owner, THEIRS, "run-2")
    ours = connect(role=member)
    assert [row.id for row in ours.sessions.runs(None, OURS.account)] == ["run-1"]
    assert ours.sessions.runs(None, THEIRS.account) == ()
    with pytest.raises(NotFoundError):
        ours.sessions.load(THEIRS, "run-2")


def test_a_role_cannot_write_into_an_account_that_it_is_no_member_of(
    connect: Callable[..., Store], member: str
) -> None:
    fill(connect())
    with pytest.raises(StoreError, match="row-level security policy"):
        fill(connect(role=member), THEIRS, "run-2")


def test_a_role_that_sees_less_still_numbers_its_events_after_all_others(
    connect: Callable[..., Store], member: str
) -> None:
    owner, ours = connect(), connect(role=member)
    fill(owner)
    fill(owner, THEIRS, "run-2")
    say(owner, "theirs", "said by them", THEIRS, "run-2-alpha")
    say(ours, "ours", "said by us")
    ours.close()
    owner.close()
    events = connect().history.events(OURS, ALPHA)
    assert [event.event.text for event in events if event.interaction_id] == ["said by us"]


def test_many_new_rows_are_counted_by_the_server_at_once(
    connect: Callable[..., Store], postgres: PostgresServer, database: str, member: str
) -> None:
    """Else it plans as if there were none, and a run of ten thousand components takes minutes to be read."""
    names = [f"m{number:03}" for number in range(300)]
    connect().sessions.save_component(OURS, tree("billing", names))
    connect(role=member).sessions.save_component(OURS, tree("shipping", [f"of_{name}" for name in names]))
    connect().sessions.create(parent())
    assert len(connect().sessions.spawn(OURS, "run-1", [spec(name) for name in names]).created) == 300
    counted = "SELECT reltuples FROM pg_class WHERE relname IN ('sessions', 'components') ORDER BY relname"
    assert postgres.run_sql(counted, database).split() == ["301", "301"]


def test_programs_that_open_a_new_database_together_migrate_it_once(postgres: PostgresServer, clock: Clock) -> None:
    url = postgres.url(postgres.new_database())
    with ThreadPoolExecutor(4) as pool:
        for store in list(pool.map(lambda _: open_store(url, clock=clock), range(4))):
            store.close()
    assert postgres.run_sql("SELECT version_num FROM alembic_version", url.partition("@/")[2].partition("?")[0])


def test_a_server_that_cuts_a_connection_is_connected_to_again(
    connect: Callable[..., Store], postgres: PostgresServer, database: str
) -> None:
    store = connect()
    fill(store)
    cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    postgres.run_sql(f"{cut} AND datname = '{database}'", database)
    say(store, "one", "said after the cut")
    assert store.sessions.load(OURS, "run-1").name == "billing"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://nobody@/none?host=/nowhere", r"does not answer \(.*look after the server"),
        ("mysql://a@b/c", "runs are kept in SQLite or in Postgres"),
        ("nosuch://x", "no kind of database 'nosuch'"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(url: str, sentence: str, clock: Clock) -> None:
    with pytest.raises((StoreError, UsageError), match=sentence):
        open_store(url, clock=clock)


def test_a_database_that_is_not_there_is_named(postgres: PostgresServer, clock: Clock) -> None:
    with pytest.raises(StoreError, match=r"There is no database .*no_such_database"):
        open_store(postgres.url("no_such_database"), clock=clock)


def test_a_plain_postgres_url_takes_the_driver_that_the_extra_installs() -> None:
    assert parse_address("postgres://a@b/c", 1).url.drivername == "postgresql+psycopg"
    assert parse_address("postgresql://a@b/c", 1).url.drivername == "postgresql+psycopg"
