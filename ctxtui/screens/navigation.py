"""Where a screen asks to go; the app knows the way."""

from __future__ import annotations

from textual.message import Message

from ctxtui.screens.services import RunRef


class OpenRun(Message):
    """A person wants to see this run, or what happened in that session of it."""

    def __init__(self, run: RunRef, session_id: str = "") -> None:
        super().__init__()
        self.run = run
        self.session_id = session_id
