"""Tests, usage and states of components added up, for a run and for each of its sub-packages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.views.attempts import tests_of
from ctxtui.core.views.durations import took
from ctxtui.core.views.states import BUSY, PROVED, ShownState

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


_SETTLED = frozenset({SessionStatus.COMPLETE, SessionStatus.FAILED})


class Totals:
    """Kept up row by row: ten thousand are not added up for every frame.

    `settled` components were worked on and are proved or failed; they took `settled_seconds` of work together.
    """

    def __init__(self) -> None:
        self.counts: Counter[ShownState] = Counter()
        self.tests = 0
        self.tokens = 0
        self.settled = 0
        self.settled_seconds = 0.0
        self._costs = 0.0
        self._priced = 0

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def proved(self) -> int:
        return sum(self.counts[state] for state in PROVED)

    @property
    def busy(self) -> int:
        return sum(self.counts[state] for state in BUSY)

    @property
    def left_out(self) -> int:
        return self.counts[ShownState.SKIPPED] + self.counts[ShownState.CANCELLED]

    @property
    def cost(self) -> float | None:
        """In US dollars; None where no agent reported one."""
        return max(self._costs, 0.0) if self._priced else None

    def replace(self, before: ChildRow | None, was: ShownState | None, after: ChildRow, now: ShownState) -> None:
        """Counts a component's row in place of the one before it."""
        if was is not now:
            self.counts[now] += 1
            if was is not None:
                self.counts[was] -= 1
        if before is not after:
            if before is not None:
                self._add(before, -1)
            self._add(after, 1)

    def _add(self, row: ChildRow, sign: int) -> None:
        self.tests += sign * tests_of(row)
        if row.attempts and row.status in _SETTLED:
            self.settled += sign
            spans = (took(row, one, one.started_at) for one in row.attempts)
            self.settled_seconds += sign * sum(span.total_seconds() for span in spans)
        for attempt in row.attempts:
            usage = attempt.usage
            self.tokens += sign * (usage.input_tokens + usage.output_tokens)
            if usage.cost is not None:
                self._costs += sign * usage.cost
                self._priced += sign


def packages_above(name: str) -> list[str]:
    """The packages in which a dotted name lies, the outermost first: "a.b.c" lies in "a" and "a.b"."""
    parts = name.split(".")[:-1]
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
