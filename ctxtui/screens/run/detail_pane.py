"""The right side of a run: views of what is selected in the tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from textual.app import ComposeResult
from textual.containers import Vertical

from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.rungs import rungs_of
from ctxtui.screens.access import Access
from ctxtui.screens.history.reading import read_history
from ctxtui.screens.presentation.diff_lines import GUTTER, file_lines
from ctxtui.screens.presentation.event_log import EventLog
from ctxtui.screens.presentation.overview import child_overview, whose_line
from ctxtui.screens.presentation.run_overview import run_overview
from ctxtui.screens.presentation.source_lines import SOURCE_GUTTER, marks_of, source_lines
from ctxtui.screens.presentation.spans import Line, plain
from ctxtui.screens.run.pages import HistoryPage, nothing, of_attempt, trouble
from ctxtui.screens.run.tree_nodes import Node
from ctxtui.screens.services import RunRef
from ctxtui.screens.timeline.source import timeline
from ctxtui.screens.widgets.line_view import Code, Composed, LineBlock, LineSource
from ctxtui.screens.widgets.search_pane import SearchPane
from ctxtui.screens.widgets.tab_line import TabLine
from ctxtui.screens.widgets.text_view import TextView
from ctxtui.screens.working import in_background

_LOG_EVENTS = 5000
_HISTORY_EVENTS = 500


class Tab(IntEnum):
    OVERVIEW = 0
    HISTORY = 1
    OUTPUT = 2
    FILES = 3
    SOURCE = 4
    TIMELINE = 5


_OF_EVENTS = frozenset({Tab.HISTORY, Tab.OUTPUT})
"""The views that change with every event, and not only with the row: their newest lines are at the end, and shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """A view's lines and for what they were read."""

    node: Node
    tab: Tab
    source: LineSource


class DetailPane(Vertical):
    """Shows rows at once, and reads what else a view needs beside the interface, one reading at a time."""

    def __init__(self, access: Access, ref: RunRef, run: RunView, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._access = access
        self._ref = ref
        self._run = run
        self._node: Node | None = None
        self._shown: tuple[Node, Tab] | None = None
        self._log = EventLog()
        self._listens_to = ""
        self._is_reading = False
        self._is_stale = False
        self._has_news = False
        self.tab = Tab.OVERVIEW

    def compose(self) -> ComposeResult:
        yield LineBlock(id="whose")
        yield TabLine(tuple(tab.name.capitalize() for tab in Tab), id="tabs")
        yield SearchPane(TextView(id="page"), id="found")

    @property
    def page(self) -> TextView:
        return self.query_one("#page", TextView)

    @property
    def is_searching(self) -> bool:
        return self.query_one(SearchPane).is_searching

    def end_search(self) -> None:
        self.query_one(SearchPane).end_search()

    def text(self) -> str:
        """What is shown, to be copied or opened in an editor."""
        source, width = self.page.source, max(self.page.size.width, 80)
        if isinstance(source, HistoryPage):
            return source.text
        return plain(source.line(y, width) for y in range(source.height(width)))

    def show_whose(self, *, is_alone: bool) -> None:
        """Says whose the details are, where no selected row and no overview says it."""
        node, run = self._node, self._run
        wanted = is_alone and self.tab is not Tab.OVERVIEW and node is not None and node.session_id in run.rows
        self.query_one("#whose", LineBlock).show(lambda width: [self._whose(node, width)] if wanted and node else [])

    def _whose(self, node: Node, width: int) -> Line:
        return whose_line(self._run.rows[node.session_id], self._run.states[node.session_id], node.attempt, width)

    def choose(self, tab: Tab) -> None:
        self.tab = tab
        self.query_one(TabLine).choose(tab)
        self.update()

    def look_at(self, node: Node) -> None:
        self._node = node
        if node.session_id != self._listens_to:
            self.listen()
        self.update()

    def listen(self) -> None:
        """Tails the events of the selected session, from its newest ones on."""
        if self._node is not None:
            self._listens_to = self._node.session_id
            self._log = EventLog("reading…")
            self._access.follower.listen_to(self._ref, self._listens_to)

    def on_tab_line_chosen(self, message: TabLine.Chosen) -> None:
        self.choose(Tab(message.index))

    def rows_changed(self, session_ids: frozenset[str]) -> None:
        if self._listens_to in session_ids:
            self._divide_log()
        if self._node is not None and (self._node.session_id in session_ids or self.tab is Tab.TIMELINE):
            self.update()

    def take(self) -> None:
        """Takes over what the selected session has said; called several times a second."""
        tail = self._access.follower.take_tail()
        if tail is None or tail.session_id != self._listens_to:
            return
        self._has_news = True
        is_other = tail.is_whole
        if is_other:
            self._log = EventLog()
        self._divide_log()
        dropped = self._log.add(tail.events)
        if self._shows_log and self._node is not None:
            if is_other or self.page.source is not self._log:
                self._put(Page(self._node, self.tab, self._log))
            else:
                self.page.grew(dropped)

    def _divide_log(self) -> None:
        row = self._run.rows.get(self._listens_to)
        self._log.divide(row.attempts if row else ())

    def tick(self) -> None:
        """Once a second: the views in which time passes or that count all rows, and those that are made of events."""
        if self._node is None:
            return
        is_of_run = self.tab is Tab.OVERVIEW and self._node.session_id == self._ref.run_id
        is_made_of_events = self.tab in _OF_EVENTS and not self._shows_log
        if self.tab is Tab.TIMELINE or is_of_run or (self._has_news and is_made_of_events):
            self.update()
        self._has_news = False

    @property
    def _shows_log(self) -> bool:
        return self.tab is Tab.OUTPUT and self._node is not None and not self._node.attempt

    def update(self) -> None:
        """Shows the view again from what is stored now."""
        node = self._node
        if node is None or self._run.parent is None or node.session_id not in self._run.rows:
            return
        reader = self._readers().get(self.tab)
        if self._shows_log:
            self._put(Page(node, self.tab, self._log))
        elif reader is None:
            self._put(Page(node, self.tab, self._from_rows(node)))
        elif self._is_reading:
            self._is_stale = True
        else:
            self._read(node, self.tab, reader)

    def _from_rows(self, node: Node) -> LineSource:
        run = self._run
        row = run.rows[node.session_id]
        if self.tab is Tab.TIMELINE:
            return timeline(run, row, self._access.clock())
        if row.parent_id is None:
            return Composed(lambda width: run_overview(run, self._access.clock(), width))
        state = run.states[node.session_id]
        configured = rungs_of(run.parent)
        return Composed(lambda width: child_overview(row, state, node.attempt, width, configured))

    def _put(self, page: Page) -> None:
        is_same = self._shown == (page.node, page.tab)
        self._shown = (page.node, page.tab)
        if not is_same:
            self.page.show(Composed(lambda _width: ()))
        self.page.show(page.source, tail=page.tab in _OF_EVENTS, keep_place=is_same)

    def _read(self, node: Node, tab: Tab, reader: Callable[[Node], LineSource]) -> None:
        self._is_reading = True
        in_background(
            self,
            lambda: reader(node),
            lambda source: self._was_read(Page(node, tab, source)),
            lambda sentence: self._was_read(Page(node, tab, trouble(sentence))),
            group="detail",
        )

    def _was_read(self, page: Page) -> None:
        self._is_reading = False
        is_wanted = page.node == self._node and page.tab == self.tab
        if is_wanted:
            self._put(page)
        if self._is_stale or not is_wanted:
            self._is_stale = False
            self.update()

    def _readers(self) -> dict[Tab, Callable[[Node], LineSource]]:
        """The views that are read from the store, or from the working area."""
        return {
            Tab.HISTORY: self._history,
            Tab.OUTPUT: self._output_of_attempt,
            Tab.FILES: self._files,
            Tab.SOURCE: self._source,
        }

    def _history(self, node: Node) -> LineSource:
        entries = read_history(self._access.store, self._ref, node.session_id, _HISTORY_EVENTS)
        return HistoryPage(entries)

    def _output_of_attempt(self, node: Node) -> LineSource:
        history, scope = self._access.store.history, self._ref.scope
        events = history.events(scope, node.session_id, 0, _LOG_EVENTS, newest=True, raw=False)
        log = EventLog()
        log.add(of_attempt(events, history.interactions(scope, node.session_id), node.attempt))
        return log

    def _source(self, node: Node) -> LineSource:
        row = self._run.rows[node.session_id]
        if row.parent_id is None:
            return Composed(lambda width: nothing("Select a component to see its code.", width))
        source = self._access.services.launcher.source(self._ref, node.session_id)
        attempts = tuple(one for one in row.attempts if not node.attempt or one.n <= node.attempt)
        marks = marks_of(attempts)
        return Code(lambda width: source_lines(source.path, source.text, marks, width), SOURCE_GUTTER)

    def _files(self, node: Node) -> LineSource:
        if self._run.rows[node.session_id].parent_id is None:
            return Composed(lambda width: nothing("Select a component to see its tests.", width))
        files = self._access.services.launcher.diff(self._ref, node.session_id)
        lines = [spans for file in files for spans in file_lines(file)]
        return Code(lambda width: lines or nothing("No test file has been written yet.", width), GUTTER)
