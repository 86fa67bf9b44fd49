"""The palette's search for commands: those whose own word was typed come first."""

from __future__ import annotations

from dataclasses import replace

from textual.command import Hit, Hits
from textual.system_commands import SystemCommandsProvider

_MORE_THAN_ANY = 1000.0
"""A score that letters scattered over a name never reach."""


class ActsByWord(SystemCommandsProvider):
    """`leave` finds what is called so before `skip: leave it out`."""

    async def search(self, query: str) -> Hits:
        typed = query.strip().casefold()
        async for hit in super().search(query):
            name = (hit.text or "").casefold()
            rank = name.startswith(f"{typed}:") + name.startswith(typed)
            yield replace(hit, score=hit.score + rank * _MORE_THAN_ANY) if isinstance(hit, Hit) else hit
