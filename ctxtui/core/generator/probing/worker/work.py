"""Time measured by work done, so that a busy machine comes to the same end as an idle one."""

from __future__ import annotations

import time

A_CALL = 0.0006
"""Seconds that it takes on an ordinary machine to make a call, to look at what it gave and to think of the next."""
A_STEP = 0.000002
"""Seconds for each line and each function that a call ran."""
A_CHANGE = 0.0006
"""Seconds to put a small change into the module."""
A_TRIAL = 0.0002
"""Seconds to repeat a call with a change in place, beside its steps."""
TOO_DEEP = 0.005
"""Seconds until what calls itself without end is stopped."""
AN_OVERRUN = 0.2
"""Seconds for a call that did not come back in its time."""
MOST_FOR_WORK = 4.0
"""How many times as long as the work should take it may take: what C code does is not seen as work."""


class Work:
    """What a process has done so far, in seconds of an ordinary machine."""

    def __init__(self) -> None:
        self.done = 0.0
        self.overruns = 0

    def add_call(self, steps: int) -> None:
        self.done += A_CALL + steps * A_STEP

    def add(self, seconds: float) -> None:
        self.done += seconds

    def add_overrun(self, seconds: float) -> None:
        self.done += seconds
        self.overruns += 1

    def for_seconds(self, seconds: float) -> Deadline:
        return Deadline(self, seconds)


class Deadline:
    """The moment at which so much more work will be done."""

    def __init__(self, work: Work, seconds: float) -> None:
        self._work = work
        self._end = work.done + seconds
        self._latest = time.process_time() + seconds * MOST_FOR_WORK

    def left(self) -> float:
        """Seconds of work; none when it took far longer than it should have."""
        return self._end - self._work.done if time.process_time() < self._latest else 0.0

    def is_over(self) -> bool:
        return self.left() <= 0
