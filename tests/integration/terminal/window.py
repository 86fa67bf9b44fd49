"""A program on a pseudo terminal of any size: what stands on its screen, and a person's keys and mouse."""

from __future__ import annotations

import codecs
import functools
import os
import re
import signal
import sys
import termios
import time
from pathlib import Path

import pexpect

SLOWLY = float(os.environ.get("CTXTUI_SCENARIO_SECONDS", "0"))
"""Seconds after every key, to watch a scenario with `pytest -s`; this terminal then shows what the program draws."""
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "alt+enter": "\x1b\r",
} | {f"ctrl+{chr(letter)}": chr(letter - 96) for letter in range(ord("a"), ord("z") + 1)}
_APART = 0.15
"""Seconds after an escape, which otherwise would be taken for the beginning of a longer sequence."""
_UNKNOWN_TO_PYTE = re.compile(
    r"\x1b\[[<=>][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP[^\x1b]*\x1b\\|\x1b\]22;[^\x07]*\x07"
)
_UNFINISHED = re.compile(r"\x1b(?:\][^\x07\x1b]*|[^a-zA-Z\x07]{0,200})$")
_STYLES = re.compile(rb"\x1b\[[0-9;?<>=]*[a-zA-Z]")


def _remember_cells(cell: type) -> None:
    """A screen makes a cell out of the one before it for each character drawn: a third of what a scenario costs."""
    if not hasattr(cell._replace, "cache_info"):
        cell._replace = functools.lru_cache(1 << 14)(cell._replace)


class Window:
    """`size` is columns and lines. Texts are looked for with all runs of blanks as one."""

    def __init__(
        self, argv: list[str], folder: Path, environ: dict[str, str], *, size: tuple[int, int] = (120, 40)
    ) -> None:
        import pyte  # noqa: PLC0415 - the fixture skips the test where it is missing

        _remember_cells(pyte.screens.Char)
        self.screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self._lines: dict[int, str] = {}
        self._rest = ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.sent = b""
        self.program = pexpect.spawn(
            argv[0], argv[1:], cwd=str(folder), env=environ, dimensions=(size[1], size[0]), timeout=1
        )
        self.modes = termios.tcgetattr(self.program.child_fd)[3]

    @property
    def lines(self) -> list[str]:
        """Put together anew only where something was drawn: whoever waits asks for them twenty times a second."""
        columns = range(self.screen.columns)
        for row in self.screen.dirty:
            line = self.screen.buffer[row]
            self._lines[row] = "".join(line[column].data for column in columns).rstrip()
        self.screen.dirty.clear()
        return [self._lines.get(row, "") for row in range(self.screen.lines)]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line_with(self, text: str) -> str:
        return next(line for line in self.lines if text in line)

    def row_of(self, text: str) -> int:
        return next(row for row, line in enumerate(self.lines) if text in line)

    def style_of(self, text: str) -> object:
        """How the first cell of a text is drawn: pyte's `fg`, `bg`, `bold`, `reverse` and so on."""
        row = self.row_of(text)
        return self.screen.buffer[row][self.lines[row].index(text)]

    def look(self, seconds: float = 0.05) -> str:
        """Takes in what the program drew within that time."""
        try:
            data = self.program.read_nonblocking(1 << 16, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            data = b""
        self.sent += data
        if SLOWLY and data:
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
        text = self._rest + self._decode(data)
        cut = _UNFINISHED.search(text)
        text, self._rest = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
        self._stream.feed(_UNKNOWN_TO_PYTE.sub("", text))
        return self.text

    def sees(self, *texts: str, seconds: float = 60.0) -> float:
        """Waits until all of the texts are on the screen; how long that took."""
        return self._wait(lambda shown: all(text in shown for text in texts), f"{texts} did not show up", seconds)

    def sees_no(self, *texts: str, seconds: float = 60.0) -> float:
        """Waits until none of the texts is on the screen any more."""
        return self._wait(lambda shown: not any(text in shown for text in texts), f"{texts} did not go", seconds)

    def _wait(self, is_so, told: str, seconds: float) -> float:
        began = time.monotonic()
        while not is_so(" ".join(self.look().split())):
            waited = time.monotonic() - began
            assert waited < seconds, f"{told} in {seconds} s; on the screen was:\n{self.text}"
            assert self.program.isalive() or not self.program.flag_eof, self._last_seen()
        return time.monotonic() - began

    def _last_seen(self) -> str:
        status = f"exit status {self.program.exitstatus}, signal {self.program.signalstatus}"
        return f"the program ended ({status}), and wrote last {self.sent[-400:]!r}; on the screen was:\n{self.text}"

    def press(self, *keys: str) -> None:
        """One key after the other, each taken in before the next is typed."""
        for key in keys:
            self.program.send(KEYS.get(key, key))
            self.look(0.2)
            time.sleep(max(SLOWLY, _APART if key == "escape" else 0))

    def type(self, text: str) -> None:
        self.press(*text)

    def wheel(self, turns: int, *, at: tuple[int, int]) -> None:
        """Turns the wheel over a column and row, counted from 0; downwards where `turns` is positive."""
        for _ in range(abs(turns)):
            self._mouse(65 if turns > 0 else 64, at, "M")

    def click(self, text: str) -> None:
        """Clicks on the first cell of a text."""
        row = self.row_of(text)
        at = (self.lines[row].index(text), row)
        self._mouse(0, at, "M")
        self._mouse(0, at, "m")

    def _mouse(self, button: int, at: tuple[int, int], event: str) -> None:
        self.program.send(f"\x1b[<{button};{at[0] + 1};{at[1] + 1}{event}")
        self.look(0.2)
        time.sleep(SLOWLY)

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        self.program.setwinsize(lines, columns)
        self.look(0.3)

    def ends(self, seconds: float = 30.0) -> str:
        """Waits for the program's end; what it wrote after it gave the terminal back."""
        limit = time.monotonic() + seconds
        while self.program.isalive() or not self.program.flag_eof:
            self.look()
            assert time.monotonic() < limit, f"it did not end; on the screen was:\n{self.text}"
        assert termios.tcgetattr(self.program.child_fd)[3] == self.modes, "the terminal is not as it was"
        _screen, back, rest = self.sent.rpartition(b"\x1b[?1049l")
        assert back, f"the other screen was not left: {self.sent[-200:]!r}"
        return _STYLES.sub(b"", rest).decode()

    def leave(self) -> str:
        """Presses q; what stays in the scrollback."""
        self.program.send("q")
        rest = self.ends()
        assert self.program.exitstatus == 0, (self.program.exitstatus, self.program.signalstatus, rest)
        return rest

    def close(self) -> None:
        if self.program.isalive():
            self.program.kill(signal.SIGKILL)
            self.program.wait()
        self.program.close()
