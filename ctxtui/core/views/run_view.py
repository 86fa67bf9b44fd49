"""One run as it stands, kept up to date from the feed's changes; what is asked of it is answered from here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ctxtui.core.domain.lease import Lease
from ctxtui.core.domain.request import Request, RequestKind
from ctxtui.core.domain.session import ENDED, ExecutionMode, SessionStatus
from ctxtui.core.views.durations import run_worked, worked, worked_until
from ctxtui.core.views.ownership import is_owned
from ctxtui.core.views.phases import last_round_report, rounds_taken
from ctxtui.core.views.states import BUSY, ShownState, shown_state
from ctxtui.core.views.totals import Totals, packages_above

if TYPE_CHECKING:
    from ctxtui.core.domain.interaction import Interaction
    from ctxtui.core.domain.json import JsonMap
    from ctxtui.core.ports.store import ChildRow, Heard, RunChanges
    from ctxtui.core.workflow.refusals import RunFacts


@dataclass(frozen=True, slots=True)
class Delta:
    """Everything that changed since a viewer last looked, merged: the newest version of each row."""

    rows: dict[str, ChildRow] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    lease: Lease | None = None
    steps: tuple[Interaction, ...] = ()
    heard: dict[str, Heard] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a delta changed on screen: row ids to repaint, whether rows or attempts came, and which states changed."""

    ids: frozenset[str]
    is_restructured: bool
    moved: tuple[tuple[str, ShownState, ShownState], ...] = ()
    answered: tuple[Request, ...] = ()


class RunView:
    """The rows, their states, and the open requests of one run."""

    def __init__(self) -> None:
        self.rows: dict[str, ChildRow] = {}
        self.states: dict[str, ShownState] = {}
        self.order: list[str] = []
        self.totals = Totals()
        self.packages: dict[str, Totals] = {}
        self.requests: dict[str, Request] = {}
        self.parent: ChildRow | None = None
        self.lease: Lease | None = None
        self.owner_alive = False
        self.steps: tuple[Interaction, ...] = ()
        self.heard: dict[str, Heard] = {}
        self.cooling: set[str] = set()
        self.limits: dict[str, JsonMap] = {}
        self.facts: RunFacts | None = None
        """What may be asked is decided by, once somebody wanted to know since the last change."""
        self.at_work: set[str] = set()

    def apply(self, delta: Delta) -> Changed:
        """Takes a delta over."""
        self.facts = None
        self.lease = delta.lease
        self.steps = delta.steps or self.steps
        self.heard = delta.heard or self.heard
        is_restructured = False
        moved = []
        waited, is_first = self._waits, self.parent is None
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
        answered = self._take_requests(delta.requests)
        return Changed(
            ids=frozenset(delta.rows) | {request.session_id for request in delta.requests.values()},
            is_restructured=is_restructured,
            moved=tuple(moved),
            answered=() if is_first else answered,
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
            before, was = self.rows.get(row.id), self.states.get(row.id)
            for totals in (self.totals, *self._totals_of_packages(row)):
                totals.replace(before, was, row, state)
        self.rows[row.id] = row
        self.states[row.id] = state
        if row.parent_id is not None:
            (self.at_work.add if state in BUSY else self.at_work.discard)(row.id)
        if limit := row.state.get("limit"):
            known = self.limits.get(row.agent)
            self.limits[row.agent] = limit if known is None else max(known, limit, key=_how_late)
        (self.cooling.add if row.state.get("cooldown_until") else self.cooling.discard)(row.id)
        return state

    def _totals_of_packages(self, row: ChildRow) -> list[Totals]:
        return [self.packages.setdefault(name, Totals()) for name in packages_above(self.short_name(row))]

    @property
    def counts(self) -> Counter[ShownState]:
        """How many components are in each state."""
        return self.totals.counts

    def _sort(self) -> None:
        children = [row for row in self.rows.values() if row.parent_id is not None]
        children.sort(key=lambda row: (-row.priority, row.name))
        self.order = [row.id for row in children]
        self._positions = frozenset(self.rows)

    _positions: frozenset[str] = frozenset()

    def _take_requests(self, requests: dict[str, Request]) -> tuple[Request, ...]:
        """Those that were answered since; one may come together with its answer."""
        known = {key for key, request in self.requests.items() if request.answered_at is not None}
        self.requests.update(requests)
        return tuple(
            request for key, request in requests.items() if key not in known and request.answered_at is not None
        )

    @property
    def children(self) -> list[ChildRow]:
        return [self.rows[row_id] for row_id in self.order]

    @property
    def total(self) -> int:
        return len(self.order)

    @property
    def proved(self) -> int:
        """How many components have tests that go into the result."""
        return self.totals.proved

    @property
    def left_out(self) -> int:
        return self.totals.left_out

    @property
    def busy(self) -> int:
        return self.totals.busy

    @property
    def is_settled(self) -> bool:
        """Whether there are components, and none of them is worked on or waits to be."""
        unsettled = (*BUSY, ShownState.QUEUED, ShownState.INTERRUPTED)
        return bool(self.order) and not any(self.counts[state] for state in unsettled)

    @property
    def rounds(self) -> int:
        """How often the run went through its components, the present round included."""
        return rounds_taken(self.steps)

    @property
    def round_report(self) -> str:
        """What the last round that failed found; empty once one has passed."""
        return last_round_report(self.steps)

    @property
    def jobs(self) -> int:
        """How many children may run at once; 0 while the run has not said."""
        state = self.parent.state if self.parent else {}
        return int(state.get("jobs") or (state.get("plan") or {}).get("jobs") or 0)

    @property
    def jobs_taken(self) -> int:
        """How many of the jobs are taken: where components are judged beside them, only what has its agent at work."""
        plan = self.parent.state.get("plan") if self.parent else None
        if not (plan or {}).get("ahead"):
            return self.busy
        # One whose tests failed is shown as retrying while it waits for a job, too: then all of them are taken.
        return min(self.jobs, self.counts[ShownState.RUNNING] + self.counts[ShownState.RETRYING])

    @property
    def jobs_asked(self) -> int:
        """The number of jobs that was asked for last, whether or not it has been granted yet."""
        asked = self._asked_last(RequestKind.JOBS)
        return int(asked.arguments["jobs"]) if asked else self.jobs

    @property
    def is_pause_asked(self) -> bool:
        """Whether the run is paused, or will be when what was asked last is granted."""
        asked = self._asked_last(RequestKind.PAUSE, RequestKind.RESUME)
        return asked.kind is RequestKind.PAUSE if asked else self.is_paused

    @property
    def is_manual_asked(self) -> bool:
        """Whether each step waits for a user, or will when what was asked last is granted."""
        asked = self._asked_last(RequestKind.MODE)
        return asked.arguments["mode"] == ExecutionMode.MANUAL if asked else self.is_manual

    @property
    def ending_asked(self) -> RequestKind | None:
        """To finalize or to cancel, where that was asked of the run and is not answered yet: it is decided first."""
        asked = self._asked_last(RequestKind.FINALIZE, RequestKind.CANCEL)
        return asked.kind if asked and self.parent is not None and asked.session_id == self.parent.id else None

    def _asked_last(self, *kinds: RequestKind) -> Request | None:
        asked = [one for one in self.requests.values() if one.kind in kinds and one.answered_at is None]
        return asked[-1] if asked else None

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
    def has_ended(self) -> bool:
        """Whether nothing that is asked changes the run any more."""
        return self.parent is not None and self.parent.status in ENDED

    @property
    def is_interrupted(self) -> bool:
        return self.parent is not None and self.states[self.parent.id] is ShownState.INTERRUPTED

    @property
    def is_paused(self) -> bool:
        return self.is_active and self.parent is not None and bool(self.parent.state.get("paused"))

    @property
    def is_manual(self) -> bool:
        """Whether each next step waits for a user."""
        return self.is_active and self.parent is not None and self.parent.mode is ExecutionMode.MANUAL

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

    @property
    def against(self) -> list[ChildRow]:
        """The components that failed or need a person; to wait for the next step by hand is no such need."""
        rows = self.with_state(ShownState.FAILED, ShownState.NEEDS_YOU)
        if not self.is_manual:
            return rows
        return [row for row in rows if row.status is SessionStatus.FAILED or row.state.get("waiting")]

    @property
    def undecided(self) -> list[ChildRow]:
        """The components that keep the run from its end until somebody decides: those, and what a person stopped."""
        return [] if self.has_ended else [*self.against, *self.with_state(ShownState.CANCELLED)]

    def worked(self, row_id: str, now: datetime) -> timedelta | None:
        """How long a row has been worked on; waiting for a person does not count."""
        until = self.until(row_id, now)
        row = self.rows[row_id]
        return worked(row, until) if row.parent_id is not None else run_worked(row, self.steps, until)

    def until(self, row_id: str, now: datetime) -> datetime:
        """Up to when a row has been worked on: now, or when that came to its end."""
        return worked_until(self.rows[row_id], now, self.lease, is_moving=self.is_moving(row_id))

    @classmethod
    def of(cls, changes: RunChanges, steps: tuple[Interaction, ...], now: datetime) -> RunView:
        """All of a run, read at once."""
        run = cls()
        run.owner_alive = any(is_owned(row, changes.lease, now) for row in changes.rows if row.parent_id is None)
        run.apply(Delta({row.id: row for row in changes.rows}, {}, changes.lease, steps))
        return run


def _how_late(limit: JsonMap) -> tuple[str, float]:
    """Orders what an agent said of its limit: a later window counts more, and within one more is used."""
    return str(limit.get("until") or ""), float(limit["used"])
