"""From a key to the repainted row, with many rows and many updates; and the memory that it takes.

    .venv/bin/python tests/benchmarks/ui_key_to_repaint.py [--keys 100]

Rows come through the same model, filter and tree as in a run; only the store is left out, so that the figure is
the interface's own. Updates are put where the follower puts them: merged, told of, and taken at most 20 times a second.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from ctxtui.app import CtxtuiApp
from ctxtui.core.domain.attempt import Attempt, Usage
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.scope import Scope
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.ports.store import ChildRow, StoredEvent
from ctxtui.core.views.run_view import Delta
from ctxtui.screens.follower import Tail
from ctxtui.screens.services import RunRef, RunStart, UiSettings

os.environ["TEXTUAL_ANIMATIONS"] = "none"
SCREENS = Path(__file__).parents[1] / "screens"
SCOPE = Scope("demo", "shop")
LINES_A_SECOND = 1000
STEPS = ("generate_tests", "run_tests", "fix_failures")


def rows(number: int) -> dict[str, ChildRow]:
    now = datetime.now(UTC)
    parent = ChildRow(
        "run", None, "c", "huge", "tests", 0, SessionStatus.ACTIVE, {"jobs": 8}, "builtin",
        "spawn_component_testing_sessions", now, (), 3, "", None, now, now, 1,
    )  # fmt: skip
    attempt = Attempt("a", "", 1, "", now, usage=Usage(1000, 200, 0, 0.01))
    children = [
        replace(
            parent,
            id=f"child-{n}",
            parent_id="run",
            name=f"module_{n:05}",
            pending_step=STEPS[n % 3],
            attempts=(attempt,),
            test_path=f"tests/test_module_{n:05}.py",
        )
        for n in range(number)
    ]
    return {row.id: row for row in (parent, *children)}


class Feeder:
    """Changes rows at a rate, in a process-like burst every 10 ms, from a thread of its own."""

    def __init__(self, all_rows: dict[str, ChildRow], rate: int, lease: Lease, tell: Callable[[], None]) -> None:
        self._rows = list(all_rows.values())[1:]
        self._rate = rate
        self._lease = lease
        self._tell = tell
        self._lock = threading.Lock()
        self._pending: dict[str, ChildRow] = {}
        self._stop = threading.Event()
        self._session_id, self._said, self._listens_since = "", 0, time.monotonic()
        self.error = ""
        self.applied = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        if self._rate:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._rate:
            self._thread.join()

    def turn_to(self, _run: RunRef | None, _tell: Callable[[], None] | None = None) -> None: ...

    def listen_to(self, _run: RunRef, session_id: str) -> None:
        """A thousand lines a second are said by the session that is listened to."""
        self._session_id, self._said, self._listens_since = session_id, 0, time.monotonic()

    def take_tail(self) -> Tail | None:
        due = int((time.monotonic() - self._listens_since) * LINES_A_SECOND) if self._rate else 0
        said, now = range(self._said, due), datetime.now(UTC)
        self._said = max(due, self._said)
        events = tuple(
            StoredEvent(n, self._session_id, "i", Event(EventKind.OUTPUT, now, f"line {n} of what the agent says"))
            for n in said
        )
        return Tail(self._session_id, events, is_whole=False) if events else None

    def take(self) -> Delta | None:
        with self._lock:
            pending, self._pending = self._pending, {}
        self.applied += len(pending)
        return Delta(pending, {}, self._lease) if pending else None

    def _run(self) -> None:
        n = 0
        while not self._stop.wait(0.01):
            burst = {}
            for _ in range(self._rate // 100):
                row = self._rows[n % len(self._rows)]
                step = STEPS[n % 3] if n % 50 == 0 else row.pending_step
                burst[row.id] = replace(row, last_action=f"writing line {n}", pending_step=step)
                n += 1
            with self._lock:
                self._pending |= burst
            self._tell()


async def measure(demo, number: int, rate: int, keys: int) -> tuple[list[float], float, float]:
    with tempfile.TemporaryDirectory() as folder:
        clock = lambda: datetime.now(UTC)  # noqa: E731 - a clock
        ref = RunRef(SCOPE, "run")
        services = demo.DemoServices(Path(folder) / "store.db", clock, ref)
        app = CtxtuiApp(services, RunStart(ref), UiSettings(theme="ctxtui-dark", follow=False), clock)
        all_rows = rows(number)
        lease = Lease("run", demo.living_owner(), 1, datetime.now(UTC))
        async with app.run_test(size=(120, 40)) as pilot:
            while app.access.opened is None:
                await pilot.pause(0.02)
            app.access.opened.follower.stop()
            screen = app.screen
            screen._arrivals.show(screen.run.apply(Delta(all_rows, {}, lease)))
            await pilot.pause()
            feeder = Feeder(all_rows, rate, lease, screen.news.ask)
            app.access.opened.follower = feeder
            await pilot.press("3")
            feeder.start()
            await asyncio.sleep(0.3)
            busy, began = time.thread_time(), time.perf_counter()
            taken = [await key_to_repaint(app, screen.session_tree, "down" if n % 2 else "up") for n in range(keys)]
            share = (time.thread_time() - busy) / (time.perf_counter() - began)
            memory = psutil.Process().memory_info().rss / 2**20
        return taken, share, memory


async def key_to_repaint(app, tree, key: str) -> float:
    """Seconds until the row that the key selected has been drawn."""
    drawn = asyncio.Event()
    original = tree.render_line

    def render_line(y: int):
        if y + tree.scroll_offset.y == tree.cursor:
            drawn.set()
        return original(y)

    from textual import events  # noqa: PLC0415 - only here

    await asyncio.sleep(0.03)
    tree.render_line = render_line
    began = time.perf_counter()
    app.post_message(events.Key(key, None))
    await asyncio.wait_for(drawn.wait(), 60)
    tree.render_line = original
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=100)
    keys = parser.parse_args().keys
    spec = importlib.util.spec_from_file_location("demo_store", SCREENS / "demo_store.py")
    demo = importlib.util.module_from_spec(spec)
    sys.modules["demo_store"] = demo
    spec.loader.exec_module(demo)
    for number in (100, 1000, 10000):
        for rate in (0, 5000):
            taken, share, memory = asyncio.run(measure(demo, number, rate, keys))
            p50 = statistics.median(taken) * 1000
            p95 = statistics.quantiles(taken, n=20)[-1] * 1000
            load = f"processor {share * 100:3.0f} %, memory {memory:.0f} MiB"
            print(f"{number:>6} rows {rate:>5} updates/s: p50 {p50:5.1f} ms, p95 {p95:5.1f} ms, {load}")


if __name__ == "__main__":
    main()
