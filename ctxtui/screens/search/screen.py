"""Searches everything that happened in all runs; a hit leads into its run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from ctxtui.screens.access import Access
from ctxtui.screens.leaving import Page
from ctxtui.screens.navigation import OpenRun
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, clean, fit, line, shorten
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Composed, LineBlock
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow, SearchHit

_PER_RUN, _MOST = 20, 200
_NAME, _ID = 20, 8


class Found(NamedTuple):
    run: RunRow
    hit: SearchHit


class SearchScreen(Page[OpenRun | None]):
    """Gives the run and the session that were chosen. Newest runs come first."""

    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="search.back"),
        Binding("slash", "again", "search for other words", id="search.again"),
    ]

    def __init__(self, access: Access, runs: tuple[RunRow, ...]) -> None:
        super().__init__()
        self._access = access
        self._runs = runs
        self._words = ""
        self._hits: tuple[Found, ...] = ()

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        words = Input(placeholder="words that stand in a prompt, an answer, a finding or a note")
        words.cursor_blink = False
        yield words
        yield LineList(id="hits")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._head(f"all of {plural(len(self._runs), 'run')}")
        self._offer()

    def on_descendant_focus(self) -> None:
        """Other keys can be reached now."""
        self._offer()

    def _offer(self) -> None:
        offered = (Offered("list.open", "go there", "open"), Offered("search.again", "other words", "again"))
        offer_keys(self, offered, (Offered("search.back", "back", "back"), HELP))

    def _head(self, told: str) -> None:
        self.query_one("#head", LineBlock).show(
            lambda _width: [line((" Search", Tone.STRONG), (f"  {told}", Tone.MUTED)), BLANK]
        )

    @on(Input.Submitted)
    def _asked(self, event: Input.Submitted) -> None:
        self._words = event.value.strip()
        if not self._words:
            return
        self._head("looking…")
        words, runs, history = self._words, self._runs, self._access.store.history

        def look() -> tuple[Found, ...]:
            hits: list[Found] = []
            for run in runs:
                hits += [Found(run, hit) for hit in history.search(run.scope, run.id, words, _PER_RUN)]
                if len(hits) >= _MOST:
                    break
            return tuple(hits[:_MOST])

        in_background(self, look, self._found, self._failed, group="search", is_latest_only=True)

    def _found(self, hits: tuple[Found, ...]) -> None:
        self._hits = hits
        more = " or more" if len(hits) == _MOST else ""
        self._head(
            f"{plural(len(hits), 'place')}{more} with “{self._words}”" if hits else f"nothing has “{self._words}”"
        )
        found = self.query_one(LineList)
        found.show(Composed(self._lines), keep_place=False)
        if hits:
            found.focus()
            found.select(0)

    def _failed(self, sentence: str) -> None:
        self.query_one(KeyBar).tell(sentence, Tone.BAD)

    def _lines(self, width: int) -> list[Line]:
        return [_hit_line(one, self._words, width) for one in self._hits]

    @on(LineList.Chosen)
    def _chosen(self, message: LineList.Chosen) -> None:
        run, hit = self._hits[message.row]
        self.dismiss(OpenRun(RunRef(run.scope, run.id), hit.session_id))

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    def action_open(self) -> None:
        self.query_one(LineList).action_choose()

    def action_again(self) -> None:
        self.query_one(Input).focus()

    def action_back(self) -> None:
        self.dismiss(None)


def _hit_line(found: Found, words: str, width: int) -> Line:
    """The run, and the words where they stand with what is around them, marked."""
    text = " ".join(clean(found.hit.excerpt).split())
    room = max(width - _NAME - _ID - 6, 10)
    first = re.search("|".join(map(re.escape, words.split())), text, re.IGNORECASE)
    start = max(first.start() - room // 3, 0) if first else 0
    shown = shorten(("…" if start else "") + text[start:], room)
    spans = [Span(f" {fit(found.run.name, _NAME)} ", Tone.STRONG), Span(f"{found.run.id[:_ID]}  ", Tone.MUTED)]
    at = 0
    for match in re.finditer("|".join(map(re.escape, words.split())), shown, re.IGNORECASE):
        spans += [Span(shown[at : match.start()], Tone.MUTED), Span(match[0], Tone.MATCH)]
        at = match.end()
    return (*spans, Span(shown[at:], Tone.MUTED))
