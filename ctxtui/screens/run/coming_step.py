"""Which step the selected session takes next, in a run whose steps are taken by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtui.core.domain.statuses import SessionStatus
from ctxtui.core.views.next_step import next_step
from ctxtui.screens.presentation.spans import Tone
from ctxtui.screens.working import in_background

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxtui.screens.run.desk import Desk


class ComingStep:
    """Read beside the interface, and anew whenever anything of the run has changed; then calls `then`."""

    def __init__(self, desk: Desk, then: Callable[[], None]) -> None:
        self._desk = desk
        self._then = then
        self._read_for: tuple[str, int] | None = None
        self._words = ""

    def words(self) -> str:
        """Such as "> check its tests"; empty where the run takes its steps by itself, or while it is being read."""
        desk = self._desk
        run, node = desk.run, desk.session_tree.selected
        if not run.is_manual or node is None or node.package or desk.access.opened is None:
            return ""
        wanted = (node.session_id, max(row.version for row in run.rows.values()))
        if wanted != self._read_for:
            self._read_for, self._words = wanted, ""
            store, ref = desk.access.store, desk.ref
            in_background(
                desk.session_tree,
                lambda: next_step(lambda session_id: store.sessions.load(ref.scope, session_id), wanted[0]),
                lambda step: self._was_read(wanted, step),
                lambda sentence: desk.hint(sentence, Tone.BAD),
                group="step",
            )
        return self._words

    def _was_read(self, wanted: tuple[str, int], step: str) -> None:
        if wanted == self._read_for:
            row = self._desk.run.rows.get(wanted[0])
            is_at_work = row is not None and row.status is SessionStatus.ACTIVE
            self._words = f"> {step}" if step else "under way" if is_at_work else ""
            self._then()
