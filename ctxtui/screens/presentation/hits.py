"""What a search over a run found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ctxtui.screens.presentation.entries import Entry
from ctxtui.screens.presentation.marking import marked
from ctxtui.screens.presentation.quantities import clock_time
from ctxtui.screens.presentation.spans import Line, Span, Tone, clean, fit, shorten, width_of

if TYPE_CHECKING:
    from ctxtui.core.ports.store import ChildRow, SearchHit


_NAME_WIDTH, _WHERE_WIDTH = 16, 8
_ROOMY = 60
"""Cells from which on a hit has room for all that is known of it; in fewer the words themselves come first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place with the words: an event, a step, or with `rung` the evidence of a refusal."""

    session_id: str
    at: datetime
    excerpt: str
    interaction_id: str = ""
    event_id: int = 0
    rung: str = ""

    @property
    def where(self) -> str:
        """In what the words stand: a rung's evidence, an agent's output, or a step's prompt or result."""
        if self.rung:
            return self.rung.partition(":")[0]
        return "output" if self.event_id else "step"


def hits_of(found: Iterable[SearchHit], rows: Iterable[ChildRow], text: str) -> list[Hit]:
    """What the index found and what stands in the evidence, newest first.

    Where all that was typed stands somewhere as it was typed, places with its words apart are left out.
    """
    hits = [Hit(hit.session_id, hit.at, hit.excerpt, hit.interaction_id, hit.event_id or 0) for hit in found]
    hits += _in_evidence(rows, text)
    as_typed = [hit for hit in hits if text.casefold() in hit.excerpt.casefold()]
    seen: dict[tuple[str, str], Hit] = {}
    for hit in sorted(as_typed or hits, key=lambda hit: hit.at, reverse=True):
        # The same text is often stored as output and as a message.
        seen.setdefault((hit.session_id, hit.excerpt), hit)
    return list(seen.values())


def _in_evidence(rows: Iterable[ChildRow], text: str) -> list[Hit]:
    wanted = text.casefold()
    hits = []
    for row in rows:
        for attempt in row.attempts:
            for verdict in attempt.rungs:
                for evidence in verdict.evidence if verdict.is_failed else ():
                    said = f"{evidence.message} {evidence.detail}"
                    place = said.casefold().find(wanted)
                    if place >= 0:
                        at = attempt.ended_at or attempt.started_at
                        hits.append(Hit(row.id, at, _around(said, place), rung=f"{verdict.rung}: {verdict.summary}"))
    return hits


def _around(text: str, place: int) -> str:
    start = max(place - 50, 0)
    return ("…" if start else "") + " ".join(text[start : place + 110].split())


def hit_line(hit: Hit, name: str, text: str, width: int) -> Line:
    """Time, the session's name, in what it stands and the excerpt, with what was searched for standing out."""
    is_roomy = width >= _ROOMY
    head = (
        Span(f" {clock_time(hit.at) if is_roomy else clock_time(hit.at)[:5]} ", Tone.FAINT),
        Span(f" {fit(name, _NAME_WIDTH)} " if is_roomy else f"{fit(name, _NAME_WIDTH - 4)} ", Tone.MUTED),
        Span(f"{fit(hit.where, _WHERE_WIDTH)} " if is_roomy else "", Tone.BAD if hit.rung else Tone.FAINT),
    )
    room = max(width - width_of(head) - 1, 8)
    excerpt = " ".join(clean(hit.excerpt).split())
    place = max(excerpt.casefold().find(text.casefold()), 0)
    if place + len(text) > room:
        excerpt = "…" + excerpt[max(place - room // 3, 0) :]
    return (*head, *marked((Span(shorten(excerpt, room)),), text))


def place_of(hit: Hit, entries: Sequence[Entry], text: str) -> int:
    """The entry in which the words stand; the last one where the history has none of them."""
    wanted = text.casefold()
    if hit.event_id:
        exact = (n for n, entry in enumerate(entries) if entry.event_id == hit.event_id)
        if (place := next(exact, None)) is not None:
            return place
    of_step = [n for n, one in enumerate(entries) if not hit.interaction_id or one.interaction_id == hit.interaction_id]
    said = [n for n in of_step if wanted in f"{entries[n].title} {entries[n].body}".casefold()]
    rung = hit.rung.partition(": ")[0]
    refused = [n for n, entry in enumerate(entries) if rung and entry.is_failure and rung in entry.title]
    return next(iter([*refused, *said, *of_step]), max(len(entries) - 1, 0))
