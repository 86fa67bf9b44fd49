"""Searches everything that happened in all runs; a hit leads into its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from ctxtui.screens.access import Access
from ctxtui.screens.history.reading import found_in
from ctxtui.screens.leaving import Page
from ctxtui.screens.navigation import FoundPlace, OpenRun
from ctxtui.screens.presentation.hits import Hit, hit_line
from ctxtui.screens.presentation.quantities import plural
from ctxtui.screens.presentation.spans import BLANK, Line, Span, Tone, fit, line, width_of
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import Composed, LineBlock
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow, Store

_PER_RUN, _MOST = 20, 200
_NAME, _ID = 12, 8
_ID_FROM = 100
"""In narrower terminals what was found needs the room."""


class RunHit(NamedTuple):
    """A place in a run; `name` is the component's."""

    run: RunRow
    name: str
    at: FoundPlace

    @property
    def hit(self) -> Hit:
        return self.at.found.hits[self.at.place]


class SearchScreen(Page[OpenRun | None]):
    """Gives the place that was chosen. Newest runs come first."""

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
        self._hits: tuple[RunHit, ...] = ()

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
        words, runs, store = self._words, self._runs, self._access.store

        def look() -> tuple[RunHit, ...]:
            hits: list[RunHit] = []
            for run in runs:
                hits += _hits_in(store, run, words)
                if len(hits) >= _MOST:
                    break
            return tuple(hits[:_MOST])

        in_background(self, look, self._found, self._failed, group="search", is_latest_only=True)

    def _found(self, hits: tuple[RunHit, ...]) -> None:
        self._hits = hits
        is_cut = len(hits) == _MOST or any(one.at.found.has_more for one in hits)
        places = f"{len(hits)} or more places" if is_cut else plural(len(hits), "place")
        self._head(f"{places} with “{self._words}”" if hits else f"nothing has “{self._words}”")
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
        chosen = self._hits[message.row]
        self.dismiss(OpenRun(RunRef(chosen.run.scope, chosen.run.id), chosen.at))

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    def action_open(self) -> None:
        self.query_one(LineList).action_choose()

    def action_again(self) -> None:
        self.query_one(Input).focus()

    def action_back(self) -> None:
        self.dismiss(None)


def _hits_in(store: Store, run: RunRow, words: str) -> list[RunHit]:
    """What happened in the run with those words, and the evidence that has them. Blocks while it reads."""
    rows = store.feed.changes(run.scope, run.id).rows
    found = found_in(store, RunRef(run.scope, run.id), rows, words, _PER_RUN)
    package = str((run.state.get("plan") or {}).get("package_name") or "")
    names = {row.id: row.name.removeprefix(f"{package}.") for row in rows}
    places = range(min(len(found.hits), _PER_RUN))
    return [RunHit(run, names.get(found.hits[place].session_id, ""), FoundPlace(found, place)) for place in places]


def _hit_line(one: RunHit, words: str, width: int) -> Line:
    """The run, then the place as a search over one run tells it."""
    head = [Span(f" {fit(one.run.name, _NAME if width >= _ID_FROM else _NAME - 4)}", Tone.STRONG)]
    head += [Span(f" {one.run.id[:_ID]}", Tone.MUTED)] if width >= _ID_FROM else []
    return (*head, *hit_line(one.hit, one.name, words, width - width_of(head)))
