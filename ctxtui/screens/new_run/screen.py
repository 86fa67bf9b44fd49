"""The form of a new run; it shows the plan before anything is started."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Checkbox, Input

from ctxtui.core.domain.errors import UsageError
from ctxtui.screens.access import Access
from ctxtui.screens.confirm.question import Question
from ctxtui.screens.launcher import Choice, PlanView
from ctxtui.screens.leaving import Page
from ctxtui.screens.new_run.form import RunForm
from ctxtui.screens.new_run.module_list import ModuleList
from ctxtui.screens.opening import screen_class
from ctxtui.screens.presentation.plan_lines import modules_head, plan_head
from ctxtui.screens.presentation.quantities import duration
from ctxtui.screens.presentation.spans import BLANK, Tone, line, wrapped
from ctxtui.screens.services import RunRef
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_list import LineList
from ctxtui.screens.widgets.line_view import ColumnHead, LineBlock
from ctxtui.screens.working import in_background

_OVERTAKEN = "The plan is out of date: enter makes it anew."
_PICKED = {"target": "Package", "agent": "Agent"}


class NewRunScreen(Page[RunRef | None]):
    """Gives the run that was started, or None. Enter goes on: from the form to the plan, from the plan to the run."""

    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#target"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "go on: to the plan, then start it", id="new.next"),
        Binding("down", "pick", "list what there is to choose", id="new.pick"),
        Binding("ctrl+s", "start", "start the planned run", id="new.start"),
        Binding("escape", "back", "go back", id="new.back", priority=True),
    ]

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._plan: PlanView | None = None
        self._choices: dict[str, tuple[Choice, ...]] = {}
        self._is_starting = False
        self._plans_since: datetime | None = None

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        yield RunForm(self._access.services.default_wish)
        yield LineBlock(id="plan")
        yield ColumnHead(id="columns")
        yield ModuleList(id="modules")
        yield KeyBar(id="keys")

    @property
    def form(self) -> RunForm:
        return self.query_one(RunForm)

    @property
    def modules(self) -> ModuleList:
        return self.query_one(ModuleList)

    def on_mount(self) -> None:
        self.query_one("#head", LineBlock).show(
            lambda _width: [
                line((" New run", Tone.STRONG), ("  the plan is shown before anything starts", Tone.MUTED)),
                BLANK,
            ]
        )
        launcher = self._access.services.launcher
        self._say("Looking for packages…", Tone.MUTED)
        self.set_interval(1.0, self._tell_planning)
        in_background(self, launcher.packages, self._packages_found, self._refused, group="packages")
        in_background(self, launcher.agents, self._agents_found, self._refused, group="agents")

    def _packages_found(self, choices: tuple[Choice, ...]) -> None:
        """Shows the plan of the first one, unless somebody typed meanwhile."""
        self._choices["target"] = choices
        if not choices:
            self._say("There is no Python package here: type the folder of one.", Tone.WARN)
        elif not self.form.value("target"):
            self.form.put("target", choices[0].value)
            self._make_plan(goes_on=False)

    def _agents_found(self, choices: tuple[Choice, ...]) -> None:
        self._choices["agent"] = choices

    def _say(self, sentence: str, tone: Tone) -> None:
        """In place of the plan."""
        self._plan = None
        self.modules.plan = None
        self.modules.show(self.modules)
        self.query_one("#plan", LineBlock).show(lambda width: wrapped(sentence, width - 2, tone, " "))
        self.query_one("#columns", LineBlock).show(lambda _width: [])
        self._offer()

    def _offer(self) -> None:
        is_planned = self._plan is not None
        is_in_list = is_planned and self.focused is self.modules
        offered = (
            Offered("new.next", "start" if is_in_list else "go on", "next", key="⏎"),
            Offered("new.pick", "choose", "pick", getattr(self.focused, "id", "") in _PICKED, key="↓"),
            Offered("modules.toggle", "in or out", "toggle_module", is_in_list),
            Offered("new.start", "start", "start", is_planned),
        )
        offer_keys(self, offered, (Offered("new.back", "back", "back"), HELP))

    def on_descendant_focus(self) -> None:
        self._offer()

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.run_worker(self.run_action(message.action))

    @on(Input.Changed)
    @on(Checkbox.Changed)
    def _changed(self) -> None:
        if self._plan is not None and not self.form.still_wants(self._plan.wish):
            self._say(_OVERTAKEN, Tone.MUTED)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_next()

    @on(LineList.Chosen)
    def _chosen(self) -> None:
        self.action_start()

    @on(ModuleList.Changed)
    def _other_modules(self) -> None:
        self._show_head()

    def action_next(self) -> None:
        if self._plan is None:
            self._make_plan(goes_on=True)
        elif self.focused is self.modules:
            self.action_start()
        else:
            self.modules.focus()

    def action_pick(self) -> None:
        field = str(getattr(self.focused, "id", ""))
        choices = self._choices.get(field)
        if field not in _PICKED:
            self.screen.focus_next()
        elif not choices:
            self.query_one(KeyBar).tell("They are still being looked for.", Tone.MUTED)
        else:
            self.app.push_screen(
                screen_class("picker")(_PICKED[field], choices, self.form.value(field)),
                lambda value: self.form.put(field, value) if value else None,
            )

    def action_back(self) -> None:
        self.dismiss(None)

    def _make_plan(self, *, goes_on: bool) -> None:
        try:
            wish = self.form.wish()
        except UsageError as error:
            self._say(str(error), Tone.WARN)
            return
        self._plans_since = self._access.clock()
        self._tell_planning()
        launcher = self._access.services.launcher
        in_background(
            self,
            lambda: launcher.plan(wish),
            lambda plan: self._planned(plan, goes_on=goes_on),
            self._refused,
            group="plan",
            is_latest_only=True,
        )

    def _tell_planning(self) -> None:
        """A plan takes as long as the project's imports and tests do: nobody should wonder whether it goes on."""
        if self._plans_since is not None:
            passed = duration(self._access.clock() - self._plans_since)
            self._say(f"Planning for {passed}: imports and present tests are tried once in a worktree…", Tone.MUTED)

    def _planned(self, plan: PlanView, *, goes_on: bool) -> None:
        self._plans_since = None
        if not self.form.still_wants(plan.wish):
            self._say(_OVERTAKEN, Tone.MUTED)
            return
        self._plan = plan
        self.modules.put(plan)
        self._show_head()
        if goes_on:
            self.modules.focus()
        self._offer()

    def _show_head(self) -> None:
        plan, taken = self._plan, self.modules.taken_count
        if plan is not None:
            self.query_one("#plan", LineBlock).show(lambda width: [*plan_head(plan, taken, width), BLANK])
            self.query_one("#columns", LineBlock).show(lambda width: [modules_head(plan, width)])

    def _refused(self, sentence: str) -> None:
        self._is_starting, self._plans_since = False, None
        self._say(sentence, Tone.BAD)

    def action_start(self) -> None:
        plan = self._plan
        if plan is None:
            self.query_one(KeyBar).tell("ctrl+s: look at the plan first, with enter.")
        elif not self.modules.taken_count:
            self.query_one(KeyBar).tell("No module is taken in: space takes one, a all of them.")
        elif plan.cost and not self._is_starting:
            question = Question(
                f"Start {plan.package} with {plan.agent}?", f"It may cost {plan.cost}.", "Start", is_harmless=True
            )
            self.app.push_screen(
                screen_class("confirm")(question), lambda is_sure: self._start(plan) if is_sure else None
            )
        else:
            self._start(plan)

    def _start(self, plan: PlanView) -> None:
        if self._is_starting:
            return
        self._is_starting = True
        self.query_one(KeyBar).tell("Starting…", Tone.MUTED)
        launcher, left_out = self._access.services.launcher, self.modules.left_out
        in_background(self, lambda: launcher.start(plan, left_out), self._started, self._refused, group="start")

    def _started(self, run: RunRef) -> None:
        self.dismiss(run)
