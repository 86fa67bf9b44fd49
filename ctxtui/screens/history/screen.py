"""Everything that happened in a session, in order, and to be searched."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from ctxtui.core.views.run_view import RunView
from ctxtui.screens.access import Access
from ctxtui.screens.clipboard import copy_text
from ctxtui.screens.editor import open_in_editor
from ctxtui.screens.history.hit_list import HitList
from ctxtui.screens.history.reading import Found, read_history, search_run
from ctxtui.screens.leaving import Page
from ctxtui.screens.navigation import FoundPlace
from ctxtui.screens.presentation.entries import Entry, entry_lines, place_after, with_words
from ctxtui.screens.presentation.entry_page import entry_page
from ctxtui.screens.presentation.hits import Hit, place_of
from ctxtui.screens.presentation.marking import marked
from ctxtui.screens.presentation.spans import BLANK, Line, Tone, line, wrapped
from ctxtui.screens.services import RunRef
from ctxtui.screens.view import is_in_view
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Composed, LineBlock
from ctxtui.screens.widgets.search_pane import SearchPane
from ctxtui.screens.widgets.text_view import TextView
from ctxtui.screens.working import in_background


class HistoryScreen(Page[None]):
    """Entries left, the whole of the selected one right. A search over the run lists hits in place of the entries."""

    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (100, "-beside")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "show only entries with these words", id="history.filter"),
        Binding("S", "search", "search the whole run", id="history.search"),
        Binding("n", "match(1)", "next place with the words", id="history.next-match"),
        Binding("N", "match(-1)", "place with the words before", id="history.match-before"),
        Binding("right_square_bracket", "jump(1)", "to the next prompt", id="history.next-prompt"),
        Binding("left_square_bracket", "jump(-1)", "to the failure before", id="history.failure-before"),
        Binding("e", "editor", "open the entry in your editor", id="history.editor"),
        Binding("y", "copy", "copy the entry", id="history.copy"),
        Binding("tab,shift+tab", "other_pane", "go to the other side", id="history.pane"),
        Binding("escape", "back", "close what is open, then back", id="history.back"),
    ]

    def __init__(
        self, access: Access, ref: RunRef, run: RunView, session_id: str, begins_at: FoundPlace | None = None
    ) -> None:
        super().__init__()
        self._access = access
        self._ref = ref
        self.run = run
        self._session_id = session_id
        self._all: list[Entry] = []
        self._entries: list[Entry] = []
        self._hits = HitList(begins_at.found, place=begins_at.place) if begins_at else HitList()
        self._words = ""
        self._searches = False
        self._is_reading = False
        self._was_read_once = False
        self._has_news = True
        self._wanted: Hit | None = begins_at.found.hits[begins_at.place] if begins_at else None
        self._read: tuple[object, ...] = ()
        """Which entry the text shows, so that news of the session leave its reader in place."""

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        with Horizontal(id="panes"):
            yield LineList(id="entries")
            yield SearchPane(TextView(id="page"), id="entry")
        yield FilterBar(id="filter")
        yield KeyBar(id="keys")

    @property
    def entries(self) -> LineList:
        return self.query_one("#entries", LineList)

    @property
    def text(self) -> TextView:
        return self.query_one("#page", TextView)

    @property
    def takes_keys(self) -> bool:
        """Whether there is anything yet that a key could be about."""
        return self._was_read_once or not self._is_reading

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
        self._show_head()
        self._listen()
        self.set_interval(0.3, self._follow)
        self._follow()

    def _listen(self) -> None:
        self._access.follower.listen_to(self._ref, self._session_id)
        self._has_news = True

    def _follow(self) -> None:
        """Reads again when the session has said something."""
        if is_in_view(self) and self._access.follower.take_tail() is not None:
            self._has_news = True
        if self._has_news and not self._is_reading:
            self._has_news, self._is_reading = False, True
            session_id = self._session_id
            in_background(
                self,
                lambda: read_history(self._access.store, self._ref, session_id),
                lambda entries: self._was_read(session_id, entries),
                self._could_not,
                group="history",
            )

    def _could_not(self, sentence: str) -> None:
        self._is_reading = False
        self.query_one(KeyBar).tell(sentence, Tone.BAD)

    def _was_read(self, session_id: str, entries: list[Entry]) -> None:
        self._is_reading = False
        if session_id != self._session_id:
            return
        self._was_read_once = True
        was_last = self.entries.cursor >= len(self._entries) - 1
        is_first = not self._all
        self._all = entries
        if self._hits.is_shown:
            return
        self._show()
        if self._wanted is not None:
            self.entries.select(place_of(self._wanted, self._entries, self._hits.words))
            self._wanted = None
            self._show_entry()
        elif is_first or was_last:
            self.entries.select(len(self._entries) - 1)

    def _show(self) -> None:
        entries = self._entries = with_words(self._all, self._words)
        words = self._words
        self._show_head()
        self.entries.show(
            Composed(lambda width: [marked(entry_lines(entry, width)[0], words) for entry in entries]), keep_place=True
        )
        self.entries.select(min(self.entries.cursor, max(self.entries.row_count - 1, 0)))
        self._show_entry()

    def _show_head(self) -> None:
        self.query_one("#head", LineBlock).show(self._head_lines)

    def _head_lines(self, _width: int) -> list[Line]:
        hits = self._hits
        if hits.is_shown:
            told = f"“{hits.words}”: {hits.found.count} found · enter goes there · esc back"
            name = self.run.parent.name if self.run.parent else ""
            return [line((f" all of {name}", Tone.STRONG), (f"  {told}", Tone.MUTED)), BLANK]
        row = self.run.rows.get(self._session_id)
        told = "everything that happened" if self._was_read_once else "reading…"
        if self._words:
            told = f"{len(self._entries)} of {len(self._all)} with “{self._words}” · esc shows all"
        elif hits.words:
            told = f"esc goes back to what was found with “{hits.words}”"
        return [line((f" {row.name if row else ''}", Tone.STRONG), (f"  {told}", Tone.MUTED)), BLANK]

    def _show_entry(self) -> None:
        entry = self._entry
        if entry is None:
            told = "Nothing with these words." if self._words else "Nothing has happened yet."
            self.text.show(Composed(lambda width: wrapped(told, width - 2, Tone.MUTED, " ")))
            return
        words = self._words or self._hits.words
        read, self._read = self._read, (self._session_id, entry.kind, entry.at, entry.interaction_id, entry.event_id)
        self.text.show(
            Composed(lambda width: [marked(spans, words) for spans in entry_page(entry, width)]),
            keep_place=read == self._read,
        )

    @property
    def _entry(self) -> Entry | None:
        cursor = self.entries.cursor
        return self._entries[cursor] if not self._hits.is_shown and cursor < len(self._entries) else None

    def action_jump(self, by: int) -> None:
        """To the prompt that follows, or to the failure before: what was found, and what was made of it."""
        place = place_after(self._entries, self.entries.cursor, by)
        if self._hits.is_shown or place is None:
            self.query_one(KeyBar).tell("No prompt follows." if by > 0 else "No failure before this.")
        else:
            self.entries.select(place, is_by_person=True)

    def action_match(self, by: int) -> None:
        """From place to place in the text; what the entries were filtered by is searched for there, too."""
        words = self._words or self._hits.words
        if self.text.words:
            self.text.action_match(by)
        elif words and self._entry is not None:
            self.text.search(words)
        else:
            self.query_one(KeyBar).tell("Nothing is searched for: / filters, S searches the run.", Tone.MUTED)

    def action_filter(self) -> None:
        self._searches = False
        self.query_one("#filter", FilterBar).open(self._words)

    def action_search(self) -> None:
        self._searches = True
        self.query_one("#filter", FilterBar).open(self._hits.words, "search everything that happened in this run")

    @on(FilterBar.Changed)
    def _typed(self, message: FilterBar.Changed) -> None:
        if not self._searches:
            self._words = message.text
            self._show()
        elif text := message.text.strip():
            in_background(
                self,
                lambda: search_run(self._access.store, self._ref, self.run, text),
                self._was_found,
                self._could_not,
                group="search",
                is_latest_only=True,
            )

    def _was_found(self, found: Found) -> None:
        self._hits.take(found)
        self._show_hits()

    def _show_hits(self) -> None:
        hits = self._hits
        hits.is_shown = True
        self.entries.show(hits.rows({row.id: self.run.short_name(row) for row in self.run.rows.values()}))
        self._show_head()
        self.entries.select(hits.place)
        self._show_hit()

    def _show_hit(self) -> None:
        self.text.show(self._hits.page(self.entries.cursor), keep_place=False)

    @on(FilterBar.Closed)
    def _typing_over(self) -> None:
        self.entries.focus()

    @on(LineList.Highlighted, "#entries")
    def _highlighted(self) -> None:
        if self._hits.is_shown:
            self._show_hit()
        else:
            self._show_entry()

    @on(LineList.Chosen, "#entries")
    def _chosen(self) -> None:
        if self._hits.is_shown:
            self._go_to_hit()
        elif self._entry is not None and self._entry.is_failure:
            self.action_jump(1)
        else:
            self.text.focus()

    def _go_to_hit(self) -> None:
        hit = self._hits.open(self.entries.cursor)
        if hit is not None:
            self._words, self._session_id, self._wanted = "", hit.session_id, hit
            self._all, self._entries = [], []
            self._listen()
            self._follow()

    def action_other_pane(self) -> None:
        (self.entries if self.text.has_focus else self.text).focus()

    @property
    def _text_shown(self) -> str:
        if self._entry is not None:
            return self._entry.text
        hit = self._hits.hit(self.entries.cursor)
        return hit.excerpt if hit is not None else ""

    def action_editor(self) -> None:
        text = self._text_shown
        told = open_in_editor(self.app, text, "entry.txt") if text else "There is no entry here."
        if told:
            self.query_one(KeyBar).tell(told, Tone.BAD)

    def action_copy(self) -> None:
        told = copy_text(self.app, self._text_shown, "the entry") if self._text_shown else "There is no entry here."
        self.query_one(KeyBar).tell(told, Tone.MUTED)

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    def action_back(self) -> None:
        """One thing after the other: a search in the text, the filter, the entry, what was found, the screen."""
        pane = self.query_one(SearchPane)
        if pane.is_searching:
            pane.end_search()
        elif self._words:
            self._words = ""
            self._show()
        elif self.text.has_focus:
            self.entries.focus()
        elif self._hits.is_shown:
            self._hits.drop()
            self._show()
        elif self._hits.words:
            self._show_hits()
        else:
            self.dismiss(None)
