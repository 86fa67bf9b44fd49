"""What a person asks of a run goes to it beside the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.core.domain.request import Request
    from ctxtui.screens.run.screen import RunScreen


class Posting:
    """Rows say what is asked of them until the answer arrives, or until it could not be asked."""

    def __init__(self, screen: RunScreen) -> None:
        self._screen = screen

    def ask(self, requests: Sequence[Request]) -> None:
        screen = self._screen
        for request in requests:
            screen.run.requests[request.id] = request
        screen.session_tree.repaint({request.session_id for request in requests})
        in_background(
            screen,
            lambda: screen.access.ask(screen.ref, requests),
            lambda _done: None,
            lambda sentence: self._could_not_ask(requests, sentence),
            group="asking",
        )

    def go_on(self) -> None:
        """Lets the interrupted run go on."""
        screen = self._screen
        in_background(
            screen,
            lambda: screen.access.go_on(screen.ref),
            lambda _done: None,
            lambda sentence: screen.hint(sentence, Tone.BAD),
            group="asking",
        )

    def _could_not_ask(self, requests: Sequence[Request], sentence: str) -> None:
        screen = self._screen
        for request in requests:
            screen.run.requests.pop(request.id, None)
        screen.session_tree.repaint({request.session_id for request in requests})
        screen.hint(sentence, Tone.BAD)
