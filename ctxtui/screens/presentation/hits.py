"""What a search over a run found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctxtui.screens.presentation.spans import Line, Span, Tone, clean, fit, shorten

if TYPE_CHECKING:
    from ctxtui.core.ports.store import SearchHit


_NAME_WIDTH = 16


def merged_hits(hits: Iterable[SearchHit]) -> list[SearchHit]:
    """One hit for each interaction and excerpt: the same text is often stored as output and as a message."""
    seen: dict[tuple[str, str], SearchHit] = {}
    for hit in hits:
        seen.setdefault((hit.interaction_id, hit.excerpt), hit)
    return list(seen.values())


def hit_line(hit: SearchHit, name: str, text: str, width: int) -> Line:
    """The session's name and the excerpt, with what was searched for standing out."""
    room = width - _NAME_WIDTH - 3
    excerpt = shorten(" ".join(clean(hit.excerpt).split()), room)
    head = Span(" " + fit(name, _NAME_WIDTH) + " ", Tone.MUTED)
    at = excerpt.casefold().find(text.casefold())
    if at < 0:
        return (head, Span(excerpt))
    end = at + len(text)
    return (head, Span(excerpt[:at]), Span(excerpt[at:end], Tone.MATCH), Span(excerpt[end:]))
