"""What something that takes a while is at, and since when, on a line that is gone afterwards."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

from ctxtui.cli.output.lines import Output
from ctxtui.cli.output.report import duration
from ctxtui.cli.output.status_line import StatusLine

_SECONDS = 1.0
"""Between two times that are shown."""


class Stages:
    """Use it as a context manager around the work, which calls `enter` with each thing that it begins."""

    def __init__(self, output: Output, what: str) -> None:
        self._output = output
        self._what = what
        self._line = StatusLine(output)
        self._stage = ""
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._tick, name="stages", daemon=True)

    def __enter__(self) -> Self:
        if self._line.is_visible:
            self._thread.start()
        else:
            self._output.reassure(f"{self._what}…")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._line.clear()

    def enter(self, stage: str) -> None:
        self._stage = stage
        self._show()

    def _tick(self) -> None:
        while not self._ended.wait(_SECONDS):
            self._show()

    def _show(self) -> None:
        with self._lock:
            passed = time.monotonic() - self._began
            told = f" · {duration(passed)}" if passed >= _SECONDS else ""
            self._line.show(f"{self._what}{f': {self._stage}' if self._stage else ''}{told}")
