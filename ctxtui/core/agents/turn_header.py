"""The first line of a turn's output: what its reader must know, so that any process can read the file alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

_KEY = "ctxtui_turn"
_SCRIPT = 'printf "%s\\n" "$1"; shift; exec "$@"'


@dataclass(frozen=True, slots=True)
class TurnHeader:
    """`conversation` is the one this turn goes on with, or a new one with the id it was given here, as text.

    Paths below `worktree` are told relative to it.
    """

    conversation: str = ""
    is_new: bool = True
    worktree: str = ""

    def to_line(self) -> str:
        return json.dumps({_KEY: asdict(self)})

    @classmethod
    def from_line(cls, line: str) -> TurnHeader | None:
        """None for a line that is the agent's own. Another version of this program may have written it."""
        if not line.startswith('{"' + _KEY + '"'):
            return None
        told = json.loads(line)[_KEY]
        return cls(told.get("conversation", ""), told.get("is_new", True), told.get("worktree", ""))

    def before(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """A command that writes the header and then becomes `argv`, in the same process."""
        return ("/bin/sh", "-c", _SCRIPT, "sh", self.to_line(), *argv)
