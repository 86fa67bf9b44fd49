"""All runs: what they are doing, and the way into each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.engine.shown import ShownState, is_alive, run_shown_state
from ctxtui.screens.access import Access
from ctxtui.screens.navigation import OpenRun
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.home_rows import home_head, home_note, home_row, home_title
from ctxtui.screens.presentation.spans import BLANK, Line, Tone
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, LEAVE, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import LineBlock

if TYPE_CHECKING:
    from datetime import datetime

    from ctxtui.core.ports.store import RunRow


_LOOK_SECONDS = 0.1


class HomeScreen(Screen[None]):
    """Drawn at once from a glance at the database; the store takes over when it is open."""

    CSS_PATH = "home.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new_run", "start a new run", id="home.new"),
        Binding("c", "resume", "continue an interrupted run", id="home.continue"),
        Binding("slash", "filter", "show only runs with these words", id="home.filter"),
        Binding("D", "check", "check what this machine has", id="home.check"),
        Binding("escape", "back", "drop the filter", id="home.back"),
    ]

    class ResumeFailed(Message):
        """No runner could be started."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access
        self._all: tuple[RunRow, ...] = ()
        self._runs: tuple[RunRow, ...] = ()
        self._states: list[ShownState] = []
        self._words = ""
        self._was_welcomed = False

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        yield LineBlock(id="columns")
        yield LineList(id="runs")
        yield LineBlock(id="note")
        yield FilterBar(id="filter")
        yield KeyBar(id="keys")

    @property
    def runs(self) -> LineList:
        return self.query_one("#runs", LineList)

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
        if self.access.opened is not None and self.is_current:
            self.access.follower.turn_to(None)

    def on_screen_resume(self) -> None:
        self.store_opened()

    def _take(self) -> None:
        if self.access.opened is None or not self.is_current:
            return
        runs = self.access.follower.take_runs()
        if runs is not None:
            self._put(runs)
            if not runs and not self._was_welcomed:
                self._was_welcomed = True
                self.action_check()
        if self.access.follower.error:
            self.hint(self.access.follower.error, Tone.BAD)

    def _put(self, runs: tuple[RunRow, ...]) -> None:
        """Takes the rows over; the selection stays on its run."""
        selected = self.selected
        self._all = runs
        self._show()
        if selected is not None:
            place = next((place for place, run in enumerate(self._runs) if run.id == selected.id), 0)
            self.runs.select(place)

    @property
    def selected(self) -> RunRow | None:
        return self._runs[self.runs.cursor] if self.runs.cursor < len(self._runs) else None

    def _show(self) -> None:
        now = self.access.clock()
        words = self._words.casefold().split()
        self._runs = tuple(run for run in self._all if all(word in _text(run) for word in words))
        self._states = [run_shown_state(run, owner_alive=_is_owned(run, now)) for run in self._runs]
        runs, states = self._runs, self._states
        self.query_one("#head", LineBlock).show(lambda width: [home_title(runs, states, width), BLANK])
        self.query_one("#columns", LineBlock).show(lambda width: [home_head(width)] if runs else [])
        self.runs.show(_Rows(runs, states, self.access))
        self._show_note()

    def _show_note(self) -> None:
        run = self.selected
        state = self._states[self.runs.cursor] if run else None
        note = home_note(run, state, self.app.size.width) if run and state else ()
        self.query_one("#note", LineBlock).show(lambda _width: [note, BLANK] if note else [])
        offered = (
            Offered("list.open", "open", "open", run is not None),
            Offered("home.new", "new run", "new_run"),
            Offered("home.continue", "continue", "resume", state is ShownState.INTERRUPTED),
            Offered("home.filter", "filter", "filter", bool(self._all)),
            Offered("home.check", "check", "check"),
        )
        offer_keys(self, offered, (HELP, LEAVE))

    def hint(self, sentence: str, tone: Tone = Tone.WARN) -> None:
        self.query_one(KeyBar).tell(sentence, tone)

    def action_open(self) -> None:
        if self.selected is not None:
            self.post_message(OpenRun(RunRef(self.selected.scope, self.selected.id)))

    def action_new_run(self) -> None:
        def answered(run: RunRef | None) -> None:
            if run is not None:
                self.post_message(OpenRun(run))

        self.app.push_screen(screen_class("new_run")(self.access), answered)

    def action_check(self) -> None:
        def answered(starts: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if starts:
                self.action_new_run()

        self.app.push_screen(screen_class("first_run")(self.access, is_first=not self._all), answered)

    def action_resume(self) -> None:
        run = self.selected
        if run is None or self._states[self.runs.cursor] is not ShownState.INTERRUPTED:
            self.hint("c: the selected run is not interrupted.")
            return
        self.hint(f"Continuing {run.name}…", Tone.MUTED)
        self._resume(RunRef(run.scope, run.id))

    @work(thread=True, exit_on_error=False)
    def _resume(self, run: RunRef) -> None:
        try:
            self.access.services.launcher.resume(run)
        except CtxtuiError as error:
            self.post_message(self.ResumeFailed(str(error)))

    def on_home_screen_resume_failed(self, message: ResumeFailed) -> None:
        self.hint(message.sentence, Tone.BAD)

    async def action_filter(self) -> None:
        await self.query_one(FilterBar).open(self._words)

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

    @on(FilterBar.Closed)
    def _filter_closed(self) -> None:
        self.runs.focus()


class _Rows:
    """Home's list as lines."""

    def __init__(self, runs: tuple[RunRow, ...], states: list[ShownState], access: Access) -> None:
        self._runs = runs
        self._states = states
        self._access = access

    def height(self, _width: int) -> int:
        return len(self._runs)

    def line(self, y: int, width: int) -> Line:
        return home_row(self._runs[y], self._states[y], self._access.clock(), width)


def _is_owned(run: RunRow, now: datetime) -> bool:
    """Asked of active runs alone: to look for a process takes time."""
    return run.status is SessionStatus.ACTIVE and is_alive(run.lease, now)


def _text(run: RunRow) -> str:
    return f"{run.name} {run.agent} {run.status} {run.state.get('branch_name', '')} {run.scope.project}".casefold()
