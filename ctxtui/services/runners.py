"""The runners that this program started: one for a run, however often one is asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ctxtui.core.domain.scope import Scope

_LOOK_SECONDS = 0.05
_MOST_SECONDS = 30.0
"""How long a runner may take until it owns its run; another one is started then."""


class Runner(Protocol):
    """A process, as far as it is looked at here."""

    def poll(self) -> int | None:
        """Its exit code; None while it lives."""
        ...


@dataclass(slots=True)
class Runners:
    """`start` starts a runner, `is_owned` says whether anybody works on a run; every key that asks calls `ensure`."""

    start: Callable[[Scope, str], Runner]
    is_owned: Callable[[Scope, str], bool]
    steady_seconds: float = 3.0
    _started: dict[str, Runner] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ensure(self, scope: Scope, run_id: str) -> None:
        """Starts a runner, unless one that was started before takes the run over; blocks until that is known.

        A runner lives on for a moment after it gave its run up, and answers no more: that it lives is not enough.
        """
        with self._lock:
            runner, until = self._started.get(run_id), time.monotonic() + _MOST_SECONDS
            while runner is not None and runner.poll() is None and time.monotonic() < until:
                if self.is_owned(scope, run_id):
                    return
                time.sleep(_LOOK_SECONDS)
            self._started[run_id] = self.start(scope, run_id)

    def ended_at_once(self, scope: Scope, run_id: str, has_served: Callable[[], bool] = lambda: False) -> int | None:
        """The exit code of a runner that could not work on the run, though it may have owned it for a moment.

        Blocks until that is known; None of one that has worked on it for a while, or `has_served` what it is for.
        """
        runner, owned_at = self._started[run_id], 0.0
        until = time.monotonic() + _MOST_SECONDS
        while (code := runner.poll()) is None and (now := time.monotonic()) < until and not has_served():
            if self.is_owned(scope, run_id):
                owned_at = owned_at or now
                if now - owned_at >= self.steady_seconds:
                    return None
            time.sleep(_LOOK_SECONDS)
        return code
