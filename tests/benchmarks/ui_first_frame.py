"""How long until the first frame, against the smallest Textual program, in turns on the same machine.

    .venv/bin/python tests/benchmarks/ui_first_frame.py [--rounds 10]

Each start is a process of its own on a pseudo terminal; the time runs from its start to the first frame's end.
Of the seconds of the processor, which a busy machine changes less, the medians are told, too.
"""

# ruff: noqa: T201 - what it prints is the result

from __future__ import annotations

import argparse
import importlib.util
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCREENS = Path(__file__).parents[1] / "screens"
MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Smallest(App):
    def compose(self):
        yield Static("first frame marker")
Smallest().run()
"""
HOME = """
import sys
sys.path.insert(0, {screens!r})
from datetime import UTC, datetime
from pathlib import Path
from ctxtui.app import CtxtuiApp
from ctxtui.core.store.glance import glance_runs
from ctxtui.screens.services import HomeStart, UiSettings
class Services:
    account = "demo"
    requested_by = "ana"
    launcher = None
    deleted_runs = ()
    def glance(self):
        return glance_runs(Path({path!r}), self.account)
    def open_store(self):
        from ctxtui.core.store.opening import open_store
        return open_store({path!r}, clock=lambda: datetime.now(UTC))
CtxtuiApp(Services(), HomeStart(), UiSettings(theme="ctxtui-dark")).run()
"""


def first_frame(code: str, marker: bytes) -> tuple[float, float]:
    """Seconds from the start of a process until the marker is on its terminal: by the clock, and of the processor."""
    leader, follower = pty.openpty()
    os.set_blocking(leader, False)
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40", "TEXTUAL_ANIMATIONS": "none"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environ,
        start_new_session=True,
    )
    os.close(follower)
    seen = b""
    try:
        while marker not in seen and time.perf_counter() - began < 60:
            if select.select([leader], [], [], 0.5)[0]:
                seen += os.read(leader, 65536)
        waited = time.perf_counter() - began
    finally:
        process.kill()
        used = os.wait4(process.pid, 0)[2]
        process.returncode = -9
        os.close(leader)
    return waited, used.ru_utime + used.ru_stime


def demo_module():
    spec = importlib.util.spec_from_file_location("demo_store", SCREENS / "demo_store.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["demo_store"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    demo = demo_module()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        clock = demo.Clock()
        story = demo.Story(demo.open_store(path, clock=clock), clock)
        demo.tell_the_whole_story(story)
        story.store.close()
        home = HOME.format(screens=str(SCREENS), path=str(path))
        smallest, ours = [], []
        for _ in range(rounds):
            smallest.append(first_frame(MINIMAL, b"marker"))
            ours.append(first_frame(home, b"billing"))
    for what, place in (("by the clock", 0), ("of the processor", 1)):
        few, many = [each[place] for each in smallest], [each[place] for each in ours]
        for which, choose in (("median", statistics.median), ("fastest", min)):
            least, most = choose(few), choose(many)
            told = f"smallest {least * 1000:.0f} ms, home {most * 1000:.0f} ms, ratio {most / least:.2f}"
            print(f"{what}, {which}: {told} (bound of the median 1.25)")


if __name__ == "__main__":
    main()
