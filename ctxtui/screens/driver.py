"""Textual's driver for a terminal that may go away while something is being drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App


class LastingOutput:
    """What is written after the terminal has gone is dropped.

    Otherwise Textual's thread that writes would end with an error, and whoever writes next wait for it for ever.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        try:
            return self._file.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError:
            return

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()


class TerminalDriver(LinuxDriver):
    """Writes to a `LastingOutput`."""

    def __init__(self, app: App[Any], **options: Any) -> None:  # noqa: ANN401 - passed on as they are
        super().__init__(app, **options)
        self._file: Any = LastingOutput(self._file)
