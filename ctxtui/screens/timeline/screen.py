"""The run over time: a bar for every attempt, and the run in numbers."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ctxtui.core.views.run_view import RunView
from ctxtui.screens.access import Access
from ctxtui.screens.leaving import Page
from ctxtui.screens.presentation.metrics import metrics_lines
from ctxtui.screens.presentation.spans import BLANK, Tone, line
from ctxtui.screens.timeline.source import timeline
from ctxtui.screens.widgets.key_bar import KeyBar
from ctxtui.screens.widgets.key_names import HELP, Offered, offer_keys
from ctxtui.screens.widgets.line_view import LineBlock, LineView


class TimelineScreen(Page[None]):
    """Draws the rows that the run's screen keeps up to date."""

    CSS_PATH = "screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,t", "dismiss(None)", "back", id="timeline.back")]

    def __init__(self, access: Access, run: RunView) -> None:
        super().__init__()
        self._access = access
        self.run = run

    def compose(self) -> ComposeResult:
        yield LineBlock(id="head")
        yield LineView(id="bars")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one(LineView).focus()
        offer_keys(self, (), (Offered("timeline.back", "back", "dismiss(None)"), HELP))
        self._show()
        self.set_interval(1.0, self._show)

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        self.run_worker(self.run_action(message.action))

    def _show(self) -> None:
        now, run = self._access.clock(), self.run
        name = run.parent.name if run.parent else ""
        self.query_one("#head", LineBlock).show(
            lambda width: [
                line((f" {name}", Tone.STRONG), ("  the run over time", Tone.MUTED)),
                BLANK,
                *metrics_lines(run, now, width),
                BLANK,
            ]
        )
        if run.parent is not None:
            self.query_one("#bars", LineView).show(timeline(run, run.parent, now))
