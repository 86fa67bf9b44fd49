"""Everything that happened in a session, in order, and to be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.screens.access import Access
from ctxtui.screens.editor import open_in_editor
from ctxtui.screens.history_reading import HistoryRead, HitsFound, read_history
from ctxtui.screens.presentation.entries import Entry, entry_line, place_after, with_words
from ctxtui.screens.presentation.entry_page import entry_page
from ctxtui.screens.presentation.hits import hit_line, merged_hits
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, line, wrapped
from ctxtui.screens.run_view import RunView
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView

if TYPE_CHECKING:
    from ctxtui.core.ports.store import SearchHit


class HistoryScreen(Screen[None]):
    """Entries left, the whole of the selected one right. A search over the run lists hits in place of the entries."""

    CSS_PATH = "reading.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-beside")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "show only entries with these words", id="history.filter"),
        Binding("S", "search", "search the whole run", id="history.search"),
        Binding("right_square_bracket", "jump(1)", "to the next prompt", id="history.next-prompt"),
        Binding("left_square_bracket", "jump(-1)", "to the failure before", id="history.failure-before"),
        Binding("e", "editor", "open the entry in your editor", id="history.editor"),
        Binding("y", "copy", "copy the entry", id="history.copy"),
        Binding("tab,shift+tab", "other_pane", "go to the other side", id="history.pane"),
        Binding("escape", "back", "close what is open, then back", id="history.back"),
    ]

    def __init__(self, access: Access, ref: RunRef, run: RunView, session_id: str) -> None:
        super().__init__()
        self._access = access
        self._ref = ref
        self.run = run
        self._session_id = session_id
        self._all: list[Entry] = []
        self._entries: list[Entry] = []
        self._hits: list[SearchHit] | None = None
        self._words = ""
        self._searches = False
        self._version = -1
        self._wanted_step = ""

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        with Horizontal(id="panes"):
            yield LineList(id="entries")
            yield LineView(id="entry")
        yield FilterBar(id="filter")
        yield KeyBar(id="keys")

    @property
    def entries(self) -> LineList:
        return self.query_one("#entries", LineList)

    @property
    def text(self) -> LineView:
        return self.query_one("#entry", LineView)

    def on_mount(self) -> None:
        self.entries.focus()
        offered = (
            Offered("history.filter", "filter", "filter"),
            Offered("history.search", "search the run", "search"),
            Offered("history.next-prompt", "next prompt", "jump(1)"),
            Offered("history.failure-before", "failure before", "jump(-1)"),
            Offered("history.editor", "editor", "editor"),
            Offered("history.copy", "copy", "copy"),
        )
        offer_keys(self, offered, (Offered("history.back", "back", "back"), HELP))
        self.set_interval(0.5, self._follow)
        self._follow()

    def _follow(self) -> None:
        """Reads again when the session has gone on."""
        row = self.run.rows.get(self._session_id)
        if row is not None and row.version != self._version:
            self._version = row.version
            self._read(self._session_id)

    @work(thread=True, group="history", exclusive=True, exit_on_error=False)
    def _read(self, session_id: str) -> None:
        self.post_message(read_history(self._access.store, self._ref, session_id))

    @on(HistoryRead)
    def _was_read(self, message: HistoryRead) -> None:
        if message.session_id != self._session_id:
            return
        if message.error:
            self.query_one(KeyBar).tell(message.error, Tone.BAD)
            return
        is_first = not self._all
        self._all = message.entries
        self._show()
        if is_first:
            self.entries.select(len(self._entries) - 1)
        if self._wanted_step:
            place = next((n for n, entry in enumerate(self._entries) if entry.interaction_id == self._wanted_step), 0)
            self._wanted_step = ""
            self.entries.select(place)

    def _show(self) -> None:
        entries = self._entries = with_words(self._all, self._words)
        self.query_one("#head", LineBlock).show(self._head_lines)
        if self._hits is None:
            self.entries.show(Composed(lambda width: [entry_line(entry, width) for entry in entries]))
        self.entries.select(min(self.entries.cursor, max(self.entries.row_count - 1, 0)))
        self._show_entry()

    def _head_lines(self, _width: int) -> list[Line]:
        row = self.run.rows.get(self._session_id)
        told = "everything that happened"
        if self._hits is not None:
            told = f"{len(self._hits)} found in the whole run · enter goes there · esc back"
        elif self._words:
            told = f"{len(self._entries)} of {len(self._all)} with “{self._words}”"
        return [line((f" {row.name if row else ''}", Tone.STRONG), (f"  {told}", Tone.MUTED)), BLANK]

    def _show_entry(self) -> None:
        entry = self._entry
        if entry is None:
            told = "Nothing with these words." if self._words else "Nothing has happened yet."
            self.text.show(Composed(lambda width: wrapped(told, width - 2, Tone.MUTED, " ")))
            return
        self.text.show(Composed(lambda width: entry_page(entry, width)), keep_place=False)

    @property
    def _entry(self) -> Entry | None:
        cursor = self.entries.cursor
        return self._entries[cursor] if self._hits is None and cursor < len(self._entries) else None

    def action_jump(self, by: int) -> None:
        """To the prompt that follows, or to the failure before: what was found, and what was made of it."""
        place = place_after(self._entries, self.entries.cursor, by)
        if place is None:
            self.query_one(KeyBar).tell("No prompt follows." if by > 0 else "No failure before this.")
        else:
            self.entries.select(place, is_by_person=True)

    async def action_filter(self) -> None:
        self._searches = False
        await self.query_one(FilterBar).open(self._words)

    async def action_search(self) -> None:
        self._searches = True
        await self.query_one(FilterBar).open("", "search everything that happened in this run")

    @on(FilterBar.Changed)
    def _typed(self, message: FilterBar.Changed) -> None:
        if not self._searches:
            self._words = message.text
            self._show()
        elif message.text.strip():
            self._search(message.text.strip())

    @work(thread=True, group="search", exclusive=True, exit_on_error=False)
    def _search(self, text: str) -> None:
        try:
            hits = self._access.store.history.search(self._ref.scope, self._ref.run_id, text)
        except CtxtuiError as error:
            self.app.call_from_thread(self.query_one(KeyBar).tell, str(error), Tone.BAD)
            return
        self.post_message(HitsFound(text, hits))

    @on(HitsFound)
    def _was_found(self, message: HitsFound) -> None:
        hits = self._hits = merged_hits(message.hits)
        names = {session_id: self.run.short_name(row) for session_id, row in self.run.rows.items()}
        text = message.text
        self.entries.show(
            Composed(lambda width: [hit_line(hit, names.get(hit.session_id, ""), text, width) for hit in hits])
        )
        self.query_one("#head", LineBlock).show(self._head_lines)
        self.entries.select(0)
        self._show_hit()

    def _show_hit(self) -> None:
        if self._hits and self.entries.cursor < len(self._hits):
            hit = self._hits[self.entries.cursor]
            self.text.show(Composed(lambda width: wrapped(hit.excerpt, width - 2, indent=" ")), keep_place=False)

    @on(FilterBar.Closed)
    def _typing_over(self) -> None:
        self.entries.focus()

    @on(LineList.Highlighted, "#entries")
    def _highlighted(self) -> None:
        (self._show_entry if self._hits is None else self._show_hit)()

    @on(LineList.Chosen, "#entries")
    def _chosen(self) -> None:
        if self._hits is not None:
            self._go_to_hit()
        elif self._entry is not None and self._entry.is_failure:
            self.action_jump(1)
        else:
            self.text.focus()

    def _go_to_hit(self) -> None:
        if self._hits and self.entries.cursor < len(self._hits):
            hit = self._hits[self.entries.cursor]
            self._hits, self._words, self._session_id = None, "", hit.session_id
            self._wanted_step, self._version = hit.interaction_id, -1
            self._follow()

    def action_other_pane(self) -> None:
        (self.entries if self.text.has_focus else self.text).focus()

    def action_editor(self) -> None:
        if self._entry is not None:
            told = open_in_editor(self.app, self._entry.body, f"{self._entry.kind.value}.txt")
            if told:
                self.query_one(KeyBar).tell(told, Tone.BAD)

    def action_copy(self) -> None:
        if self._entry is not None:
            self.app.copy_to_clipboard(self._entry.body)
            self.query_one(KeyBar).tell("Copied the entry.", Tone.MUTED)

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    def action_back(self) -> None:
        if self._hits is not None or self._words:
            self._hits, self._words = None, ""
            self._show()
        elif self.text.has_focus:
            self.entries.focus()
        else:
            self.app.pop_screen()
