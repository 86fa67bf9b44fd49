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
        self._together: list[tuple[str, ...]] = []
        """The ids of what was asked at once of several rows."""

    def answers_so_far(self, answered: Sequence[Request]) -> tuple[Request, ...]:
        """These answers behind the earlier ones to what was asked together: the owner gives each by itself."""
        new, known = {request.id for request in answered}, self._screen.run.requests
        ids = dict.fromkeys(one for group in self._together if not new.isdisjoint(group) for one in group)
        before = (known[one] for one in ids if one in known and one not in new)
        return (*(request for request in before if request.answered_at is not None), *answered)

    def ask(self, requests: Sequence[Request]) -> None:
        screen = self._screen
        if len(requests) > 1:
            self._together.append(tuple(request.id for request in requests))
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
