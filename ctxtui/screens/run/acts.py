"""What the keys of a run do: each asks, opens a screen, or changes what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.screens.keys_in_order import drop_words_behind
from ctxtui.screens.presentation.answers import answer_told
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.run.asking import Asking
from ctxtui.screens.run.keys import RUN_KEYS, in_keys, why_key_not
from ctxtui.screens.run.looking import Looking
from ctxtui.screens.run.outside import Outside
from ctxtui.screens.widgets.key_names import key_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtui.core.domain.request import Request
    from ctxtui.screens.run.desk import Desk

_KEYS = {key.action: key for key in RUN_KEYS}


class RunActs:
    """Does the actions of `RUN_KEYS`, each with the rows that it is about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._outside = Outside(desk)
        self._hands = (Asking(desk), Looking(desk), self._outside)

    def do(self, action: str) -> None:
        """Does what a key means for the rows that it is about, or says why it cannot."""
        desk = self._desk
        if desk.run.parent is None:
            desk.hint("The run is still being opened.")
            return
        rows = desk.targets
        if why_not := why_key_not(_KEYS[action], desk.run, rows):
            key = key_names(desk.app.screen).get(_KEYS[action].id, "")
            desk.hint(f"{key}: {why_not}.")
            if _KEYS[action].asks_for_words:
                drop_words_behind(desk.app)
            return
        hand = next(hand for hand in self._hands if hasattr(hand, action))
        getattr(hand, action)(rows)

    def own_command(self, key: str) -> None:
        """Runs the user's own command of that key for the selected component."""
        rows = self._desk.targets
        if len(rows) != 1 or rows[0].parent_id is None:
            self._desk.hint(f"{key}: select one component.")
        else:
            self._outside.own_command(key, rows[0])

    def tell_answers(self, requests: Sequence[Request]) -> None:
        """Shows what came of what was asked."""
        names = {row.id: row.name for row in self._desk.run.rows.values()}
        told = answer_told([in_keys(request) for request in requests], names)
        if told:
            is_good = all(request.is_granted for request in requests)
            self._desk.hint(told, Tone.GOOD if is_good else Tone.BAD)
