"""How much group commit is worth: our writer against one ORM transaction at a time, in the same run.

Run it by itself: `python tests/benchmarks/store_writes.py [events]`. Ratios mean more than the figures.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy.orm import Session as OrmSession

from ctxtui.core.domain.component import Component
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.interaction import Action, Command, Result, ResultStatus
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import ChildSpec, ExecutionMode, Session, SessionUpdates
from ctxtui.core.ports.store import Store
from ctxtui.core.store.database import connect_engine, parse_address
from ctxtui.core.store.encoding import to_json, to_micros
from ctxtui.core.store.models import EventRecord
from ctxtui.core.store.opening import open_store

SCOPE = Scope("bench", "bench")
CHILDREN = tuple(f"c{n}" for n in range(64))
THREADS = 16
EVENT = Event(EventKind.OUTPUT, datetime.now(UTC), "a line of output as agents write it", {"n": 1})


def now() -> datetime:
    return datetime.now(UTC)


def fill(store: Store) -> None:
    modules = tuple(Component(name, name, name, name) for name in CHILDREN)
    root = Component("root", "root", "src", "tests", child_components=modules)
    store.sessions.save_component(SCOPE, root)
    store.sessions.create(Session("run", SCOPE, "context_testing", root, "builtin", "local", now()))
    specs = [ChildSpec(name, name, name, "t", ExecutionMode.AGENTIC, "builtin", "local") for name in CHILDREN]
    store.sessions.spawn(SCOPE, "run", specs)


def steps(store: Store, name: str, rounds: int) -> None:
    """Begin and finish, both durable before the next one."""
    for n in range(rounds):
        step = f"{name}-{n}"
        store.history.begin(SCOPE, name, step, Command("run_tests", Action.JUDGE_TESTS, {}, now()))
        store.history.finish(SCOPE, step, Result(ResultStatus.OK), SessionUpdates(state={"n": n}))


def in_threads(store: Store, rounds: int) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda name: steps(store, name, rounds), CHILDREN))


def in_turn(store: Store, rounds: int) -> None:
    for name in CHILDREN:
        steps(store, name, rounds)


def record(store: Store, events: int) -> None:
    for _ in range(events // 10):
        store.history.record(SCOPE, "run", "", [EVENT] * 10)
    store.close()


def with_the_orm(path: Path, events: int) -> None:
    engine = connect_engine(parse_address(path, 10), "BEGIN IMMEDIATE", pooled=1)
    for n in range(events):
        with OrmSession(engine) as session, session.begin():
            session.add(
                EventRecord(
                    id=10**9 + n,
                    account=SCOPE.account,
                    project=SCOPE.project,
                    session_id="run",
                    kind=EVENT.kind.value,
                    at=to_micros(EVENT.at),
                    text=EVENT.text,
                    data=to_json(EVENT.data),
                )
            )
    engine.dispose()


def measured(label: str, count: int, work: Callable[[], None]) -> float:
    """Wall-clock rate."""
    wall, cpu = perf_counter(), process_time()
    work()
    wall, cpu = perf_counter() - wall, process_time() - cpu
    print(f"{label:<52}{count / wall:>12,.0f}/s {cpu / count * 1e6:>9,.0f} µs CPU each")
    return count / wall


def main(events: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        store = open_store(path, clock=now)
        fill(store)
        turn = measured("durable steps, one caller", len(CHILDREN) * 4, lambda: in_turn(store, 2))
        store.close()
        path = Path(folder) / "threads.db"
        store = open_store(path, clock=now)
        fill(store)
        grouped = measured(f"durable steps, {THREADS} callers", len(CHILDREN) * 8, lambda: in_threads(store, 4))
        ours = measured("events, our writer, ten at a time", events, lambda: record(store, events))
        orm = measured("events, an ORM transaction each", events // 50, lambda: with_the_orm(path, events // 50))
        print(f"events: our writer is {ours / orm:.0f} times as fast")
        print(f"durable steps: {THREADS} callers together are {grouped / turn:.1f} times as fast as one")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
