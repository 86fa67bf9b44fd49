"""How long until the first frame, against the smallest Textual program, in turns on the same machine.

    .venv/bin/python tests/benchmarks/ui_first_frame.py [--rounds 10]

Each start is a process of its own on a pseudo terminal; the time runs from its start to the first frame's end.
Of the seconds of the processor, which a busy machine changes less, the medians are told, too. "home" is the
interface alone, "command" the whole program as it is typed. All run from bytecode, as installed programs do,
whatever PYTHONDONTWRITEBYTECODE says here.
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
from ctxtui.core.processes.garbage import begin_uncollected
begin_uncollected()
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


def first_frame(arguments: tuple[str, ...], marker: bytes, folder: Path) -> tuple[float, float]:
    """Seconds from the start of Python until the marker is on its terminal: by the clock, and of the processor."""
    leader, follower = pty.openpty()
    os.set_blocking(leader, False)
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40", "TEXTUAL_ANIMATIONS": "none"}
    environ |= {"CTXTUI_DATA_DIR": str(folder), "CTXTUI_ACCOUNT": "demo", "CTXTUI_UI_THEME": "ctxtui-dark"}
    environ |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
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
        path = Path(folder) / "ctxtui.db"
        clock = demo.Clock()
        story = demo.Story(demo.open_store(path, clock=clock), clock)
        demo.tell_the_whole_story(story)
        story.store.close()
        starts = {
            "smallest": (("-c", MINIMAL), b"marker"),
            "home": (("-c", HOME.format(path=str(path))), b"billing"),
            "command": (("-m", "ctxtui"), b"billing"),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in starts}
        for number in range(rounds + 1):
            for name, (arguments, marker) in starts.items():
                seconds = first_frame(arguments, marker, Path(folder))
                if number:  # the first start of each writes its bytecode
                    taken[name].append(seconds)
    for what, place in (("by the clock", 0), ("of the processor", 1)):
        for which, choose in (("median", statistics.median), ("fastest", min)):
            chosen = {name: choose([each[place] for each in seconds]) for name, seconds in taken.items()}
            least = chosen["smallest"]
            told = ", ".join(f"{name} {one * 1000:.0f} ms ({one / least:.2f})" for name, one in chosen.items())
            print(f"{what}, {which}: {told} (bound of the median 1.25)")


if __name__ == "__main__":
    main()
