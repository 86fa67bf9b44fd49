"""The live tree: parent, children, attempts; a flat list of visible rows of which only those on screen are drawn."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from ctxtui.core.engine.shown import ShownState, attempts_label, badges, elapsed, rungs_of, total_usage
from ctxtui.screens.presentation.doing import doing
from ctxtui.screens.presentation.quantities import duration, money
from ctxtui.screens.presentation.spans import Line
from ctxtui.screens.presentation.states import SIGNS
from ctxtui.screens.presentation.tree_row import Columns, RowFacts, attempt_line, columns_for, row_line
from ctxtui.screens.run_view import Changed, RunView
from ctxtui.screens.services import Clock
from ctxtui.screens.tree_filter import TreeFilter
from ctxtui.screens.widgets.line_list import LineList


class Node(NamedTuple):
    """A visible row: a session, or with `attempt` > 0 one of its attempts."""

    session_id: str
    attempt: int = 0


_EAGER = frozenset({ShownState.RETRYING, ShownState.NEEDS_YOU, ShownState.FAILED})
_EAGER_UP_TO = 60
"""With more children than that, attempts show only where a person asks for them."""


class SessionTree(LineList):
    """Shows a `RunView`; the screen tells it which rows changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "collapse", "Collapse", show=False, id="tree.collapse"),
        Binding("right,l", "expand", "Expand", show=False, id="tree.expand"),
    ]

    def __init__(self, run: RunView, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._run = run
        self._clock = clock
        self._unfolded: dict[str, bool] = {}
        self._visible_nodes: list[Node] = []
        self._places: dict[Node, int] = {}
        self.filter = TreeFilter()
        self._source = self

    @property
    def selected(self) -> Node | None:
        return self._visible_nodes[self.cursor] if self.cursor < len(self._visible_nodes) else None

    def show_changed(self, changed: Changed) -> None:
        """Draws what changed; the list is only made anew where rows come or go in it."""
        moves = any(self._moves_rows(was, now) for _session_id, was, now in changed.moved)
        if changed.is_restructured or moves:
            self.rebuild()
        else:
            self.repaint(changed.ids | ({self._run.parent.id} if self._run.parent else set()))

    def _moves_rows(self, was: ShownState, now: ShownState) -> bool:
        return self.filter.is_on or (self._run.total <= _EAGER_UP_TO and (was in _EAGER) is not (now in _EAGER))

    def rebuild(self) -> None:
        """Makes the list of visible rows anew; the selection stays on what was selected."""
        selected = self.selected
        self._visible_nodes = list(self._list_nodes())
        self._places = {node: place for place, node in enumerate(self._visible_nodes)}
        self._measure()
        if selected is not None:
            place = self._places.get(selected, self._places.get(Node(selected.session_id)))
            self.cursor = min(self.cursor, max(len(self._visible_nodes) - 1, 0)) if place is None else place
            if self.selected != selected:
                self.post_message(self.Highlighted(self, self.cursor, is_by_person=False))
        self.refresh()

    def repaint(self, session_ids: frozenset[str] | set[str]) -> None:
        """Draws those rows again, as far as they are on screen."""
        top = self.scroll_offset.y
        for place in range(top, min(top + self.size.height, len(self._visible_nodes))):
            if self._visible_nodes[place].session_id in session_ids:
                self.refresh_line(place)

    def repaint_moving(self) -> None:
        """Draws the rows again for which time passes."""
        top = self.scroll_offset.y
        on_screen = {node.session_id for node in self._visible_nodes[top : top + self.size.height]}
        self.repaint({session_id for session_id in on_screen if self._run.is_moving(session_id)})

    def go_to_session(self, session_id: str) -> bool:
        """Selects a session's row; whether it is visible."""
        place = self._places.get(Node(session_id))
        if place is None:
            return False
        self.select(place)
        return True

    def is_unfolded(self, session_id: str) -> bool:
        chosen = self._unfolded.get(session_id)
        if chosen is not None:
            return chosen
        row = self._run.rows[session_id]
        if row.parent_id is None:
            return True
        return len(row.attempts) > 1 and self._run.states[session_id] in _EAGER and self._run.total <= _EAGER_UP_TO

    def _list_nodes(self) -> list[Node]:
        run = self._run
        if run.parent is None:
            return []
        nodes = [Node(run.parent.id)]
        if not self.is_unfolded(run.parent.id):
            return nodes
        for session_id in run.order:
            row = run.rows[session_id]
            if not self.filter.shows(row, run.states[session_id]):
                continue
            nodes.append(Node(session_id))
            if row.attempts and self.is_unfolded(session_id):
                nodes.extend(Node(session_id, attempt.n) for attempt in row.attempts)
        return nodes

    def columns(self, width: int) -> Columns:
        """The columns in use; the cost has one where something costs."""
        return columns_for(width, has_cost=bool(self._run.totals.cost))

    def height(self, _width: int) -> int:
        return len(self._visible_nodes)

    def line(self, y: int, width: int) -> Line:
        node = self._visible_nodes[y]
        row = self._run.rows[node.session_id]
        if node.attempt:
            attempt = next(attempt for attempt in row.attempts if attempt.n == node.attempt)
            return attempt_line(attempt, self.columns(width), width, depth=2)
        return row_line(self._facts(node.session_id), self.columns(width))

    def _facts(self, session_id: str) -> RowFacts:
        run, row = self._run, self._run.rows[session_id]
        is_parent = row.parent_id is None
        asked = run.asked(session_id)
        tests = run.totals.tests if is_parent else row.state.get("tests")
        cost = run.totals.cost if is_parent else total_usage((row,)).cost
        has_below = bool(run.order) if is_parent else bool(row.attempts)
        return RowFacts(
            name=row.name if is_parent else run.short_name(row),
            sign=SIGNS[run.states[session_id]],
            depth=0 if is_parent else 1,
            expander=("▾" if self.is_unfolded(session_id) else "▸") if has_below else "",
            badges=() if is_parent else badges(row, rungs_of(run.parent)),
            attempt="" if is_parent else attempts_label(row),
            doing=f"{asked} asked…" if asked else doing(row, run.states[session_id], self._clock()),
            tests=str(tests) if tests else "",
            time=duration(elapsed(row, run.until(session_id, self._clock()))),
            cost=money(cost),
        )

    def action_collapse(self) -> None:
        """Folds the selected row, or goes to the one above it."""
        node = self.selected
        if node is None:
            return
        if node.attempt:
            self.go_to_session(node.session_id)
        elif self.is_unfolded(node.session_id) and self._run.rows[node.session_id].attempts:
            self._fold(node.session_id, unfolded=False)
        elif self._run.parent and node.session_id != self._run.parent.id:
            self.go_to_session(self._run.parent.id)
        else:
            self._fold(node.session_id, unfolded=False)

    def action_expand(self) -> None:
        node = self.selected
        if node is None or node.attempt:
            return
        if self.is_unfolded(node.session_id):
            self.action_move(1)
        else:
            self._fold(node.session_id, unfolded=True)

    def _fold(self, session_id: str, *, unfolded: bool) -> None:
        self._unfolded[session_id] = unfolded
        self.rebuild()
