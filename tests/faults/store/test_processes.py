"""Several threads and programs on one store, and programs that are killed while they write."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from ctxtui.core.domain.errors import ConflictError, CtxtuiError, StoreError
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
from ctxtui.core.ports.store import Store
from tests.faults.store.conftest import SCOPE, now

Program = Callable[[str], "subprocess.Popen[str]"]

SPAWN = """
specs = [
    ChildSpec(f"run-c{n}", f"c{n}", f"c{n}", "component_testing", ExecutionMode.AGENTIC, "builtin", "local")
    for n in range(40)
]
print("ready", flush=True)
sys.stdin.readline()
spawned = store.sessions.spawn(scope, "run", specs)
print(len(spawned.created), len(spawned.existing), len(spawned.failures), flush=True)
store.close()
"""
WRITE_FOR_EVER = """
print("ready", flush=True)
for n in range(1_000_000):
    store.history.begin(scope, "run", f"step-{n}", Command("initialize", Action.PREPARE_RUN, {}, now()))
    events = [Event(EventKind.OUTPUT, now(), f"{n} {part}") for part in range(20)]
    store.history.record(scope, "run", f"step-{n}", events)
    store.history.finish(scope, f"step-{n}", Result(ResultStatus.OK), SessionUpdates(state={"last": n}))
    print(n, flush=True)
"""
WRITE_ONE = """
store.history.record(scope, "run", "", [Event(EventKind.MESSAGE, now(), "hello from afar")])
store.close()
"""


def work(store: Store, n: int) -> None:
    store.history.record(SCOPE, "run", "", [Event(EventKind.OUTPUT, now(), f"thread {n}")])
    try:
        store.history.begin(SCOPE, "run", f"step-{n}", Command("initialize", Action.PREPARE_RUN, {}, now()))
    except ConflictError:
        return
    store.history.finish(SCOPE, f"step-{n}", Result(ResultStatus.OK), SessionUpdates(state={f"done-{n}": True}))


def test_conflicts_of_some_threads_spoil_nothing_for_the_others(store: Store) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda n: work(store, n), range(200)))
    loaded = store.sessions.load(SCOPE, "run")
    assert [step.seq for step in loaded.interactions] == list(range(1, len(loaded.interactions) + 1))
    assert set(loaded.state) == {step.id.replace("step", "done") for step in loaded.interactions}
    store.sessions.change(SCOPE, "run", SessionStatus.ACTIVE, SessionUpdates(), by="test", reason="flush")
    events = store.history.events(SCOPE, "run", limit=1000)
    assert sorted(found.event.text for found in events[:-1]) == sorted(f"thread {n}" for n in range(200))


def test_two_programs_spawn_each_child_once(store: Store, program: Program) -> None:
    both = [program(SPAWN), program(SPAWN)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = []
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        assert process.stdout is not None
        answers.append([int(number) for number in process.stdout.readline().split()])
    assert sorted(answers) == [[0, 40, 0], [40, 0, 0]]
    assert len(store.sessions.load(SCOPE, "run").children) == 40


def test_two_programs_may_open_a_new_database_at_once(path: Path, program: Program) -> None:
    both = [program('print("open", flush=True); store.close()') for _ in range(2)]
    assert [process.communicate(timeout=60)[0] for process in both] == ["open\n", "open\n"]


def test_a_write_of_another_program_ends_a_wait(store: Store, program: Program) -> None:
    while store.feed.wait(0):
        pass
    before = store.feed.changes(SCOPE, "run").version
    program(WRITE_ONE)
    assert store.feed.wait(60)
    (row,) = store.feed.changes(SCOPE, "run", before).rows
    assert row.last_action == "hello from afar"


def test_who_watches_a_database_that_is_moved_or_replaced_hears_of_it(store: Store, path: Path) -> None:
    away = path.with_suffix(".away")
    path.rename(away)
    with pytest.raises(StoreError, match="not the file any more that was opened"):
        store.feed.wait(0)
    path.touch()
    with pytest.raises(StoreError, match="not the file any more that was opened"):
        store.feed.wait(0)
    away.replace(path)
    store.feed.wait(0)


def test_what_a_killed_program_was_told_is_stored_is_there_and_the_rest_is_whole_or_absent(
    store: Store, open_again: Callable[..., Store], path: Path, program: Program
) -> None:
    store.close()
    process = program(WRITE_FOR_EVER)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(12)]
    process.kill()
    told += process.stdout.read().splitlines(keepends=True)
    last = int([line for line in told if line.endswith("\n")][-1])
    survivor = open_again()
    run = survivor.sessions.load(SCOPE, "run")
    completed = [step for step in run.interactions if not step.is_pending]
    assert last <= run.state["last"] == len(completed) - 1 <= last + 1
    events = survivor.history.events(SCOPE, "run", limit=1_000_000)
    for step in completed:
        assert sum(found.interaction_id == step.id for found in events) == 20
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_store_that_was_closed_says_so(store: Store) -> None:
    store.close()
    store.close()
    for call in (lambda: store.sessions.load(SCOPE, "run"), lambda: work(store, 1)):
        try:
            call()
        except CtxtuiError as error:
            assert "closed" in str(error)  # noqa: PT017 - both calls must raise, and say the same
        else:
            raise AssertionError
