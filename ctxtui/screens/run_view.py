"""One run as it stands, kept up to date from the feed's changes; what is asked of it is answered from here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.shown import BUSY, DONE, ShownState, shown_state, stopped_at

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow


@dataclass(frozen=True, slots=True)
class Delta:
    """Everything that changed since a viewer last looked, merged: the newest version of each row."""

    rows: dict[str, ChildRow] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    lease: Lease | None = None
    rounds: int = 0
    round_report: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a delta changed on screen: row ids to repaint, whether rows or attempts came, and which states changed."""

    ids: frozenset[str]
    is_restructured: bool
    moved: tuple[tuple[str, ShownState, ShownState], ...] = ()
    answered: tuple[Request, ...] = ()


class Totals:
    """Tests and usage of all children, kept up row by row: ten thousand are not added up for every frame."""

    def __init__(self) -> None:
        self.tests = 0
        self.tokens = 0
        self._costs = 0.0
        self._priced = 0

    @property
    def cost(self) -> float | None:
        return max(self._costs, 0.0) if self._priced else None

    def replace(self, before: ChildRow | None, after: ChildRow) -> None:
        if before is not None:
            self._add(before, -1)
        self._add(after, 1)

    def _add(self, row: ChildRow, sign: int) -> None:
        self.tests += sign * int(row.state.get("tests") or 0)
        for attempt in row.attempts:
            usage = attempt.usage
            self.tokens += sign * (usage.input_tokens + usage.output_tokens)
            if usage.cost is not None:
                self._costs += sign * usage.cost
                self._priced += sign


class RunView:
    """The rows, their states, and the open requests of one run."""

    def __init__(self) -> None:
        self.rows: dict[str, ChildRow] = {}
        self.states: dict[str, ShownState] = {}
        self.order: list[str] = []
        self.counts: Counter[ShownState] = Counter()
        self.totals = Totals()
        self.requests: dict[str, Request] = {}
        self.parent: ChildRow | None = None
        self.lease: Lease | None = None
        self.owner_alive = False
        self.rounds = 0
        self.round_report = ""

    def apply(self, delta: Delta) -> Changed:
        """Takes a delta over."""
        self.lease = delta.lease
        self.rounds = delta.rounds or self.rounds
        self.round_report = delta.round_report
        is_restructured = False
        moved = []
        waited = self._waits
        for row in sorted(delta.rows.values(), key=lambda row: row.parent_id is not None):
            before = self.rows.get(row.id)
            was = self.states.get(row.id)
            now = self._put(row)
            is_restructured |= before is None or len(before.attempts) != len(row.attempts)
            if was is not None and was is not now:
                moved.append((row.id, was, now))
        if any(row_id not in self._positions for row_id in delta.rows):
            self._sort()
        if waited is not self._waits:
            self._put_all()
            is_restructured = True
        return Changed(
            ids=frozenset(delta.rows) | {request.session_id for request in delta.requests.values()},
            is_restructured=is_restructured,
            moved=tuple(moved),
            answered=self._take_requests(delta.requests),
        )

    def see_owner(self, *, is_alive: bool) -> bool:
        """Notes whether the owner lives; whether that changed what is shown."""
        if is_alive == self.owner_alive:
            return False
        self.owner_alive = is_alive
        self._put_all()
        return True

    def _put_all(self) -> None:
        for row in self.rows.values():
            self._put(row)

    @property
    def _waits(self) -> bool:
        return self.is_active and self.parent is not None and bool(self.parent.state.get("waiting"))

    def _put(self, row: ChildRow) -> ShownState:
        state = shown_state(row, owner_alive=self.owner_alive, run_waits=self._waits)
        if row.parent_id is None:
            self.parent = row
        else:
            self.totals.replace(self.rows.get(row.id), row)
            before = self.states.get(row.id)
            if before is not state:
                if before is not None:
                    self.counts[before] -= 1
                self.counts[state] += 1
        self.rows[row.id] = row
        self.states[row.id] = state
        return state

    def _sort(self) -> None:
        children = [row for row in self.rows.values() if row.parent_id is not None]
        children.sort(key=lambda row: (-row.priority, row.name))
        self.order = [row.id for row in children]
        self._positions = frozenset(self.rows)

    _positions: frozenset[str] = frozenset()

    def _take_requests(self, requests: dict[str, Request]) -> tuple[Request, ...]:
        waited_for = {key for key, request in self.requests.items() if request.answered_at is None}
        self.requests.update(requests)
        return tuple(
            request for key, request in requests.items() if key in waited_for and request.answered_at is not None
        )

    @property
    def children(self) -> list[ChildRow]:
        return [self.rows[row_id] for row_id in self.order]

    @property
    def total(self) -> int:
        return len(self.order)

    @property
    def done(self) -> int:
        return sum(self.counts[state] for state in DONE)

    @property
    def busy(self) -> int:
        return sum(self.counts[state] for state in BUSY)

    @property
    def jobs(self) -> int:
        """How many children may run at once; 0 while the run has not said."""
        state = self.parent.state if self.parent else {}
        return int(state.get("jobs") or (state.get("plan") or {}).get("jobs") or 0)

    @property
    def package(self) -> str:
        """The dotted name that the components' names begin with; empty while the run has not said."""
        plan = self.parent.state.get("plan") if self.parent else None
        return str((plan or {}).get("package_name") or "")

    def short_name(self, row: ChildRow) -> str:
        """A component's name within the run's package, as lists show it."""
        return row.name.removeprefix(f"{self.package}.") if self.package else row.name

    @property
    def is_active(self) -> bool:
        return self.parent is not None and self.parent.status is SessionStatus.ACTIVE

    @property
    def is_interrupted(self) -> bool:
        return self.parent is not None and self.states[self.parent.id] is ShownState.INTERRUPTED

    @property
    def is_paused(self) -> bool:
        return self.is_active and self.parent is not None and bool(self.parent.state.get("paused"))

    def is_moving(self, row_id: str) -> bool:
        """Whether time passes for a row."""
        if self.parent is not None and row_id == self.parent.id:
            return self.is_active and self.owner_alive
        return self.states[row_id] in BUSY

    def asked(self, row_id: str) -> RequestKind | None:
        """What was asked for a row and is not answered yet."""
        for request in self.requests.values():
            if request.session_id == row_id and request.answered_at is None:
                return request.kind
        return None

    def with_state(self, *states: ShownState) -> list[ChildRow]:
        return [self.rows[row_id] for row_id in self.order if self.states[row_id] in states]

    def until(self, row_id: str, now: datetime) -> datetime:
        """Up to when a row has been worked on: now, or when that came to its end."""
        if self.is_moving(row_id):
            return now
        row = self.rows[row_id]
        if row.parent_id is None and self.is_active and self.lease is not None:
            return min(max(self.lease.heartbeat_at, row.updated_at), now)
        return stopped_at(row)
