"""What a search over the whole run found, shown in place of the entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ctxtui.screens.history.reading import Found
from ctxtui.screens.presentation.hits import Hit, hit_line
from ctxtui.screens.presentation.marking import marked
from ctxtui.screens.presentation.spans import Line, Tone, wrapped
from ctxtui.screens.widgets.line_view import Composed


@dataclass(slots=True)
class HitList:
    """`is_shown` while it stands in place of the entries; `place` is the hit that was opened last."""

    found: Found = field(default_factory=lambda: Found("", []))
    is_shown: bool = False
    place: int = 0

    @property
    def words(self) -> str:
        """Empty before anything was searched for."""
        return self.found.text

    def take(self, found: Found) -> None:
        self.found, self.place, self.is_shown = found, 0, True

    def drop(self) -> None:
        self.found, self.is_shown = Found("", []), False

    def hit(self, place: int) -> Hit | None:
        hits = self.found.hits
        return hits[place] if self.is_shown and place < len(hits) else None

    def open(self, place: int) -> Hit | None:
        """The hit at that place, which the list comes back to; None where there is none."""
        hit = self.hit(place)
        if hit is not None:
            self.place, self.is_shown = place, False
        return hit

    def rows(self, names: Mapping[str, str]) -> Composed:
        """A line a hit; `names` are the components' by session."""
        hits, words = self.found.hits, self.words
        return Composed(lambda width: [hit_line(hit, names.get(hit.session_id, ""), words, width) for hit in hits])

    def page(self, place: int) -> Composed:
        """What the hit at that place is about."""
        hit, words = self.hit(place), self.words
        if hit is None:
            told = f"“{words}” stands nowhere in this run."
            return Composed(lambda width: wrapped(told, width - 2, Tone.MUTED, " "))
        about = f"{hit.rung}\n\n{hit.excerpt}" if hit.rung else hit.excerpt
        return Composed(lambda width: _marked(wrapped(about, width - 2, indent=" "), words))


def _marked(lines: list[Line], words: str) -> list[Line]:
    return [marked(spans, words) for spans in lines]
