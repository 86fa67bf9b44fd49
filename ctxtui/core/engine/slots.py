"""The pool of worktrees, by name: a child holds its slot until the worktree is clean again."""

from __future__ import annotations


class Slots:
    """Used by one thread. A slot is ready once its worktree was laid out for the child that holds it."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}
        self._ready: set[str] = set()

    def hold(self, session_id: str, slot: str) -> None:
        """Marks a slot as a child's own and ready, as it stands in the store after a crash."""
        self._held[slot] = session_id
        self._ready.add(session_id)

    def of(self, session_id: str) -> str:
        """The slot the child holds, or an empty text."""
        return next((slot for slot, holder in self._held.items() if holder == session_id), "")

    def take(self, session_id: str, preferred: str = "") -> str:
        """The slot the child holds, or else the preferred one when it is free, or the first free one."""
        if held := self.of(session_id):
            return held
        slot = preferred if preferred and preferred not in self._held else self._first_free()
        self._held[slot] = session_id
        return slot

    def is_ready(self, session_id: str) -> bool:
        return session_id in self._ready

    def make_ready(self, session_id: str) -> None:
        self._ready.add(session_id)

    def give_back(self, session_id: str) -> None:
        """The child's slot is clean and may be taken by another one."""
        self._ready.discard(session_id)
        if held := self.of(session_id):
            del self._held[held]

    def _first_free(self) -> str:
        number = 1
        while f"slot-{number:02}" in self._held:
            number += 1
        return f"slot-{number:02}"
