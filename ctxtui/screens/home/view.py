"""The list of runs as Home shows it: grouped, filtered and ordered, without Textual."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from ctxtui.core.views.ownership import is_owned
from ctxtui.core.views.states import PARTIAL, ShownState, is_partial, run_shown_state

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow

PINNED = {ShownState.NEEDS_YOU: "waiting for you", ShownState.INTERRUPTED: "interrupted"}
"""The states that stand first, each below its title."""


class Order(Enum):
    """How the runs of a group are ordered; the value is said in the title."""

    NEWEST = "newest first"
    NAME = "by name"
    STATE = "by state"

    @property
    def next(self) -> Order:
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


@dataclass(frozen=True, slots=True)
class Group:
    """The head of a group; `root` is the repository's folder, empty for the runs that are pinned."""

    title: str
    root: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in the list."""

    run: RunRow
    state: ShownState
    is_pinned: bool = False

    @property
    def is_partial(self) -> bool:
        return is_partial(self.run, self.state)


HomeLine: TypeAlias = Group | Entry


@dataclass(frozen=True, slots=True)
class HomeView:
    """`lines` is what is listed; `hidden` how many runs the filter leaves out."""

    lines: tuple[HomeLine, ...] = ()
    total: int = 0
    words: str = ""
    order: Order = Order.NEWEST

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.lines if isinstance(one, Entry))

    @property
    def hidden(self) -> int:
        return self.total - len(self.entries)

    @property
    def has_cost(self) -> bool:
        return any(entry.run.cost for entry in self.entries)

    def count(self, state: ShownState) -> int:
        return sum(entry.state is state for entry in self.entries)

    def place_of(self, run_id: str) -> int | None:
        for place, one in enumerate(self.lines):
            if isinstance(one, Entry) and one.run.id == run_id:
                return place
        return None


def home_view(runs: Iterable[RunRow], now: datetime, *, words: str = "", order: Order = Order.NEWEST) -> HomeView:
    """What wants somebody stands first, whatever its repository; the rest stands by repository."""
    entries = [Entry(run, shown_now(run, now)) for run in runs]
    wanted = [entry for entry in entries if _has(entry, words)]
    rest = [one for one in wanted if one.state not in PINNED]
    lines: list[HomeLine] = []
    for state, title in PINNED.items():
        pinned = [Entry(one.run, one.state, is_pinned=True) for one in wanted if one.state is state]
        if pinned:
            lines += [Group(title, "", len(pinned)), *_ordered(pinned, order)]
    newest = {project: place for place, project in reversed(list(enumerate(one.run.scope.project for one in rest)))}
    rest.sort(key=lambda one: newest[one.run.scope.project])
    for _project, some in groupby(rest, key=lambda one: one.run.scope.project):
        group = list(some)
        lines += [Group(repository_name(group[0].run), root_of(group[0].run), len(group)), *_ordered(group, order)]
    return HomeView(tuple(lines), len(entries), words, order)


def shown_now(run: RunRow, now: datetime) -> ShownState:
    return run_shown_state(run, owner_alive=is_owned(run, run.lease, now))


def root_of(run: RunRow) -> str:
    """The folder of the run's repository; empty for a run that was stored without one."""
    return str((run.state.get("plan") or {}).get("root", ""))


def repository_name(run: RunRow) -> str:
    return root_of(run).rstrip("/").rpartition("/")[2] or run.scope.project


def _ordered(entries: list[Entry], order: Order) -> list[Entry]:
    """The entries come newest first, and a stable sort keeps that among equals."""
    if order is Order.NAME:
        return sorted(entries, key=lambda one: one.run.name.casefold())
    if order is Order.STATE:
        states = list(ShownState)
        return sorted(entries, key=lambda one: states.index(one.state))
    return entries


def _has(entry: Entry, words: str) -> bool:
    run = entry.run
    state = PARTIAL if entry.is_partial else entry.state.value
    texts = (run.name, run.id, run.agent, state, str(run.state.get("branch_name") or ""), root_of(run))
    text = " ".join((*texts, run.scope.project)).casefold()
    return all(word in text for word in words.casefold().split())
