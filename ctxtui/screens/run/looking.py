"""The keys that change what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.run.tree_filter import StateFilter, TreeFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.core.ports.store import ChildRow
    from ctxtui.screens.run.desk import Desk


class Looking:
    """One method for each action, called with the rows that it is about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def diff(self, rows: Sequence[ChildRow]) -> None:
        desk = self._desk
        desk.app.push_screen(screen_class("diff")(desk.access, desk.ref, rows[0], desk.run))

    def history(self, rows: Sequence[ChildRow]) -> None:
        desk = self._desk
        desk.app.push_screen(screen_class("history")(desk.access, desk.ref, desk.run, rows[0].id))

    def timeline(self, _rows: Sequence[ChildRow]) -> None:
        desk = self._desk

        def chosen(session_id: str | None) -> None:
            if session_id:
                desk.session_tree.go_to_session(session_id)
                desk.stay()

        desk.app.push_screen(screen_class("timeline")(desk.access, desk.run), chosen)

    def next_waiting(self, _rows: Sequence[ChildRow]) -> None:
        self._go_to_waiting(1)

    def waiting_before(self, _rows: Sequence[ChildRow]) -> None:
        self._go_to_waiting(-1)

    def _go_to_waiting(self, by: int) -> None:
        if not self._desk.session_tree.go_to_waiting(by):
            self._desk.hint("The filter hides what needs you; 0 shows all.")
        else:
            self._desk.stay()

    def step_down(self, _rows: Sequence[ChildRow]) -> None:
        self._desk.session_tree.action_move(1)
        self._desk.stay()

    def step_up(self, _rows: Sequence[ChildRow]) -> None:
        self._desk.session_tree.action_move(-1)
        self._desk.stay()

    def mark(self, _rows: Sequence[ChildRow]) -> None:
        desk = self._desk
        if not desk.session_tree.mark():
            desk.hint("Select a component or a package to mark.")
        desk.show_head()

    def sort(self, _rows: Sequence[ChildRow]) -> None:
        tree = self._desk.session_tree
        tree.sort(tree.shape.order.next())
        self._desk.hint(f"Sorted by {tree.shape.order.value}.", Tone.MUTED)
        self._desk.show_head()

    def filter(self, _rows: Sequence[ChildRow]) -> None:
        self._desk.open_filter()

    def only_failed(self, _rows: Sequence[ChildRow]) -> None:
        self._only(StateFilter.FAILED)

    def only_running(self, _rows: Sequence[ChildRow]) -> None:
        self._only(StateFilter.RUNNING)

    def only_waiting(self, _rows: Sequence[ChildRow]) -> None:
        self._only(StateFilter.NEEDS_YOU)

    def show_all(self, _rows: Sequence[ChildRow]) -> None:
        self._desk.set_filter(TreeFilter())

    def _only(self, wanted: StateFilter) -> None:
        desk = self._desk
        desk.set_filter(TreeFilter(wanted, desk.session_tree.filter.text))
        if not desk.session_tree.shown_count:
            desk.hint(f"Nothing is {wanted.value}; 0 shows all.", Tone.MUTED)

    def follow(self, _rows: Sequence[ChildRow]) -> None:
        desk = self._desk
        desk.is_following = not desk.is_following
        told = "the selection goes where something happens" if desk.is_following else "the selection stays"
        desk.hint(f"Following {'on' if desk.is_following else 'off'}: {told}.", Tone.MUTED)
        desk.show_head()
