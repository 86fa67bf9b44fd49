"""The form of a new run; it shows the plan before anything is started."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.screens.access import Access
from ctxtui.screens.presentation.plan_lines import plan_lines
from ctxtui.screens.presentation.spans import BLANK, Tone, line, wrapped
from ctxtui.screens.services import PlanView, RunRef, RunWish
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import Offered, offer_keys
from ctxtui.screens.widgets.line_view import Composed, LineBlock, LineView


class NewRunScreen(Screen[RunRef | None]):
    """Gives the run that was started, or None."""

    CSS_PATH = "reading.tcss"
    AUTO_FOCUS = "#target"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "plan", "show the plan", id="new.plan"),
        Binding("ctrl+s", "start", "start the planned run", id="new.start", priority=True),
        Binding("escape", "dismiss(None)", "go back", id="new.back", priority=True),
    ]

    class Planned(Message):
        """The plan is made."""

        def __init__(self, plan: PlanView) -> None:
            super().__init__()
            self.plan = plan

    class Started(Message):
        """The run is started."""

        def __init__(self, run: RunRef) -> None:
            super().__init__()
            self.run = run

    class Refused(Message):
        """The plan or the start was refused."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._plan: PlanView | None = None
        self._is_starting = False

    def compose(self) -> ComposeResult:
        services = self._access.services
        wish = services.default_wish
        agents = services.agent_names
        yield LineBlock(id="head")
        with Vertical(id="form"):
            yield from self._field("target", wish.target, "a folder or a dotted package name")
            yield from self._field("agent", wish.agent, ", ".join(agents), SuggestFromList(agents))
            yield from self._field("jobs", str(wish.jobs), "how many at a time")
        yield LineView(id="plan")
        yield KeyBar(id="keys")

    @staticmethod
    def _field(name: str, value: str, placeholder: str, suggester: SuggestFromList | None = None) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label(name)
            line_input = Input(value, placeholder, id=name, suggester=suggester, select_on_focus=False)
            line_input.cursor_blink = False
            yield line_input

    def on_mount(self) -> None:
        self.query_one("#head", LineBlock).show(
            lambda _width: [
                line((" New run", Tone.STRONG), ("  the plan is shown before anything starts", Tone.MUTED)),
                BLANK,
            ]
        )
        self._tell("Press enter to see the plan.", Tone.MUTED)

    def _tell(self, sentence: str, tone: Tone) -> None:
        self.query_one("#plan", LineView).show(Composed(lambda width: wrapped(sentence, width - 2, tone, " ")))
        self._offer()

    def _offer(self) -> None:
        offered = (
            Offered("new.plan", "show the plan", "plan", key="⏎"),
            Offered("new.start", "start", "start", self._plan is not None),
        )
        offer_keys(self, offered, (Offered("new.back", "back", "dismiss(None)"),))

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.run_worker(self.run_action(message.action))

    @on(Input.Changed)
    def _changed(self) -> None:
        if self._plan is not None:
            self._plan = None
            self._tell("The plan is out of date: press enter to see it again.", Tone.MUTED)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_plan()

    def action_plan(self) -> None:
        target, agent, jobs = (self.query_one(f"#{name}", Input).value.strip() for name in ("target", "agent", "jobs"))
        if not target:
            self._tell(
                "Say which package: a folder such as src/shop, or a dotted name such as shop.billing.", Tone.WARN
            )
        elif not jobs.isdecimal() or int(jobs) < 1:
            self._tell(f"Jobs must be a whole number from 1 on, not “{jobs}”.", Tone.WARN)
        else:
            self._plan = None
            self._tell("Planning…", Tone.MUTED)
            self._make_plan(RunWish(target, agent, int(jobs)))

    @work(thread=True, group="plan", exit_on_error=False)
    def _make_plan(self, wish: RunWish) -> None:
        try:
            self.post_message(self.Planned(self._access.services.launcher.plan(wish)))
        except CtxtuiError as error:
            self.post_message(self.Refused(str(error)))

    def on_new_run_screen_planned(self, message: Planned) -> None:
        plan = self._plan = message.plan
        self.query_one("#plan", LineView).show(Composed(lambda width: plan_lines(plan, width)), keep_place=False)
        self._offer()

    def on_new_run_screen_refused(self, message: Refused) -> None:
        self._is_starting = False
        self._tell(message.sentence, Tone.BAD)

    def action_start(self) -> None:
        if self._plan is None:
            self.query_one(KeyBar).tell("ctrl+s: look at the plan first, with enter.")
        elif not self._is_starting:
            self._is_starting = True
            self.query_one(KeyBar).tell("Starting…", Tone.MUTED)
            self._start(self._plan)

    @work(thread=True, group="plan", exit_on_error=False)
    def _start(self, plan: PlanView) -> None:
        try:
            self.post_message(self.Started(self._access.services.launcher.start(plan)))
        except CtxtuiError as error:
            self.post_message(self.Refused(str(error)))

    def on_new_run_screen_started(self, message: Started) -> None:
        self.dismiss(message.run)
