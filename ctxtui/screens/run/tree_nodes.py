"""Which rows the tree shows, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.totals import packages_above
from ctxtui.screens.presentation.states import URGENT_FIRST
from ctxtui.screens.run.tree_filter import WAITING, TreeFilter

if TYPE_CHECKING:
    from datetime import datetime

    from ctxtui.core.ports.store import ChildRow


class Node(NamedTuple):
    """A visible row: a session, with `attempt` > 0 one of its attempts, or with `package` a sub-package of the run."""

    session_id: str
    attempt: int = 0
    package: str = ""


class Order(Enum):
    """`WORK` is the order in which components are worked on, by sub-package where there are some."""

    WORK = "package"
    STATE = "state"
    TIME = "time"
    ATTEMPTS = "attempts"
    NAME = "name"

    def next(self) -> Order:
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


_URGENCY = {state: place for place, state in enumerate(URGENT_FIRST)}
_KEYS: dict[Order, Callable[[RunView, ChildRow, datetime], Any]] = {
    Order.STATE: lambda run, row, _now: _URGENCY[run.states[row.id]],
    Order.TIME: lambda run, row, now: -(worked.total_seconds() if (worked := run.worked(row.id, now)) else 0.0),
    Order.ATTEMPTS: lambda _run, row, _now: -len(row.attempts),
    Order.NAME: lambda _run, row, _now: row.name,
}
CHANGING = frozenset({Order.STATE, Order.TIME, Order.ATTEMPTS})
"""The orders that change while the run goes on."""


@dataclass(slots=True)
class TreeShape:
    """What a person chose to see: the filter, the order, and what is folded."""

    filter: TreeFilter = field(default_factory=TreeFilter)
    order: Order = Order.WORK
    folded: dict[tuple[str, str], bool] = field(default_factory=dict)

    def is_unfolded(self, node: Node, run: RunView) -> bool:
        """Packages are open until they are folded, attempts are folded until they are asked for.

        What is searched for is not hidden by a package that was folded before.
        """
        if self.filter.text and not (node.session_id and run.rows[node.session_id].parent_id is not None):
            return True
        chosen = self.folded.get((node.session_id, node.package))
        if chosen is not None:
            return not chosen
        return bool(node.package) or (run.parent is not None and node.session_id == run.parent.id)

    def fold(self, node: Node, *, folded: bool) -> None:
        self.folded[node.session_id, node.package] = folded


def list_nodes(run: RunView, shape: TreeShape, now: datetime) -> list[tuple[Node, int]]:
    """The visible rows, each with its depth; a sub-package of which the filter shows nothing is left out."""
    if run.parent is None:
        return []
    top = Node(run.parent.id)
    if not shape.is_unfolded(top, run):
        return [(top, 0)]
    shown = [row for row in run.children if shape.filter.shows(row, run.states[row.id])]
    if shape.order is Order.WORK and run.packages:
        return [(top, 0), *_package_nodes(run, shape, _by_package(run, shown), "", 1)]
    if shape.order is not Order.WORK:
        key = _KEYS[shape.order]
        shown.sort(key=lambda row: key(run, row, now))
    return [(top, 0), *(place for row in shown for place in _with_attempts(run, shape, row, 1))]


_Inside: TypeAlias = "Mapping[str, list[ChildRow | str]]"
"""What lies in each package: components, and the names of further packages."""


def _by_package(run: RunView, rows: list[ChildRow]) -> _Inside:
    """Components beside each other in their packages, in the order in which the first of each is worked on."""
    inside: dict[str, list[ChildRow | str]] = {"": []}
    for row in rows:
        above = ""
        for package in packages_above(run.short_name(row)):
            if package not in inside:
                inside[package] = []
                inside[above].append(package)
            above = package
        inside[above].append(row)
    return inside


def _package_nodes(
    run: RunView, shape: TreeShape, inside: _Inside, package: str, depth: int
) -> Iterator[tuple[Node, int]]:
    for item in inside[package]:
        if not isinstance(item, str):
            yield from _with_attempts(run, shape, item, depth)
            continue
        node = Node("", package=_innermost(inside, item))
        yield node, depth
        if shape.is_unfolded(node, run):
            yield from _package_nodes(run, shape, inside, node.package, depth + 1)


def _innermost(inside: _Inside, package: str) -> str:
    """A package that holds nothing but one other package is shown as one row with it."""
    while len(inside[package]) == 1 and isinstance(only := inside[package][0], str):
        package = only
    return package


def _with_attempts(run: RunView, shape: TreeShape, row: ChildRow, depth: int) -> Iterator[tuple[Node, int]]:
    node = Node(row.id)
    yield node, depth
    if row.attempts and shape.is_unfolded(node, run):
        yield from ((Node(row.id, attempt.n), depth + 1) for attempt in row.attempts)


def shown_name(run: RunView, node: Node, depth: int, shown: Container[Node]) -> str:
    """What a row is called: without the packages in whose rows it lies."""
    if node.package:
        above = [one for one in packages_above(node.package) if Node("", package=one) in shown]
        return node.package.removeprefix(f"{above[-1]}.") if above else node.package
    row = run.rows[node.session_id]
    if row.parent_id is None:
        return row.name
    name = run.short_name(row)
    return name.rpartition(".")[2] if depth > 1 else name


def next_waiting(run: RunView, shape: TreeShape, selected: Node | None, by: int, now: datetime) -> str | None:
    """The next component that waits for a person, folded away or not, going round at the end; None where none does."""
    if not any(run.counts[state] for state in WAITING):
        return None
    nodes = [node for node, _depth in list_nodes(run, TreeShape(shape.filter, shape.order), now)]
    start = nodes.index(Node(selected.session_id)) if selected and Node(selected.session_id) in nodes else 0
    for step in range(1, len(nodes) + 1):
        node = nodes[(start + by * step) % len(nodes)]
        is_component = bool(node.session_id) and run.rows[node.session_id].parent_id is not None
        if is_component and run.states[node.session_id] in WAITING:
            return node.session_id
    return None
