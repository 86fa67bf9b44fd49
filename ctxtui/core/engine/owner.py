"""The lease of a run: taken, kept alive by a thread that does nothing else, and given back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ctxtui.core.domain.errors import LeaseError, StoreError
from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.scope import Scope
from ctxtui.core.engine.parts import Parts
from ctxtui.core.processes.owners import is_alive, this_process

BEAT_SECONDS = 1.0
STALE_SECONDS = 8.0
"""After so long without a heartbeat another process may have the run: nothing is touched before the next one.

It is less than the shortest silence after which anybody takes an owner for dead.
"""


def _now() -> float:
    """Seconds that also pass while the machine sleeps or the process is stopped."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.time()


@dataclass(slots=True)
class Ownership:
    """Who owns the run, from this side. `clock` counts seconds that pass while the process is stopped, too.

    `died` is the lease of an owner before that did not give it back.
    """

    parts: Parts
    scope: Scope
    lease: Lease
    clock: Callable[[], float] = _now
    died: Lease | None = None
    _beat_at: float = field(init=False)
    _is_lost: bool = False
    _finished: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self._beat_at = self.clock()

    def keep(self, lost: Callable[[BaseException], None]) -> None:
        self._thread = threading.Thread(target=self._beat, args=(lost,), name="heartbeat", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        self._finished.set()
        if self._thread is not None:
            self._thread.join()

    def is_lost(self) -> bool:
        """Whether another process may own the run by now; asked before anything that it may have taken over."""
        return self._is_lost or self.clock() - self._beat_at > STALE_SECONDS

    def _beat(self, lost: Callable[[BaseException], None]) -> None:
        try:
            while not self._finished.wait(BEAT_SECONDS):
                try:
                    self.parts.store.leases.heartbeat(self.scope, self.lease)
                except LeaseError:
                    raise
                except StoreError:
                    # A lock may go away; a store that is gone is found out by the next thing that is written.
                    continue
                self._beat_at = self.clock()
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: whatever it was, the run must hear of it
            self._is_lost = isinstance(error, LeaseError)
            lost(error)


def acquire(parts: Parts, scope: Scope, run_id: str) -> Ownership:
    """Raises LeaseError while another live process owns the run."""
    leases = parts.store.leases
    current = leases.current(scope, run_id)
    if current is not None and is_alive(current, parts.now()):
        owner = current.owner
        raise LeaseError(f"Run {run_id} is at work already: process {owner.pid} on {owner.host}.")
    return Ownership(parts, scope, leases.acquire(scope, run_id, this_process(), replace=current), died=current)
