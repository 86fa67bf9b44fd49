"""Which rows of the tree are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ctxtui.core.engine.shown import BUSY, TROUBLED, ShownState
from ctxtui.core.ports.store import ChildRow


class StateFilter(Enum):
    """`states` None shows all."""

    ALL = ("all", None)
    FAILED = ("failed", TROUBLED - {ShownState.NEEDS_YOU} | {ShownState.INTERRUPTED})
    RUNNING = ("running", BUSY)
    NEEDS_YOU = ("needs you", frozenset({ShownState.NEEDS_YOU}))

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def states(self) -> frozenset[ShownState] | None:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class TreeFilter:
    """Both must agree: the state, and every word of `text` somewhere in the name, the path or what the row does."""

    by_state: StateFilter = StateFilter.ALL
    text: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.text) or self.by_state is not StateFilter.ALL

    def shows(self, row: ChildRow, state: ShownState) -> bool:
        wanted = self.by_state.states
        if wanted is not None and state not in wanted:
            return False
        if not self.text:
            return True
        where = f"{row.name} {row.test_path} {state} {row.last_action}".casefold()
        return all(word in where for word in self.text.casefold().split())

    def describe(self) -> str:
        parts = [self.by_state.label] if self.by_state is not StateFilter.ALL else []
        if self.text:
            parts.append(f"“{self.text}”")
        return " · ".join(parts)
