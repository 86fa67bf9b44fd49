"""One run, live: the tree of its sessions, and what is known of the selected one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.domain.request import Request
from ctxtui.core.engine.shown import is_alive
from ctxtui.screens.access import Access
from ctxtui.screens.following import next_to_follow
from ctxtui.screens.notices import notices_of, send_notice
from ctxtui.screens.presentation.run_head import head_lines
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.presentation.tree_row import head_line
from ctxtui.screens.run_acts import RunActs
from ctxtui.screens.run_bindings import run_bindings
from ctxtui.screens.run_keys import RUN_KEYS
from ctxtui.screens.run_view import Changed, RunView
from ctxtui.screens.services import RunRef
from ctxtui.screens.tree_filter import TreeFilter
from ctxtui.screens.widgets.detail_pane import DetailPane, Tab
from ctxtui.screens.widgets.filter_bar import FilterBar
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, LEAVE, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import LineBlock
from ctxtui.screens.widgets.session_tree import Node, SessionTree

if TYPE_CHECKING:
    from ctxtui.core.domain.lease import Lease
    from ctxtui.core.ports.store import ChildRow

FRAME_SECONDS = 1 / 20


class RunScreen(Screen[None]):
    """Shows what the follower brings and posts what a person asks."""

    CSS_PATH = "run.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (50, "-narrow"), (80, "-wide"), (110, "-roomy")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = run_bindings()

    class AskFailed(Message):
        """A request could not be stored, or no runner could be started to answer it."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, access: Access, ref: RunRef) -> None:
        super().__init__()
        self.access = access
        self.ref = ref
        self.run = RunView()
        self.acts = RunActs(self)
        self.is_following = access.settings.follow
        self._seen_lease: Lease | None = None
        self._offered: object = None

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield LineBlock(id="columns")
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
    def row(self) -> ChildRow | None:
        """The session that is selected, also by one of its attempts."""
        node = self.session_tree.selected
        return self.run.rows.get(node.session_id) if node else self.run.parent

    def on_mount(self) -> None:
        self.session_tree.focus()
        self._show_head()
        self.set_interval(FRAME_SECONDS, self._take)
        self.set_interval(1.0, self._tick)
        self.store_opened()

    def store_opened(self) -> None:
        """Begins to follow, as soon as there is a store."""
        if self.access.opened is not None:
            self.access.follower.turn_to(self.ref)

    def on_screen_resume(self) -> None:
        self._show_head()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_head)

    def _take(self) -> None:
        if self.access.opened is None:
            return
        follower = self.access.follower
        delta = follower.take()
        if delta is not None:
            self._show(self.run.apply(delta))
        if follower.error and self.query_one(KeyBar).hint != follower.error:
            self.hint(follower.error, Tone.BAD)

    def _show(self, changed: Changed) -> None:
        is_first = self.session_tree.selected is None
        if is_first or self.run.lease != self._seen_lease:
            self._seen_lease = self.run.lease
            self._see_owner()
        self.session_tree.show_changed(changed)
        if is_first and self.session_tree.selected is not None:
            self.session_tree.select(0)
            self.detail.look_at(Node(self.ref.run_id))
        self._follow()
        self._show_head()
        self.detail.rows_changed(changed.ids)
        for request in changed.answered:
            self.acts.tell_answer(request)
        if not is_first and self.access.settings.notify:
            for notice in notices_of(self.run, changed):
                send_notice(self.app, notice)

    def _tick(self) -> None:
        self._see_owner()
        self.session_tree.repaint_moving()
        self.detail.tick()
        self._show_head()

    def _see_owner(self) -> None:
        """Looks whether the owner lives; all rows are shown anew when that changed."""
        if self.run.see_owner(is_alive=is_alive(self.run.lease, self.access.clock())):
            self.session_tree.rebuild()
            self.detail.update()

    def _follow(self) -> None:
        node = self.session_tree.selected
        if not self.is_following or node is None:
            return
        target = next_to_follow(self.run, node.session_id)
        if target is not None and target != node.session_id:
            self.session_tree.go_to_session(target)

    def _show_head(self) -> None:
        now = self.access.clock()
        self.query_one("#head", LineBlock).show(lambda width: head_lines(self.run, now, width))
        shown = self.session_tree.filter.describe()
        self.query_one("#columns", LineBlock).show(
            lambda width: [head_line(self.session_tree.columns(width), f"only {shown}" if shown else "")]
        )
        self._offer_keys()

    def _offer_keys(self) -> None:
        row = self.row
        offered = [
            Offered(key.id, key.label, f"do('{key.action}')", row is not None and not key.why_not(self.run, row))
            for key in RUN_KEYS
            if key.label and (key.action != "resume" or self.run.is_interrupted)
        ]
        state = (offered, self.focused)
        if state != self._offered:
            self._offered = state
            offer_keys(self, tuple(offered), (HELP, LEAVE))

    def hint(self, sentence: str, tone: Tone = Tone.WARN) -> None:
        self.query_one(KeyBar).tell(sentence, tone)

    def set_filter(self, chosen: TreeFilter) -> None:
        self.session_tree.filter = chosen
        self.session_tree.rebuild()
        self._show_head()

    def ask(self, requests: Sequence[Request]) -> None:
        """Posts requests; the rows say so until the answer arrives."""
        for request in requests:
            self.run.requests[request.id] = request
        self.session_tree.repaint({request.session_id for request in requests})
        self._post(tuple(requests), wake=not self.run.owner_alive)

    @work(thread=True, group="asking", exit_on_error=False)
    def _post(self, requests: tuple[Request, ...], *, wake: bool) -> None:
        try:
            self.access.ask(self.ref, requests, wake=wake)
        except CtxtuiError as error:
            self.post_message(self.AskFailed(str(error)))

    def on_run_screen_ask_failed(self, message: AskFailed) -> None:
        self.hint(message.sentence, Tone.BAD)

    def action_do(self, action: str) -> None:
        self.acts.do(action)

    def action_tab(self, index: int) -> None:
        self.detail.choose(Tab(index))

    def action_other_pane(self) -> None:
        page = self.detail.page
        (self.session_tree if page.has_focus else page).focus()

    async def action_back(self) -> None:
        if self.has_class("-peeking"):
            self.acts.do("peek")
        elif self.session_tree.filter.is_on:
            self.set_filter(TreeFilter())
        elif not self.session_tree.has_focus:
            self.session_tree.focus()
        else:
            await self.app.run_action("app.home")

    @on(LineList.Highlighted, "#tree")
    def _looked_at(self, message: LineList.Highlighted) -> None:
        if message.is_by_person:
            self.is_following = False
        node = self.session_tree.selected
        if node is not None:
            self.detail.look_at(node)
        self._offer_keys()

    @on(LineList.Chosen, "#tree")
    def _opened(self) -> None:
        self.acts.do("peek")
        self.detail.page.focus()

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.run_action(message.action)

    @on(FilterBar.Changed)
    def _filtered(self, message: FilterBar.Changed) -> None:
        self.set_filter(TreeFilter(self.session_tree.filter.by_state, message.text))

    @on(FilterBar.Closed)
    def _filter_closed(self) -> None:
        self.session_tree.focus()
