"""The first line of a turn's output: what its reader must know, so that any process can read the file alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from ctxtui.core.agents.conversation import Conversation

_KEY = "ctxtui_turn"
_SCRIPT = 'printf "%s\\n" "$1"; shift; exec "$@"'


@dataclass(frozen=True, slots=True)
class TurnHeader:
    """`continues` is the conversation this turn goes on with; `minted` the id that a new one was given here.

    Paths below `worktree` are told relative to it.
    """

    continues: str = ""
    minted: str = ""
    worktree: str = ""

    def to_line(self) -> str:
        return json.dumps({_KEY: asdict(self)})

    @classmethod
    def from_line(cls, line: str) -> TurnHeader | None:
        """None for a line that is the agent's own."""
        if not line.startswith('{"' + _KEY + '"'):
            return None
        return cls(**json.loads(line)[_KEY])

    def before(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """A command that writes the header and then becomes `argv`, in the same process."""
        return ("/bin/sh", "-c", _SCRIPT, "sh", self.to_line(), *argv)

    @property
    def conversation(self) -> Conversation:
        return Conversation.from_text(self.continues) if self.continues else Conversation(id=self.minted)
