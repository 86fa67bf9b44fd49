"""One run, live: the tree of its sessions, and what is known of the selected one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from ctxtui.core.domain.request import Request
from ctxtui.core.views.run_view import RunView
from ctxtui.screens.access import Access
from ctxtui.screens.navigation import FoundPlace
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.run.acts import RunActs
from ctxtui.screens.run.arrivals import Arrivals
from ctxtui.screens.run.bindings import run_bindings
from ctxtui.screens.run.detail_pane import DetailPane, Tab
from ctxtui.screens.run.frame import RunFrame
from ctxtui.screens.run.posting import Posting
from ctxtui.screens.run.session_tree import SessionTree
from ctxtui.screens.run.tree_filter import TreeFilter
from ctxtui.screens.run.tree_nodes import Node
from ctxtui.screens.services import RunRef
from ctxtui.screens.throttle import Throttle
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import ColumnHead, LineBlock

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow

FRAME_SECONDS = 1 / 20
"""Between two looks at what has changed: a change after a pause is shown at once."""
TAIL_SECONDS = 1 / 10
"""Between two looks at what the selected session says, whose every line moves all the others."""


class RunScreen(Screen[None]):
    """Shows what the follower brings and posts what a person asks."""

    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (50, "-narrow"), (80, "-wide"), (110, "-roomy")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = run_bindings()

    def __init__(self, access: Access, ref: RunRef, begins_at: FoundPlace | None = None) -> None:
        """With `begins_at` it begins at that place of a session's history."""
        super().__init__()
        self._begins_at = begins_at
        self.access = access
        self.ref = ref
        self.run = RunView()
        self.acts = RunActs(self)
        self._frame = RunFrame(self)
        self.posting = Posting(self)
        self.is_following = access.settings.follow
        self._arrivals = Arrivals(self)
        self.news = Throttle(self, FRAME_SECONDS, self._arrivals.take)

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield LineBlock(id="shown")
                yield ColumnHead(id="columns")
                yield SessionTree(self.run, self.access.clock, id="tree")
                yield FilterBar(id="filter")
            yield DetailPane(self.access, self.ref, self.run, id="detail")
        yield KeyBar(id="keys")

    @property
    def session_tree(self) -> SessionTree:
        return self.query_one(SessionTree)

    @property
    def detail(self) -> DetailPane:
        return self.query_one(DetailPane)

    @property
    def targets(self) -> tuple[ChildRow, ...]:
        """The rows that an act is about: those marked, else those of the selected row."""
        tree, rows = self.session_tree, self.run.rows
        if tree.marks:
            return tuple(row for row in self.run.children if row.id in tree.marks)
        ids = tree.ids_of(tree.selected) if tree.selected else ()
        chosen = tuple(rows[row_id] for row_id in ids if row_id in rows)
        return chosen or ((self.run.parent,) if self.run.parent and tree.selected is None else ())

    @property
    def takes_keys(self) -> bool:
        """Whether there is anything yet that a key could be about."""
        opened = self.access.opened
        return self.session_tree.selected is not None or (opened is not None and bool(opened.follower.error))

    def on_mount(self) -> None:
        self.session_tree.focus()
        self.show_head()
        self._arrivals.tailing = self.set_interval(TAIL_SECONDS, self._arrivals.take_tail)
        self.set_interval(1.0, self._arrivals.tick)
        self.store_opened()

    def store_opened(self) -> None:
        """Begins to follow, as soon as there is a store."""
        if self.access.opened is not None:
            self.access.follower.turn_to(self.ref, self.news.ask)

    def on_screen_resume(self) -> None:
        self.session_tree.rebuild()
        self.show_head()
        if self.access.opened is not None and self.session_tree.selected is not None:
            # What was covered was not drawn, and another screen may have listened to another session meanwhile.
            self.detail.listen()
            self.detail.update()

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_head)

    def begin_at(self) -> None:
        """Selects the run itself, or goes to the place that was asked for."""
        self.query_one(KeyBar).hush()  # that the run is still being opened, where a key came before it
        self.session_tree.select(0)
        self.detail.look_at(Node(self.ref.run_id))
        if self._begins_at is not None:
            self._go_to_found(self._begins_at)

    def _go_to_found(self, found: FoundPlace) -> None:
        session_id = found.found.hits[found.place].session_id
        self.is_following = False
        self.session_tree.go_to_session(session_id)
        self.detail.choose(Tab.HISTORY)
        self.app.push_screen(screen_class("history")(self.access, self.ref, self.run, session_id, found))

    def show_head(self) -> None:
        self._frame.show()

    def hint(self, sentence: str, tone: Tone = Tone.WARN) -> None:
        self.query_one(KeyBar).tell(sentence, tone)

    def set_filter(self, chosen: TreeFilter) -> None:
        self.session_tree.shape.filter = chosen
        self.session_tree.rebuild()
        self.show_head()

    def open_filter(self) -> None:
        self.query_one("#filter", FilterBar).open(self.session_tree.filter.text)

    def ask(self, requests: Sequence[Request]) -> None:
        self.posting.ask(requests)

    def go_on(self) -> None:
        self.posting.go_on()

    @property
    def is_detail_alone(self) -> bool:
        return self.has_class("-peeking")

    def show_alone(self, *, is_alone: bool) -> None:
        self.set_class(is_alone, "-peeking")
        (self.detail.page if is_alone else self.session_tree).focus()
        self.show_head()

    def action_do(self, action: str) -> None:
        self.acts.do(action)

    def on_key(self, event: events.Key) -> None:
        """Keys that are bound nowhere may be the user's own."""
        if event.key in self.access.settings.commands:
            event.stop()
            self.acts.own_command(event.key)

    def action_tab(self, index: int) -> None:
        self.detail.choose(Tab(index))
        self.show_head()

    def action_search_page(self) -> None:
        self.detail.page.action_search()

    def action_other_pane(self) -> None:
        page = self.detail.page
        (self.session_tree if page.has_focus else page).focus()

    def action_back(self) -> None:
        """Closes one thing after the other; it never leaves the run, however often it is pressed."""
        tree = self.session_tree
        if self.detail.is_searching:
            self.detail.end_search()
        elif self.is_detail_alone:
            self.show_alone(is_alone=False)
        elif tree.marks:
            tree.unmark()
        elif tree.filter.is_on:
            self.set_filter(TreeFilter())
        elif not tree.has_focus:
            tree.focus()
        else:
            goes_on = " The run goes on either way." if self.run.is_active else ""
            self.hint(f"Nothing is open here; H goes to all runs, q leaves.{goes_on}", Tone.MUTED)
        self.show_head()

    def stay(self) -> None:
        """Keeps the selection where a person put it."""
        if self.is_following:
            self.is_following = False
            if self.run.is_active:
                self.hint("Following off: F turns it on again.", Tone.MUTED)

    @on(LineList.Highlighted, "#tree")
    def _looked_at(self, message: LineList.Highlighted) -> None:
        if message.is_by_person:
            self.stay()
        self.call_after_refresh(self._look_at_selected)  # the row itself is drawn first

    def _look_at_selected(self) -> None:
        node = self.session_tree.selected
        if node is not None:
            self.detail.look_at(node)
        self.show_head()

    @on(LineList.Chosen, "#tree")
    def _opened(self) -> None:
        node = self.session_tree.selected
        if node is not None and node.package:
            self.session_tree.action_toggle_row()
        else:
            self.show_alone(is_alone=True)

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    @on(FilterBar.Changed)
    def _filtered(self, message: FilterBar.Changed) -> None:
        self.set_filter(TreeFilter(self.session_tree.filter.by_state, message.text))
