"""What the history's workers bring from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.screens.presentation.entries import Entry, entries_of

if TYPE_CHECKING:
    from ctxtui.core.ports.store import SearchHit, Store
    from ctxtui.screens.services import RunRef

_MOST_EVENTS = 5000


class HistoryRead(Message):
    """The history of a session was read, or `error` says why not."""

    def __init__(self, session_id: str, entries: list[Entry], error: str = "") -> None:
        super().__init__()
        self.session_id = session_id
        self.entries = entries
        self.error = error


class HitsFound(Message):
    """The search is over."""

    def __init__(self, text: str, hits: tuple[SearchHit, ...]) -> None:
        super().__init__()
        self.text = text
        self.hits = hits


def read_history(store: Store, run: RunRef, session_id: str) -> HistoryRead:
    """Blocks while it reads."""
    try:
        requests = [one for one in store.requests.all(run.scope, run.run_id) if one.session_id == session_id]
        steps = store.history.interactions(run.scope, session_id)
        events = store.history.events(run.scope, session_id, 0, _MOST_EVENTS, newest=True)
    except CtxtuiError as error:
        return HistoryRead(session_id, [], str(error))
    return HistoryRead(session_id, entries_of(steps, events, requests))
