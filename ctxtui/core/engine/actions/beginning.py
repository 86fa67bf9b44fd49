"""How a turn's process begins: some programs spoil each other's start when several do at once, and say so."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from ctxtui.core.ports.executors import TurnProcess

LOOKED_AT_SECONDS = 10.0
"""Whoever began rightly for so long has begun rightly."""
MOST_SPOILED = 3
"""So often a program is started once more; after that it has to do as it is."""
_HEAD_BYTES = 16_000


class SpoiledStartError(Exception):
    """The program has begun in a way that it cannot work in: it was ended."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """`spoiled_by` is a pattern of what the program says in its errors then; empty: nothing is known of it."""

    spoiled_by: str
    begun: float = field(default_factory=time.monotonic)

    def is_spoiled(self, process: TurnProcess) -> bool:
        if not self.spoiled_by or time.monotonic() - self.begun > LOOKED_AT_SECONDS:
            return False
        try:
            with process.stderr.open("rb") as file:
                said = file.read(_HEAD_BYTES).decode("utf-8", "replace")
        except OSError:
            return False
        return re.search(self.spoiled_by, said) is not None
