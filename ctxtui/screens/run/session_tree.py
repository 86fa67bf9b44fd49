"""The live tree: run, sub-packages, components, attempts; a flat list of visible rows, drawn as far as on screen."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from ctxtui.core.views.run_view import Changed, RunView
from ctxtui.screens.presentation.spans import Line, Span, Tone
from ctxtui.screens.presentation.tree_row import Columns, attempt_line, columns_for, row_line
from ctxtui.screens.run.row_facts import package_facts, session_facts
from ctxtui.screens.run.tree_nodes import CHANGING, Node, Order, TreeShape, list_nodes, next_waiting, shown_name
from ctxtui.screens.services import Clock
from ctxtui.screens.widgets.line_list import LineList

if TYPE_CHECKING:
    from ctxtui.screens.run.tree_filter import TreeFilter


class SessionTree(LineList):
    """Shows a `RunView`; the screen tells it which rows changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "collapse", "Collapse", show=False, id="tree.collapse"),
        Binding("right,l", "expand", "Expand", show=False, id="tree.expand"),
        Binding("space", "toggle_row", "Fold or unfold", show=False, id="tree.toggle"),
    ]

    def __init__(self, run: RunView, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._run = run
        self._clock = clock
        self._visible_nodes: list[Node] = []
        self._depths: list[int] = []
        self._places: dict[Node, int] = {}
        self._name_width = 0
        self._is_out_of_order = False
        self.shape = TreeShape()
        self.marks: set[str] = set()
        self._source = self

    @property
    def selected(self) -> Node | None:
        return self._visible_nodes[self.cursor] if self.cursor < len(self._visible_nodes) else None

    @property
    def filter(self) -> TreeFilter:
        return self.shape.filter

    @property
    def shown_count(self) -> int:
        """How many components are in the list; those in folded packages are not."""
        parent = self._run.parent
        return sum(1 for node in self._visible_nodes if node.session_id and not node.attempt) - (parent is not None)

    def show_changed(self, changed: Changed) -> None:
        """Draws what changed; the list is only made anew where rows come or go in it."""
        self._is_out_of_order |= self.shape.order in CHANGING
        if changed.is_restructured or (changed.moved and self.filter.is_on):
            self.rebuild()
        else:
            self.repaint(changed.ids)

    def tick(self) -> None:
        """Once a second: rows for which time passes, and an order that others have overtaken."""
        if self._is_out_of_order:
            self.rebuild()
        else:
            self.repaint_moving()

    def rebuild(self) -> None:
        """Makes the list of visible rows anew; the selection stays on what was selected, and where it can be seen."""
        selected, was_visible = self.selected, self._is_on_screen(self.cursor)
        places = list_nodes(self._run, self.shape, self._clock())
        self._visible_nodes = [node for node, _depth in places]
        self._depths = [depth for _node, depth in places]
        self._places = {node: place for place, node in enumerate(self._visible_nodes)}
        self._name_width = max((2 * depth + cell_len(self._name_of(node, depth)) for node, depth in places), default=0)
        self._is_out_of_order = False
        self._measure()
        if selected is not None:
            self._keep_selected(selected)
        if was_visible:
            self._reveal(self.cursor)
        self.refresh()

    def _keep_selected(self, selected: Node) -> None:
        place = self._places.get(selected, self._places.get(Node(selected.session_id)))
        self.cursor = min(self.cursor, max(len(self._visible_nodes) - 1, 0)) if place is None else place
        if self.selected != selected:
            self.post_message(self.Highlighted(self, self.cursor, is_by_person=False))

    def repaint(self, session_ids: AbstractSet[str]) -> None:
        """Draws those rows again, as far as they are on screen, and the packages and the run they belong to."""
        parent = self._run.parent.id if self._run.parent else ""
        for place in self._places_on_screen():
            session_id = self._visible_nodes[place].session_id
            if session_id in session_ids or session_id in {"", parent}:
                self.refresh_line(place)

    def _places_on_screen(self) -> range:
        top = self.scroll_offset.y
        return range(top, min(top + self.size.height, len(self._visible_nodes)))

    def repaint_moving(self) -> None:
        """Draws the rows again for which time passes; once it stands still for the run, there are none."""
        parent = self._run.parent
        if parent is None or not self._run.is_moving(parent.id):
            return
        on_screen = {self._visible_nodes[place].session_id for place in self._places_on_screen()} - {""}
        self.repaint({session_id for session_id in on_screen if self._run.is_moving(session_id)})

    def go_to_session(self, session_id: str) -> bool:
        """Selects a session's row, and opens the packages it lies in; whether the filter shows it."""
        if Node(session_id) not in self._places and session_id in self._run.rows:
            self._open_packages_of(session_id)
        place = self._places.get(Node(session_id))
        if place is None:
            return False
        self.select(place)
        return True

    def _open_packages_of(self, session_id: str) -> None:
        name = self._run.short_name(self._run.rows[session_id])
        for (_, package), folded in list(self.shape.folded.items()):
            if folded and package and name.startswith(f"{package}."):
                self.shape.fold(Node("", package=package), folded=False)
        if self._run.parent is not None:
            self.shape.fold(Node(self._run.parent.id), folded=False)
        self.rebuild()

    def go_to_waiting(self, by: int) -> bool:
        """Selects the next component that waits for a person, going round at the end; whether there is one."""
        target = next_waiting(self._run, self.shape, self.selected, by, self._clock())
        return target is not None and self.go_to_session(target)

    def ids_of(self, node: Node) -> tuple[str, ...]:
        """The components of a row: itself, or all of a package that the filter shows."""
        run = self._run
        if not node.package:
            return (node.session_id,)
        inside = [row for row in run.children if run.short_name(row).startswith(f"{node.package}.")]
        return tuple(row.id for row in inside if self.filter.shows(row, run.states[row.id]))

    def mark(self) -> bool:
        """Marks the selected component, or all of the selected package, or takes the mark away; goes on behind it.

        Whether there was anything to mark: the run itself is not.
        """
        node, parent = self.selected, self._run.parent
        if node is None or parent is None or node.session_id == parent.id:
            return False
        ids = set(self.ids_of(node))
        self.marks = self.marks - ids if ids <= self.marks else self.marks | ids
        self.refresh()
        below = range(self.cursor + 1, len(self._depths))
        behind = next((place for place in below if self._depths[place] <= self._depths[self.cursor]), None)
        if behind is not None:
            self.select(behind, is_by_person=True)
        return True

    def unmark(self) -> None:
        self.marks = set()
        self.refresh()

    def sort(self, order: Order) -> None:
        self.shape.order = order
        self.rebuild()
        self._reveal(self.cursor)

    def columns(self, width: int) -> Columns:
        """The columns in use; the cost has one where something costs."""
        return columns_for(width, has_cost=bool(self._run.totals.cost), longest=self._name_width + 6)

    def height(self, _width: int) -> int:
        return len(self._visible_nodes)

    def line(self, y: int, width: int) -> Line:
        node, depth = self._visible_nodes[y], self._depths[y]
        if node.attempt:
            row = self._run.rows[node.session_id]
            attempt = next(attempt for attempt in row.attempts if attempt.n == node.attempt)
            return attempt_line(row, attempt, self.columns(width), width, depth=depth)
        is_open = self.shape.is_unfolded(node, self._run)
        if node.package:
            facts = package_facts(self._run, node.package, self._name_of(node, depth), depth, is_open=is_open)
            is_marked = False
        else:
            name = self._name_of(node, depth)
            facts = session_facts(self._run, node.session_id, name, self._clock(), depth, is_open=is_open)
            is_marked = node.session_id in self.marks
        spans = row_line(facts, self.columns(width))
        return (Span("▌", Tone.ACCENT), Span(spans[0].text[1:], spans[0].tone), *spans[1:]) if is_marked else spans

    def _name_of(self, node: Node, depth: int) -> str:
        return shown_name(self._run, node, depth, self._places)

    def action_collapse(self) -> None:
        """Folds the selected row, or goes to the one above it."""
        node = self.selected
        if node is None:
            return
        has_below = self._has_below(self.cursor)
        if has_below and self.shape.is_unfolded(node, self._run):
            self._fold(node, folded=True)
        else:
            depth = self._depths[self.cursor]
            above = (place for place in range(self.cursor - 1, -1, -1) if self._depths[place] < depth)
            self.select(next(above, self.cursor), is_by_person=True)

    def action_expand(self) -> None:
        node = self.selected
        if node is None or node.attempt:
            return
        if self.shape.is_unfolded(node, self._run):
            self.action_move(1)
        else:
            self._fold(node, folded=False)

    def action_toggle_row(self) -> None:
        node = self.selected
        if node is not None and not node.attempt:
            self._fold(node, folded=self.shape.is_unfolded(node, self._run))

    def _has_below(self, place: int) -> bool:
        return place + 1 < len(self._depths) and self._depths[place + 1] > self._depths[place]

    def _fold(self, node: Node, *, folded: bool) -> None:
        self.shape.fold(node, folded=folded)
        self.rebuild()
        self._reveal(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click on the sign before a name folds or unfolds."""
        place = event.y + self.scroll_offset.y
        super().on_click(event)
        if place < len(self._depths) and event.chain == 1 and 0 <= event.x - 1 - 2 * self._depths[place] <= 1:
            self.action_toggle_row()
        event.prevent_default()
