"""Which rows of the tree are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ctxtui.core.views.states import BUSY, ShownState

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


class StateFilter(Enum):
    ALL = "all"
    FAILED = "failed"
    RUNNING = "running"
    NEEDS_YOU = "needs you"


WAITING = frozenset({ShownState.NEEDS_YOU, ShownState.FAILED, ShownState.CANCELLED, ShownState.INTERRUPTED})
"""The states that `n` goes to: as long as the run has not ended, somebody has to decide about such a component."""
_STATES: dict[StateFilter, frozenset[ShownState]] = {
    StateFilter.ALL: frozenset(ShownState),
    StateFilter.FAILED: frozenset({ShownState.FAILED}),
    StateFilter.RUNNING: BUSY,
    StateFilter.NEEDS_YOU: WAITING,
}


@dataclass(frozen=True, slots=True)
class TreeFilter:
    """Both must agree: the state, and every word of `text` somewhere in the name or the path."""

    by_state: StateFilter = StateFilter.ALL
    text: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.text) or self.by_state is not StateFilter.ALL

    def shows(self, row: ChildRow, state: ShownState) -> bool:
        if state not in _STATES[self.by_state]:
            return False
        if not self.text:
            return True
        where = f"{row.name} {row.test_path}".casefold()
        return all(word in where for word in self.text.casefold().split())

    def describe(self) -> str:
        parts = [self.by_state.value] if self.by_state is not StateFilter.ALL else []
        if self.text:
            parts.append(f"“{self.text}”")
        return " · ".join(parts)
