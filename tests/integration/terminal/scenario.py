"""A scenario's two steps: a run is prepared by shell words, then the interface is driven view by view."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import psutil
from scripted_agent import descriptor, write_script
from surroundings import NO_PLUGINS
from window import Window

GOOD = "from shop.{name} import value\n\n\ndef test_value():\n    assert value() == '{name}'\n"
BAD = GOOD.replace("==", "!=")
BRANCH = "test-context-testing-session-for-shop"
VIEWS = {
    "help": ("?", "On this screen"),
    "diff": ("d", "the tests that were written"),
    "history": ("i", "everything that happened"),
    "timeline": ("t", "the run over time"),
    "new run": ("n", "New run"),
    "machine": ("D", "This machine"),
    "messages": ("M", "what was told since the start"),
    "commands": (":", "Search for commands"),
}
"""The key that leads to a view, and a text that stands on it alone."""


def writes(name: str, text: str = GOOD) -> list[list[str]]:
    """A turn in which the agent writes the module's tests."""
    return [["write", "{test_path}", text.format(name=name)]]


def until(is_so, seconds: float = 60.0) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, "it did not come about in time"
        time.sleep(0.02)


class Project:
    """A package with a module for each name, and the scripted agent, whose turns are `turns`."""

    def __init__(self, folder: Path, turns: dict[str, list[list[list[object]]]]) -> None:
        self.root = folder / "shop"
        (self.root / "shop").mkdir(parents=True)
        (self.root / "shop" / "__init__.py").write_text("")
        for name in turns:
            (self.root / "shop" / f"{name}.py").write_text(f"def value():\n    return '{name}'\n")
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "shop")
        self.script = write_script(folder / "agent", {})
        self.write_script(turns)
        (folder / "config").mkdir()
        lines = ['agent = "scripted"', "jobs = 2", "max_attempts = 1", 'rungs = ["fence", "collects", "passes"]']
        lines += ['sandbox = "off"', f'pass_env = ["{NO_PLUGINS}"]', "[agents.scripted]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in descriptor(self.script).items()]
        (folder / "config" / "config.toml").write_text("\n".join(lines))
        self.environ = {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "HOME": str(folder),
            NO_PLUGINS: "1",
            **{f"CTXTUI_{place.upper()}_DIR": str(folder / place) for place in ("data", "cache", "config")},
        }
        self.windows: list[Window] = []

    def write_script(self, turns: dict[str, list[list[list[object]]]]) -> None:
        """What the agent does from now on, by module."""
        write_script(self.script.parent, {f"shop.{name}": steps for name, steps in turns.items()})

    def git(self, *words: str) -> str:
        identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
        argv = ["git", "-C", str(self.root), *identity, *words]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()

    def shell(self, words: str, *, code: int = 0) -> str:
        """Shell words in the project's folder, as in `ctxtui run shop --headless`; what they print."""
        done = subprocess.run(
            shlex.split(words), cwd=self.root, env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def type(self, *words: str, size: tuple[int, int] = (120, 40), **variables: str) -> Window:
        """Types `ctxtui WORDS` into a terminal of its own; `variables` are more of its environment."""
        argv = [sys.executable, "-m", "ctxtui", *words]
        window = Window(argv, self.root, self.environ | variables, size=size)
        self.windows.append(window)
        return window

    def processes(self, word: str = "") -> list[psutil.Process]:
        """Every process that this project started and that still lives."""
        mark = self.environ["CTXTUI_DATA_DIR"]
        found = psutil.process_iter(["environ", "cmdline", "status"])
        return [
            process
            for process in found
            if (process.info["environ"] or {}).get("CTXTUI_DATA_DIR") == mark
            and process.info["status"] != psutil.STATUS_ZOMBIE
            and (not word or word in (process.info["cmdline"] or ()))
        ]

    def end(self) -> None:
        for window in self.windows:
            window.close()
        for process in self.processes():
            process.kill()


def go_to(window: Window, view: str) -> None:
    """Opens a view by its key and waits until it is there."""
    key, landmark = VIEWS[view]
    window.press(key)
    window.sees(landmark)


def come_back(window: Window, view: str) -> None:
    """Closes a view and waits until it is gone."""
    window.press("escape")
    window.sees_no(VIEWS[view][1])
