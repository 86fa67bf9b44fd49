"""Where a screen asks to go; the app knows the way."""

from __future__ import annotations

from textual.message import Message

from ctxtui.screens.services import RunRef


class OpenRun(Message):
    """A person wants to see this run."""

    def __init__(self, run: RunRef) -> None:
        super().__init__()
        self.run = run
