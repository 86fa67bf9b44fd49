"""Files and disks that cannot be used: one clear sentence, and nothing lost."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from ctxtui.core.domain.errors import StoreError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.session import ChildSpec, ExecutionMode, SessionStatus, SessionUpdates
from ctxtui.core.ports.store import Store
from ctxtui.core.store.database import connect_engine, parse_address
from ctxtui.core.store.faults import store_error
from ctxtui.core.store.glance import glance_runs
from ctxtui.core.store.opening import open_store
from ctxtui.core.store.writer import Writer
from tests.faults.store.conftest import CHILDREN, SCOPE, fill, now


def note(store: Store, **state: object) -> None:
    store.sessions.change(SCOPE, "run", SessionStatus.ACTIVE, SessionUpdates(state=state), by="test", reason="note")


def write_until_it_fails(store: Store) -> None:
    for n in range(1000):
        note(store, **{f"big-{n}": "x" * 100_000})


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions do not bind root, so root becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that nobody may reach, unlike those below `tmp_path`."""
    folder = Path(tempfile.mkdtemp(prefix="ctxtui-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"folder .*file/below.* cannot be made"):
        open_store(tmp_path / "file" / "below" / "ctxtui.db", clock=now)


def test_a_file_that_is_no_database_is_left_alone(path: Path, open_again: Callable[..., Store]) -> None:
    path.write_bytes(b"my precious notes " * 1000)
    with pytest.raises(StoreError, match=r"ctxtui\.db is not a database; move it away"):
        open_again()
    assert path.read_bytes() == b"my precious notes " * 1000
    with pytest.raises(StoreError, match="cannot be read"):
        glance_runs(path, "ana")


def test_a_damaged_database_is_said_to_be_damaged(store: Store, path: Path, open_again: Callable[..., Store]) -> None:
    store.close()
    with path.open("r+b") as file:
        file.seek(1024)
        file.write(os.urandom(path.stat().st_size - 1024))
    with pytest.raises(StoreError, match=r"damaged|not a database"):
        open_again().sessions.load(SCOPE, "run")


def test_a_read_only_folder_is_said_to_be_so(public_folder: Path) -> None:
    public_folder.chmod(0o555)
    with unprivileged(), pytest.raises(StoreError, match="cannot be opened; check that its folder exists and is writ"):
        open_store(public_folder / "ctxtui.db", clock=now)


def test_a_read_only_file_is_said_to_be_so(public_folder: Path) -> None:
    path = public_folder / "ctxtui.db"
    open_store(path, clock=now).close()
    path.chmod(0o444)
    public_folder.chmod(0o777)
    with unprivileged(), pytest.raises(StoreError, match="read-only; make the file and its folder writable"):
        open_store(path, clock=now)


def test_a_lock_held_for_too_long_fails_the_call_and_keeps_the_events(
    store: Store, path: Path, open_again: Callable[..., Store]
) -> None:
    impatient = open_again(0.1)
    with locked(path):
        impatient.history.record(SCOPE, "run", "", [Event(EventKind.MESSAGE, now(), "kept")])
        with pytest.raises(StoreError, match="locked by another program; try again"):
            note(impatient)
    note(impatient, later=True)
    assert impatient.sessions.load(SCOPE, "run").state == {"later": True}
    assert impatient.history.events(SCOPE, "run")[0].event.text == "kept"


def test_opening_a_locked_new_database_says_so(path: Path, open_again: Callable[..., Store]) -> None:
    path.touch()
    with locked(path), pytest.raises(StoreError, match="locked by another program"):
        open_again(0.1)


def test_closing_while_locked_says_how_much_is_lost(store: Store, path: Path) -> None:
    impatient = open_store(path, clock=now, patience=0.1)
    with locked(path):
        impatient.history.record(
            SCOPE, "run", "", [Event(EventKind.OUTPUT, now(), "a"), Event(EventKind.OUTPUT, now(), "b")]
        )
        with pytest.raises(StoreError, match="last 2 events of the history are not stored"):
            impatient.close()


def test_a_full_disk_fails_every_later_write_with_its_reason_and_loses_nothing_stored(
    path: Path, open_again: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("ctxtui.core.store.opening.Writer", limited_writer(pages=130))
        store = open_again()
    fill(store)
    note(store, kept=True)
    with pytest.raises(StoreError, match=r"disk is full.*free some space"):
        write_until_it_fails(store)
    with pytest.raises(StoreError, match="disk is full"):
        note(store)
    with pytest.raises(StoreError, match="disk is full"):
        store.history.record(SCOPE, "run", "", [Event(EventKind.OUTPUT, now(), "late")])
    assert store.sessions.load(SCOPE, "run").state["kept"] is True
    store.close()
    assert open_again().sessions.load(SCOPE, "run").state["kept"] is True


def test_a_disk_that_fills_up_in_the_middle_of_a_fan_out_is_said_to_be_full(
    path: Path, open_again: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("ctxtui.core.store.opening.Writer", limited_writer(pages=130))
        store = open_again()
    fill(store)
    state = {"big": "x" * 100_000}
    wanted = [
        ChildSpec(name, name, name, "component_testing", ExecutionMode.AGENTIC, "builtin", "local", state)
        for name in CHILDREN
    ]
    with pytest.raises(StoreError, match="disk is full"):
        store.sessions.spawn(SCOPE, "run", wanted)
    assert store.sessions.load(SCOPE, "run").children == ()


def limited_writer(pages: int) -> Callable[..., Writer]:
    """A writer whose database file may not grow beyond so many pages, as on a full disk."""

    def make(engine: object, *rest: object) -> Writer:
        @event.listens_for(engine, "connect")
        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count={pages}")

        return Writer(engine, *rest)  # type: ignore[arg-type]

    return make


def test_a_writer_that_meets_the_unexpected_tells_those_who_wait(path: Path, open_again: Callable[..., Store]) -> None:
    open_again()

    def broken_clock() -> None:
        raise RuntimeError("the clock stopped")

    engine = connect_engine(parse_address(path, 1), "BEGIN IMMEDIATE", pooled=1)
    writer = Writer(engine, "here", broken_clock, lambda: False)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(StoreError, match="the clock stopped"):
            writer.run(lambda _: None)
    writer.close()


def test_there_is_nothing_to_glance_at_before_there_is_a_database(tmp_path: Path, path: Path) -> None:
    assert glance_runs(tmp_path / "nowhere" / "ctxtui.db", "ana") == ()
    path.touch()
    assert glance_runs(path, "ana") == ()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    assert glance_runs(path, "ana") == ()


def test_a_newer_database_is_not_glanced_at(store: Store, path: Path) -> None:
    store.close()
    assert glance_runs(path, SCOPE.account)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert glance_runs(path, SCOPE.account) == ()


def test_a_folder_in_the_databases_place_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder: name a file in it"):
        open_store(tmp_path, clock=now)


def test_a_disk_without_room_for_the_files_beside_the_database_is_said_to_be_full() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert "disk is full" in str(store_error(error, "ctxtui.db"))


def test_a_file_that_may_not_grow_is_told_from_a_disk_that_failed(store: Store) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600 << 10, before[1]))
    try:
        with pytest.raises(StoreError, match=r"No file may be larger than 600 KiB here \(`ulimit -f`\)"):
            write_until_it_fails(store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_database_that_was_moved_away_in_use_is_said_to_be_moved(store: Store, path: Path) -> None:
    for beside in path.parent.glob(f"{path.name}*"):
        beside.rename(beside.with_name(f"moved-{beside.name}"))
    with closing(sqlite3.connect(path)) as anew, pytest.raises(sqlite3.Error) as told:
        anew.execute("SELECT * FROM sessions")
    assert "was moved, removed or replaced meanwhile. Put it back" in str(store_error(told.value, str(path)))
