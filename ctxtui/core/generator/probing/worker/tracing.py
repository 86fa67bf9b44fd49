"""Which jumps between lines of one source file a call took."""

from __future__ import annotations

import contextlib
import sys
from types import CodeType, FrameType
from typing import Any, Callable, Iterator, Tuple

Arc = Tuple[int, int]


class ArcTracer:
    """Collects (line before, line) pairs of one file while it is on; `steps` counts all that ran.

    Those are the lines of that file and the functions of any. `entered` is shown each call of a function of the file.
    """

    def __init__(self, filename: str, entered: Callable[[FrameType], None]) -> None:
        self._filename = filename
        self._entered = entered
        self._is_ours: dict[CodeType, bool] = {}
        self.arcs: set[Arc] = set()
        self.steps = 0

    def start(self) -> None:
        self.arcs = set()
        self.steps = 0
        sys.settrace(self._enter)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        sys.settrace(None)
        try:
            yield
        finally:
            sys.settrace(self._enter)

    @staticmethod
    def stop() -> None:
        sys.settrace(None)

    def _enter(self, frame: FrameType, event: str, _arg: object) -> Callable[..., Any] | None:
        self.steps += 1
        code = frame.f_code
        is_ours = self._is_ours.get(code)
        if is_ours is None:
            is_ours = self._is_ours[code] = code.co_filename == self._filename
        if not is_ours or event != "call":
            return None
        self._entered(frame)
        arcs = self.arcs
        last = -code.co_firstlineno

        def follow(inner: FrameType, what: str, _arg: object) -> Callable[..., Any]:
            nonlocal last
            if what == "line":
                self.steps += 1
                line = inner.f_lineno
                arcs.add((last, line))
                last = line
            elif what == "return":
                arcs.add((last, -code.co_firstlineno))
            return follow

        return follow
