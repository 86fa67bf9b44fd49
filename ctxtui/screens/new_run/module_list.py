"""The modules of a plan with a check box each."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from ctxtui.screens.launcher import PlanView
from ctxtui.screens.presentation.plan_lines import below_modules, module_line
from ctxtui.screens.presentation.spans import Line
from ctxtui.screens.widgets.line_list import LineList


class ModuleList(LineList):
    """Space marks and unmarks; what is said below the modules can be scrolled to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_module", "take the module in or leave it out", id="modules.toggle"),
        Binding("a", "toggle_all", "all modules or none", id="modules.all"),
    ]

    class Changed(Message):
        """Other modules are taken in."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.plan: PlanView | None = None
        self._left_out: set[str] = set()
        self._below: tuple[int, list[Line]] = (-1, [])

    def put(self, plan: PlanView) -> None:
        self.plan = plan
        self._below = (-1, [])
        self.show(self, keep_place=False)
        self.select(0)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names of the plan's modules that are not to be tested."""
        modules = self.plan.modules if self.plan else ()
        return tuple(module.name for module in modules if module.name in self._left_out)

    @property
    def taken_count(self) -> int:
        return len(self.plan.modules) - len(self.left_out) if self.plan else 0

    @property
    def row_count(self) -> int:
        """Only modules are selected."""
        return len(self.plan.modules) if self.plan else 0

    def height(self, width: int) -> int:
        return self.row_count + len(self._lines_below(width))

    def line(self, y: int, width: int) -> Line:
        if self.plan is None:
            return ()
        if y < len(self.plan.modules):
            module = self.plan.modules[y]
            return module_line(self.plan, module, width, is_taken=module.name not in self._left_out)
        return self._lines_below(width)[y - len(self.plan.modules)]

    def _lines_below(self, width: int) -> list[Line]:
        if self.plan is None:
            return []
        if self._below[0] != width:
            self._below = (width, below_modules(self.plan, width))
        return self._below[1]

    def action_toggle_module(self) -> None:
        if self.plan is not None and self.cursor < self.row_count:
            self._left_out ^= {self.plan.modules[self.cursor].name}
            self.refresh_line(self.cursor)
            self.post_message(self.Changed())

    def action_toggle_all(self) -> None:
        if self.plan is not None:
            self._left_out = set() if self.left_out else {module.name for module in self.plan.modules}
            self.refresh()
            self.post_message(self.Changed())

    def action_move(self, by: int) -> None:
        """Past the last module the view scrolls on, to what is said below."""
        if by > 0 and self.cursor == self.row_count - 1:
            self.action_scroll_down()
        else:
            super().action_move(by)
