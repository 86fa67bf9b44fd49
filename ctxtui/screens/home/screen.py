"""All runs: what they are doing, the way into each, and what can be done with one from outside."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.views.states import ShownState
from ctxtui.screens.access import Access
from ctxtui.screens.home.keys import HOME_KEYS
from ctxtui.screens.home.run_list import RunList
from ctxtui.screens.home.view import Entry, HomeView, Order, home_view
from ctxtui.screens.navigation import OpenRun
from ctxtui.screens.presentation.home_rows import empty_lines, home_head, home_notes, home_title
from ctxtui.screens.presentation.spans import BLANK, Tone
from ctxtui.screens.services import RunRef
from ctxtui.screens.view import is_in_view
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, LEAVE, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import ColumnHead, LineBlock

if TYPE_CHECKING:
    from ctxtui.core.ports.store import RunRow
    from ctxtui.screens.home.acts import HomeActs

_LOOK_SECONDS = 0.1


class HomeScreen(Screen[None]):
    """Drawn at once from a glance at the database; the store takes over when it is open."""

    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.keys, f"do('{key.action}')", key.help, id=key.id) for key in HOME_KEYS),
        Binding("escape", "back", "drop the filter", id="home.back"),
    ]

    def __init__(self, access: Access, begins_at: str = "") -> None:
        """`begins_at` is the id of the run that is selected at first."""
        super().__init__()
        self._begins_at = begins_at
        self.access = access
        self._all: tuple[RunRow, ...] = ()
        self._forgotten: set[str] = set(access.services.deleted_runs)
        self._words = ""
        self._order = Order.NEWEST
        self._was_welcomed = False
        self._states: dict[str, ShownState] = {}

    @cached_property
    def acts(self) -> HomeActs:
        from ctxtui.screens.home.acts import HomeActs  # noqa: PLC0415 - after the first frame

        return HomeActs(self)

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        yield ColumnHead(id="columns")
        yield RunList(id="runs")
        yield LineBlock(id="note")
        yield FilterBar(id="filter")
        yield KeyBar(id="keys")

    @property
    def runs(self) -> RunList:
        return self.query_one(RunList)

    @property
    def view(self) -> HomeView:
        return self.runs.view

    @property
    def selected(self) -> Entry | None:
        return self.runs.selected

    @property
    def is_empty(self) -> bool:
        return not self._all

    @property
    def needing_count(self) -> int:
        """How many runs wait for somebody, for the terminal's title."""
        return self.view.count(ShownState.NEEDS_YOU)

    def on_mount(self) -> None:
        self.runs.focus()
        try:
            self._put(self.access.services.glance())
        except CtxtuiError as error:
            self.hint(str(error), Tone.BAD)
        self.set_interval(_LOOK_SECONDS, self._take)
        self.set_interval(1.0, self._show)
        self.store_opened()

    def store_opened(self) -> None:
        if self.access.opened is not None and is_in_view(self):
            self.access.follower.turn_to(None)

    def on_screen_resume(self) -> None:
        self.store_opened()

    def _take(self) -> None:
        if self.access.opened is None or not is_in_view(self):
            return
        runs = self.access.follower.take_runs()
        if runs is not None:
            self._put(runs)
            self._notify()
            if not runs and not self._was_welcomed:
                self._was_welcomed = True
                self.acts.check()
        if self.access.follower.error and self.query_one(KeyBar).hint != self.access.follower.error:
            self.hint(self.access.follower.error, Tone.BAD)

    def _put(self, runs: tuple[RunRow, ...]) -> None:
        self._all = tuple(run for run in runs if run.id not in self._forgotten)
        self._show()

    def _notify(self) -> None:
        """Calls back whoever left the list of runs open."""
        from ctxtui.screens.home.acts import notices_between  # noqa: PLC0415 - after the first frame

        entries = self.view.entries
        notices = notices_between(self._states, entries) if self._states else []
        self._states = {entry.run.id: entry.state for entry in entries}
        if notices and self.access.settings.notify:
            from ctxtui.screens.notices import send_notice  # noqa: PLC0415 - when there is something to tell

            for notice in notices:
                send_notice(self.app, notice)

    def _show(self) -> None:
        now = self.access.clock()
        view = home_view(self._all, now, words=self._words, order=self._order)
        self.runs.put(view, now)
        if (place := view.place_of(self._begins_at)) is not None:
            self._begins_at = ""
            self.runs.select(place)
        self.query_one("#head", LineBlock).show(lambda width: [home_title(view, width), BLANK])
        is_open = self.access.opened is not None
        self.query_one("#columns", LineBlock).show(
            lambda width: [home_head(view, width)] if view.entries else empty_lines(view, width, is_open=is_open)
        )
        self._show_note()

    def _show_note(self) -> None:
        entry = self.selected
        self.query_one("#note", LineBlock).show(lambda width: home_notes(entry, width) if entry else [])
        keys = [Offered("list.open", "open", "open", entry is not None)]
        keys += [
            Offered(key.id, key.label, f"do('{key.action}')", not key.why_not(entry)) for key in HOME_KEYS if key.label
        ]
        offer_keys(self, tuple(keys), (HELP, LEAVE))

    def hint(self, sentence: str, tone: Tone = Tone.WARN, *, stays: bool = False) -> None:
        self.query_one(KeyBar).tell(sentence, tone, stays=stays)

    def forget(self, run_id: str) -> None:
        """Takes a run that was deleted off the list."""
        self._forgotten.add(run_id)
        self._put(self._all)

    def change_order(self) -> None:
        self._order = self._order.next
        self._show()
        self.hint(f"Runs stand {self._order.value}.", Tone.MUTED)

    def action_do(self, action: str) -> None:
        self.acts.do(action)

    def action_open(self) -> None:
        entry = self.selected
        if entry is not None:
            self.post_message(OpenRun(RunRef(entry.run.scope, entry.run.id)))

    def action_back(self) -> None:
        self._words = ""
        self._show()

    @on(LineList.Highlighted, "#runs")
    def _highlighted(self) -> None:
        self._show_note()

    @on(LineList.Chosen, "#runs")
    def _chosen(self) -> None:
        self.action_open()

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    @on(FilterBar.Changed)
    def _filtered(self, message: FilterBar.Changed) -> None:
        self._words = message.text
        self._show()
