"""Screens that are left once, however often and late that is asked.

A key that was typed ahead reaches a screen after it was left; Textual then takes off whatever stands on top by now.
"""

from __future__ import annotations

from typing import Any, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

Result = TypeVar("Result")


class Page(Screen[Result]):
    """A screen that fills the terminal."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        return super().dismiss(result) if _is_on_top(self) else AwaitComplete()


class Sheet(ModalScreen[Result]):
    """A screen that stands before another one. In a low terminal what is typed into has the room."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012 - as Textual declares it

    def on_resize(self, event: events.Resize) -> None:
        """Textual lays out what is beneath for the new size, but in the arrangement of the old one."""
        stack = self.app.screen_stack
        if self in stack[1:]:  # it may have been left meanwhile
            beneath = stack[stack.index(self) - 1]
            beneath.post_message(events.Resize(event.size, event.virtual_size, event.container_size))

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        return super().dismiss(result) if _is_on_top(self) else AwaitComplete()


def _is_on_top(screen: Screen[Any]) -> bool:
    """What was opened over the screen meanwhile goes first; a screen that was left already is not there."""
    stack = screen.app.screen_stack
    if screen not in stack:
        return False
    for above in reversed(stack[stack.index(screen) + 1 :]):
        above.dismiss()
    return True
