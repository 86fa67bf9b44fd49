"""The right side of a run: five views of what is selected in the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.domain.interaction import Interaction
from ctxtui.core.engine.shown import rungs_of
from ctxtui.screens.access import Access
from ctxtui.screens.presentation.diff_lines import file_lines
from ctxtui.screens.presentation.entries import Entry, entries_of, entry_line
from ctxtui.screens.presentation.event_lines import log_lines
from ctxtui.screens.presentation.overview import child_overview, run_overview
from ctxtui.screens.presentation.spans import Line, Tone, line, plain, wrapped
from ctxtui.screens.run_view import RunView
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.line_view import Composed, LineSource, LineView
from ctxtui.screens.widgets.session_tree import Node
from ctxtui.screens.widgets.tab_line import TabLine
from ctxtui.screens.widgets.timeline_source import ChildTimeline, RunTimeline

if TYPE_CHECKING:
    from ctxtui.core.ports.store import StoredEvent


_LOG_EVENTS = 2000
_HISTORY_EVENTS = 500


class Tab(IntEnum):
    OVERVIEW = 0
    HISTORY = 1
    OUTPUT = 2
    FILES = 3
    TIMELINE = 4


_STORED = frozenset({Tab.HISTORY, Tab.OUTPUT, Tab.FILES})
"""The views that need more than the rows: they are read on a worker."""


@dataclass(frozen=True, slots=True)
class Page:
    """A view's lines and for what they were read."""

    node: Node
    tab: Tab
    source: LineSource


class DetailPane(Vertical):
    """Reads what its view needs on a worker, one reading at a time, and shows it when it comes."""

    class Read(Message):
        """A view was read from the store."""

        def __init__(self, page: Page) -> None:
            super().__init__()
            self.page = page

    def __init__(self, access: Access, ref: RunRef, run: RunView, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._access = access
        self._ref = ref
        self._run = run
        self._node: Node | None = None
        self._shown: tuple[Node, Tab] | None = None
        self._is_reading = False
        self._is_stale = False
        self.tab = Tab.OVERVIEW

    def compose(self) -> ComposeResult:
        yield TabLine(tuple(tab.name.capitalize() for tab in Tab), id="tabs")
        yield LineView(id="page")

    @property
    def page(self) -> LineView:
        return self.query_one("#page", LineView)

    def text(self) -> str:
        """What is shown, to be copied or opened in an editor."""
        source, width = self.page.source, max(self.page.size.width, 80)
        return plain(source.line(y, width) for y in range(source.height(width)))

    def choose(self, tab: Tab) -> None:
        self.tab = tab
        self.query_one(TabLine).choose(tab)
        self.update()

    def look_at(self, node: Node) -> None:
        self._node = node
        self.update()

    def on_tab_line_chosen(self, message: TabLine.Chosen) -> None:
        self.choose(Tab(message.index))

    def rows_changed(self, session_ids: frozenset[str]) -> None:
        if self._node is not None and (self._node.session_id in session_ids or self.tab is Tab.TIMELINE):
            self.update()

    def tick(self) -> None:
        """Once a second: the views in which time passes."""
        if self.tab is Tab.TIMELINE and self._node is not None:
            self.update()

    def update(self) -> None:
        """Shows the view again from what is stored now."""
        node = self._node
        if node is None or self._run.parent is None or node.session_id not in self._run.rows:
            return
        if self.tab in _STORED:
            if self._is_reading:
                self._is_stale = True
            else:
                self._is_reading = True
                self._read(node, self.tab)
        else:
            self._put(Page(node, self.tab, self._from_rows(node)))

    def _from_rows(self, node: Node) -> LineSource:
        run = self._run
        row = run.rows[node.session_id]
        if self.tab is Tab.TIMELINE:
            now = self._access.clock()
            return RunTimeline(run, now) if row.parent_id is None else ChildTimeline(run, row, now)
        if row.parent_id is None:
            return Composed(lambda width: run_overview(run, width))
        state = run.states[node.session_id]
        configured = rungs_of(run.parent)
        return Composed(lambda width: child_overview(row, state, node.attempt, width, configured))

    def _put(self, page: Page) -> None:
        is_same = self._shown == (page.node, page.tab)
        self._shown = (page.node, page.tab)
        if not is_same:
            self.page.show(Composed(lambda _width: ()))
        self.page.show(page.source, tail=page.tab is Tab.OUTPUT, keep_place=is_same)

    @work(thread=True, group="detail", exit_on_error=False)
    def _read(self, node: Node, tab: Tab) -> None:
        try:
            source: LineSource = _READERS[tab](self, node)
        except CtxtuiError as error:
            sentence = str(error)
            source = Composed(lambda width: wrapped(sentence, width - 1, Tone.BAD, " "))
        self.post_message(self.Read(Page(node, tab, source)))

    def on_detail_pane_read(self, message: Read) -> None:
        page = message.page
        self._is_reading = False
        is_wanted = page.node == self._node and page.tab == self.tab
        if is_wanted:
            self._put(page)
        if self._is_stale or not is_wanted:
            self._is_stale = False
            self.update()

    def _history(self, node: Node) -> LineSource:
        history, scope = self._access.store.history, self._ref.scope
        steps = history.interactions(scope, node.session_id)
        events = history.events(scope, node.session_id, 0, _HISTORY_EVENTS, newest=True)
        requests = self._access.store.requests.all(scope, self._ref.run_id)
        entries = entries_of(steps, events, (one for one in requests if one.session_id == node.session_id))
        return Composed(lambda width: _entry_lines(entries, width))

    def _output(self, node: Node) -> LineSource:
        history, scope = self._access.store.history, self._ref.scope
        events = history.events(scope, node.session_id, 0, _LOG_EVENTS, newest=True)
        if node.attempt:
            events = _of_attempt(events, history.interactions(scope, node.session_id), node.attempt)
        return Composed(lambda width: log_lines(events, width) or _nothing("Nothing has been written yet."))

    def _files(self, node: Node) -> LineSource:
        if self._run.rows[node.session_id].parent_id is None:
            return Composed(lambda _width: _nothing("Select a component to see its tests."))
        files = self._access.services.launcher.diff(self._ref, node.session_id)
        lines = [spans for file in files for spans in file_lines(file)] or _nothing(
            "No test file has been written yet."
        )
        return Composed(lambda _width: lines)


def _nothing(sentence: str) -> list[Line]:
    return [line((f" {sentence}", Tone.MUTED))]


def _entry_lines(entries: Sequence[Entry], width: int) -> list[Line]:
    told = "Nothing has happened yet: its first step is told here as soon as a job is free."
    return [entry_line(entry, width) for entry in entries] or wrapped(told, width - 1, Tone.MUTED, " ")


def _of_attempt(events: Sequence[StoredEvent], steps: Sequence[Interaction], n: int) -> tuple[StoredEvent, ...]:
    """The events of one attempt: those of the interactions from its agent's turn up to the next one."""
    turn = 0
    of: dict[str, int] = {}
    for step in steps:
        turn += step.command.step in {"generate_tests", "fix_failures"}
        of[step.id] = turn
    return tuple(stored for stored in events if of.get(stored.interaction_id) == n)


_READERS = {Tab.HISTORY: DetailPane._history, Tab.OUTPUT: DetailPane._output, Tab.FILES: DetailPane._files}  # noqa: SLF001 - its own methods
