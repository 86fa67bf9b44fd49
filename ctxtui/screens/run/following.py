"""Where the selection goes in follow mode."""

from __future__ import annotations

from ctxtui.core.views.run_view import RunView
from ctxtui.core.views.states import BUSY, ShownState


def next_to_follow(run: RunView, selected: str) -> str | None:
    """The row to select next; None to stay.

    It stays with a row for as long as something happens there: with several at work the newest line would
    otherwise make it jump about. A row that needs the person comes first.
    """
    waiting = run.with_state(ShownState.NEEDS_YOU) if run.counts[ShownState.NEEDS_YOU] else []
    if waiting and run.states.get(selected) is not ShownState.NEEDS_YOU:
        return waiting[0].id
    if waiting or (run.states.get(selected) in BUSY and selected != getattr(run.parent, "id", None)):
        return None
    busy = [row for row in run.children if run.states[row.id] in BUSY] if run.busy else []
    newest = max(busy, key=lambda row: row.last_action_at or row.updated_at, default=None)
    return newest.id if newest else None
