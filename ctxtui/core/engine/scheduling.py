"""Who may start now. Pure: equal situations give equal answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Room:
    """What keeps children from starting: `jobs` at a time, and whether anything new may start at all."""

    jobs: int
    is_open: bool = True


def may_start(queue: Iterable[str], under_way: Collection[str], room: Room) -> tuple[str, ...]:
    """Those of the queue that start now, in its order; one whose last work still ends waits without blocking others."""
    if not room.is_open:
        return ()
    ready = (child_id for child_id in queue if child_id not in under_way)
    return tuple(islice(ready, max(0, room.jobs - len(under_way))))
