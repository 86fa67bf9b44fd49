"""A terminal to look at and to type into, and a small project with the scripted agent."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import termios
import time
from pathlib import Path

import pexpect
import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "doubles"))

from scripted_agent import descriptor, write_script

LINES, COLUMNS = 40, 120
_PIECES = re.compile(rb"\x1b\[([0-9;?<>=$ ]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()].|\x1b[=>78cMDE]")
_UNFINISHED = re.compile(rb"\x1b[^a-zA-Z]{0,64}$|[\xc0-\xff][\x80-\xbf]{0,2}$")


class Picture:
    """What a terminal shows after the bytes it was sent: places and text; colours are left out."""

    def __init__(self) -> None:
        self.rows = [[" "] * COLUMNS for _ in range(LINES)]
        self.row = self.column = 0
        self._rest = b""

    def feed(self, data: bytes) -> None:
        data = self._rest + data
        cut = _UNFINISHED.search(data)
        data, self._rest = (data[: cut.start()], data[cut.start() :]) if cut else (data, b"")
        place = 0
        for piece in _PIECES.finditer(data):
            self._write(data[place : piece.start()].decode("utf-8", "replace"))
            self._obey(piece[1], piece[2])
            place = piece.end()
        self._write(data[place:].decode("utf-8", "replace"))

    def _obey(self, numbers: bytes | None, letter: bytes | None) -> None:
        if letter == b"H":
            row, _, column = (numbers or b"").decode().partition(";")
            self.row, self.column = int(row or 1) - 1, int(column or 1) - 1
        elif letter == b"J" and self.row < LINES:
            self.rows = [[" "] * COLUMNS for _ in range(LINES)]
        elif letter == b"K" and self.row < LINES:
            self.rows[self.row][self.column :] = [" "] * (COLUMNS - self.column)

    def _write(self, text: str) -> None:
        for char in text:
            if char == "\r":
                self.column = 0
            elif char == "\n":
                self.row += 1
            elif self.row < LINES and self.column < COLUMNS and char >= " ":
                self.rows[self.row][self.column] = char
                self.column += 1

    @property
    def text(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self.rows)


class Window:
    """A program on a pseudo terminal."""

    def __init__(self, argv: list[str], folder: Path, environ: dict[str, str]) -> None:
        self.picture = Picture()
        self.sent = b""
        self.program = pexpect.spawn(
            argv[0], argv[1:], cwd=str(folder), env=environ, dimensions=(LINES, COLUMNS), timeout=1
        )
        self.modes = termios.tcgetattr(self.program.child_fd)[3]

    def look(self, seconds: float = 0.05) -> str:
        try:
            data = self.program.read_nonblocking(1 << 16, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            data = b""
        self.sent += data
        self.picture.feed(data)
        return self.picture.text

    def sees(self, *texts: str, seconds: float = 60.0) -> float:
        """Waits until all of the texts are on the screen, blanks counting as one; how long that took."""
        began = time.monotonic()
        while not all(text in " ".join(self.look().split()) for text in texts):
            waited = time.monotonic() - began
            assert waited < seconds, f"{texts} did not show up in {seconds} s; on the screen was:\n{self.picture.text}"
        return time.monotonic() - began

    def press(self, *keys: str) -> None:
        """One key after the other, each taken in before the next is typed."""
        for key in keys:
            self.program.send(key)
            self.look(0.2)

    def leave(self) -> str:
        """Presses q; what the program wrote after it gave the terminal back."""
        self.program.send("q")
        limit = time.monotonic() + 30
        while self.program.isalive() or not self.program.flag_eof:
            self.look()
            assert time.monotonic() < limit, f"it did not leave; on the screen was:\n{self.picture.text}"
        assert self.program.exitstatus == 0
        assert termios.tcgetattr(self.program.child_fd)[3] == self.modes, "the terminal is not as it was"
        screen, back, rest = self.sent.rpartition(b"\x1b[?1049l")
        assert back, f"the other screen was not left: {screen[-200:]!r}"
        return re.sub(rb"\x1b\[[0-9;?<>=]*[a-zA-Z]", b"", rest).decode()

    def close(self) -> None:
        self.program.close(force=True)


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
        self.script = write_script(folder / "agent", {f"shop.{name}": steps for name, steps in turns.items()})
        (folder / "config").mkdir()
        lines = ['agent = "scripted"', "jobs = 2", "max_attempts = 1", 'rungs = ["fence", "collects", "passes"]']
        lines += ['sandbox = "off"', "[agents.scripted]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in descriptor(self.script).items()]
        (folder / "config" / "config.toml").write_text("\n".join(lines))
        self.environ = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "HOME": str(folder),
            **{f"CTXTUI_{place.upper()}_DIR": str(folder / place) for place in ("data", "cache", "config")},
        }
        self.windows: list[Window] = []

    def git(self, *words: str) -> str:
        identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
        argv = ["git", "-C", str(self.root), *identity, *words]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()

    def type(self, *words: str) -> Window:
        """Types `ctxtui WORDS` into a terminal of its own."""
        window = Window([sys.executable, "-m", "ctxtui", *words], self.root, self.environ)
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


@pytest.fixture
def project_of(tmp_path):
    """Makes a project; everything it started is ended with the test."""
    try:
        ends = os.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo terminal can be had: {error.strerror}")
    for end in ends:
        os.close(end)
    made = []

    def make(turns: dict[str, list[list[list[object]]]]) -> Project:
        made.append(Project(tmp_path, turns))
        return made[-1]

    yield make
    for project in made:
        project.end()
