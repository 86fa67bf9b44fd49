"""The fields of a new run; what is left empty stays as the settings of the target have it."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Checkbox, Input, Label

from ctxtui.core.domain.errors import UsageError
from ctxtui.screens.launcher import RunWish


class _Number(NamedTuple):
    """A field for a number; `shown` is what an empty one means."""

    id: str
    label: str
    shown: str


class Tick(Checkbox):
    """A check box that shows without colour whether it is ticked."""

    @property
    def _button(self) -> Content:
        return Content("[✓]" if self.value else "[ ]")


class RunForm(Vertical):
    """Package, agent, numbers and how the run ends."""

    def __init__(self, wish: RunWish) -> None:
        super().__init__(id="form")
        self._default = wish

    def compose(self) -> ComposeResult:
        default = self._default
        with Horizontal(classes="row"):
            yield Label("package")
            yield _input("target", "a folder or a dotted name; ↓ lists them")
        with Horizontal(classes="row"):
            yield Label("agent")
            yield _input("agent", f"{default.agent}; ↓ lists them")
        with Horizontal(classes="row"):
            first = True
            for one in (
                _Number("jobs", "jobs", str(default.jobs or "")),
                _Number("attempts", "attempts", str(default.attempts or "")),
                _Number("budget", "budget $", "none"),
            ):
                yield Label(one.label, classes="" if first else "second")
                yield _input(one.id, one.shown, classes="number")
                first = False
        with Horizontal(classes="row"):
            yield Tick("anew (fresh)", id="fresh", compact=True)
            yield Tick("commit what passed", id="partial", compact=True)
            yield Tick("push", id="push", compact=True)

    def value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def put(self, name: str, value: str) -> None:
        field = self.query_one(f"#{name}", Input)
        field.value = value
        field.cursor_position = len(value)

    def wish(self) -> RunWish:
        """What was typed. Raises UsageError for what is no number, or no package."""
        target = self.value("target")
        if not target:
            raise UsageError("Say which package: a folder such as src/shop, or a dotted name; ↓ lists them.")
        return RunWish(
            target=target,
            agent=self.value("agent") or None,
            jobs=self._whole("jobs"),
            attempts=self._whole("attempts"),
            budget=self._dollars(),
            is_fresh=self.query_one("#fresh", Checkbox).value,
            is_partial=self.query_one("#partial", Checkbox).value,
            is_pushed=self.query_one("#push", Checkbox).value,
        )

    def still_wants(self, wish: RunWish) -> bool:
        """Whether that is what the form still says."""
        try:
            return self.wish() == wish
        except UsageError:
            return False

    def _whole(self, name: str) -> int | None:
        typed = self.value(name)
        if not typed:
            return None
        if not typed.isdecimal() or int(typed) < 1:
            raise UsageError(f"{name.capitalize()} must be a whole number from 1 on, not “{typed}”.")
        return int(typed)

    def _dollars(self) -> float | None:
        typed = self.value("budget").removeprefix("$")
        if not typed:
            return None
        try:
            dollars = float(typed)
        except ValueError:
            dollars = -1.0
        if not 0 <= dollars < float("inf"):
            raise UsageError(f"The budget must be an amount in US dollars such as 2.50, not “{typed}”.")
        return dollars


def _input(name: str, placeholder: str, classes: str = "") -> Input:
    field = Input(placeholder=placeholder, id=name, select_on_focus=False, classes=classes)
    field.cursor_blink = False
    return field
