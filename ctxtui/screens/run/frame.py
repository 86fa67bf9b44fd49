"""What stands around the tree and the details of a run: its head, what is shown of the rows, and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.screens.presentation.run_head import head_lines
from ctxtui.screens.presentation.tree_row import head_line
from ctxtui.screens.run.coming_step import ComingStep
from ctxtui.screens.run.keys import RUN_KEYS, why_key_not
from ctxtui.screens.run.shown_line import shown_line
from ctxtui.screens.widgets.key_names import HELP, LEAVE, Offered, offer_keys
from ctxtui.screens.widgets.line_view import LineBlock

if TYPE_CHECKING:
    from ctxtui.screens.run.screen import RunScreen

_ALONE = (
    Offered("run.back", "back", "back"),
    Offered("run.step-down", "next", "do('step_down')"),
    Offered("run.step-up", "before", "do('step_up')"),
    Offered("text.search", "search", "search_page"),
)
"""The keys where the details are alone on the screen."""


class RunFrame:
    """Drawn again whenever something of it may have changed."""

    def __init__(self, screen: RunScreen) -> None:
        self._screen = screen
        self._coming_step = ComingStep(screen, self.show)
        self._offered: object = None

    def show(self) -> None:
        """Head, heads of the columns, what is shown of the rows, whose the details are, and the keys."""
        screen = self._screen
        now, tree = screen.access.clock(), screen.session_tree
        screen.query_one("#head", LineBlock).show(lambda width: head_lines(screen.run, now, width))
        told = shown_line(
            screen.run,
            tree.shape,
            len(tree.marks),
            is_following=screen.is_following,
            coming_step=self._coming_step.words(),
        )
        screen.query_one("#shown", LineBlock).show(lambda _width: [told] if told else [])
        screen.query_one("#columns", LineBlock).show(lambda width: [head_line(tree.columns(width))])
        screen.detail.show_whose(is_alone=screen.is_detail_alone)
        self.offer_keys()

    def offer_keys(self) -> None:
        screen, rows = self._screen, self._screen.targets
        offered = [
            Offered(key.id, key.label, f"do('{key.action}')", not why_key_not(key, screen.run, rows))
            for key in RUN_KEYS
            if key.label and key.is_offered(screen.run)
        ]
        shown = _ALONE if screen.is_detail_alone else tuple(offered)
        state = (shown, screen.focused)
        if state != self._offered:
            self._offered = state
            offer_keys(screen, shown, (HELP, LEAVE))
