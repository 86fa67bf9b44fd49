"""What the history reads from the store, beside the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtui.screens.presentation.entries import Entry, entries_of
from ctxtui.screens.presentation.hits import Hit, hits_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtui.core.ports.store import ChildRow, Store
    from ctxtui.core.views.run_view import RunView
    from ctxtui.screens.services import RunRef

MOST_EVENTS = 5000
_MOST_HITS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a search over a run found, and what was searched for; `has_more` where it looked no further."""

    text: str
    hits: list[Hit]
    has_more: bool = False

    @property
    def count(self) -> str:
        return f"{len(self.hits)} or more" if self.has_more else str(len(self.hits))


def read_history(store: Store, run: RunRef, session_id: str, most: int = MOST_EVENTS) -> list[Entry]:
    """Everything that happened in a session; of very many events the newest. Blocks while it reads."""
    requests = [one for one in store.requests.all(run.scope, run.run_id) if one.session_id == session_id]
    steps = store.history.interactions(run.scope, session_id)
    events = store.history.events(run.scope, session_id, 0, most, newest=True, raw=False)
    return entries_of(steps, events, requests)


def search_run(store: Store, ref: RunRef, run: RunView, text: str) -> Found:
    """Blocks while it searches."""
    return found_in(store, ref, run.children, text, _MOST_HITS)


def found_in(store: Store, ref: RunRef, rows: Iterable[ChildRow], text: str, most: int) -> Found:
    """Of what the index has, the newest; and all evidence. Blocks while it searches."""
    found = store.history.search(ref.scope, ref.run_id, text, most)
    return Found(text, hits_of(found, rows, text), has_more=len(found) == most)
