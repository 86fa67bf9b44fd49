"""Tries small changes to a module on what holds, and shares the time for it among those that try."""

from __future__ import annotations

import inspect
import itertools
from types import ModuleType
from typing import Any, Callable, Mapping, Sequence

from .caches import cached_functions, forget
from .mutation import killers, live_functions, mutants_of, other_defaults_of, survivors_of
from .replay import Replayer

Record = Mapping[str, Any]
Send = Callable[[Record], None]
NOTICED = "noticed"
JUDGED = "judged"


class Judging:
    """The changes to one module, tried on the cases of one target after the other, each time in a child.

    The parent takes what its children say: so each knows which changes were noticed before, and has the time that
    earlier ones left over.
    """

    def __init__(self, module: ModuleType, replayer: Replayer, request: Record, cases: int) -> None:
        self._module = module
        self._replayer = replayer
        self._survivors: Sequence[str] = request["survivors"]
        self._changes: Record = request["changes"]
        self._seconds = float(request["mutation_seconds"])
        self._cases = cases
        self._noticed: set[int] = set()
        if self._seconds:
            live_functions(module)  # looked through before the forks, which then all know it

    def share(self, cases: int) -> float:
        """Seconds for so many cases of those that are left."""
        seconds = self._seconds * cases / max(self._cases, 1)
        self._seconds -= seconds
        self._cases -= cases
        return seconds

    def take(self, record: Record) -> None:
        if record["type"] == NOTICED:
            self._noticed.add(record["mutant"])
        elif record["type"] == JUDGED:
            self._seconds += max(record["left"], 0.0)

    def judge(self, target: str, cases: Sequence[Record], seconds: float, send: Send) -> None:
        """Tells which small changes to the module each case would notice."""
        filename = inspect.getsourcefile(self._module)
        if not (seconds and filename):
            return
        lines = frozenset(line for case in cases for arc in case["arcs"] for line in arc)
        mutants = itertools.chain(
            survivors_of(self._module, filename, self._survivors, lines),
            other_defaults_of(self._module, lines),
            mutants_of(self._module, filename, self._changes, lines, self._order(target)),
        )
        cached = cached_functions(self._module)

        def holds(case: Record) -> bool:
            forget(cached)
            return self._replayer.holds_quickly(case)

        work = self._replayer.work
        deadline = work.for_seconds(seconds)
        for number, noticing in killers(mutants, cases, holds, deadline, work):
            send({"type": NOTICED, "mutant": number, "ids": noticing})
        send({"type": JUDGED, "left": deadline.left()})

    def _order(self, target: str) -> Callable[[int, str], tuple[bool, bool]]:
        """Changes first that nothing has noticed so far, and of them those in the target itself."""
        own = (target, f"{target}.__init__")
        return lambda number, function: (number in self._noticed, function not in own)
