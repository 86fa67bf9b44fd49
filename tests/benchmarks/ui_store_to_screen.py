"""From a write in one process to the screen of another.

    .venv/bin/python tests/benchmarks/ui_store_to_screen.py [--writes 60]

A second process records events with the time of writing in them; here the interface follows the store, and each is
timed when its row has been drawn with it. Both processes read the same clock.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"
SCREENS = Path(__file__).parents[1] / "screens"
WRITER = """
import sys, time
sys.path.insert(0, {screens!r})
import demo_store as demo
from ctxtui.core.domain.event import Event, EventKind
from ctxtui.core.domain.session import SessionStatus, SessionUpdates
clock = demo.Clock()
store = demo.open_store({path!r}, clock=clock)
for n in range({writes}):
    time.sleep(0.15)
    updates = SessionUpdates(state={{"waiting": {{"reason": f"stamp {{time.monotonic():.4f}}"}}}})
    store.sessions.change(demo.SCOPE, {session!r}, SessionStatus.ACTIVE, updates, by="bench", reason="bench")
store.close()
"""


def demo_module():
    spec = importlib.util.spec_from_file_location("demo_store", SCREENS / "demo_store.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["demo_store"] = module
    spec.loader.exec_module(module)
    return module


async def measure(demo, writes: int) -> list[float]:
    from ctxtui.app import CtxtuiApp  # noqa: PLC0415 - after the environment is set
    from ctxtui.screens.services import RunStart, UiSettings  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        clock = demo.Clock()
        story = demo.Story(demo.open_store(path, clock=clock), clock)
        demo.tell_the_whole_story(story)
        story.store.close()
        services = demo.DemoServices(path, clock, story.ref)
        app = CtxtuiApp(services, RunStart(story.ref), UiSettings(theme="ctxtui-dark", follow=False), clock)
        taken: dict[str, float] = {}
        async with app.run_test(size=(200, 45)) as pilot:
            while app.access.opened is None or app.screen.session_tree.selected is None:
                await pilot.pause(0.02)
            tree = app.screen.session_tree
            original = tree.render_line

            def render_line(y: int):
                strip = original(y)
                found = re.search(r"stamp (\d+\.\d+)", strip.text)
                if found and found[1] not in taken:
                    taken[found[1]] = time.monotonic() - float(found[1])
                return strip

            tree.render_line = render_line
            code = WRITER.format(screens=str(SCREENS), path=str(path), writes=writes, session=story.children["tax"])
            writer = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
            await writer.wait()
            await asyncio.sleep(0.5)
        return list(taken.values())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--writes", type=int, default=60)
    asked = parser.parse_args()
    taken = asyncio.run(measure(demo_module(), asked.writes))
    p95 = statistics.quantiles(taken, n=20)[-1] * 1000
    p50 = statistics.median(taken) * 1000
    print(f"{len(taken)} of {asked.writes} writes seen: p50 {p50:.0f} ms, p95 {p95:.0f} ms (bound of p95: 60)")


if __name__ == "__main__":
    main()
