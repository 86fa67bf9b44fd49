"""What specs and stories ask for, read from their texts: criteria that have an id, and scenarios that have a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 60
"""Criteria of one module: what has more is a specification of something larger."""

_ID = r"[A-Z][A-Z0-9]{0,9}-?\d+(?:\.\d+)*"
_ENDS = r"[*_`\])]+(?:\s*[:.)\u2013\u2014-]+)*|\s*[:.)\u2013\u2014-]+"
"""An id is set apart from what it names: by bold or brackets, by a colon, a full stop or a dash."""
_MARKED = re.compile(
    r"^\s*(?:[-*+]\s+|\d+[.)]\s+|#{1,6}\s+)?(?:\[[ x]\]\s+)?[*_`\[(]*"
    rf"(?P<id>{_ID})(?:{_ENDS})[*_]*\s+(?P<text>\S.*)$"
)
_SCENARIO = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+)?[*_]*Scenario(?: Outline)?:[*_]*\s+(?P<text>\S.*)$", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Criterion:
    """`id` is what a test names it by: its id in the text, or the words of a scenario."""

    id: str
    text: str

    def is_named_in(self, words: str) -> bool:
        """Whether a test's name, docstring or comment has the id, however it is cut: AC-3, ac_3 and ac3 are one."""
        parts = re.findall(r"[a-z]+|\d+", self.id.lower())
        pattern = r"[-_ .]?".join(re.escape(part) for part in parts)
        return re.search(rf"(?<![a-z0-9]){pattern}(?![0-9])", words.lower()) is not None


def criteria_in(text: str) -> tuple[Criterion, ...]:
    """Each once, in the order of the text."""
    found: dict[str, Criterion] = {}
    for criterion in _criteria(text):
        found.setdefault(criterion.id, criterion)
    return tuple(found.values())[:MOST]


def _criteria(text: str) -> Iterator[Criterion]:
    for line in text.splitlines():
        if marked := _MARKED.match(line):
            yield Criterion(marked["id"], marked["text"].strip(" *_"))
        elif scenario := _SCENARIO.match(line):
            told = scenario["text"].strip(" *_")
            yield Criterion(" ".join(_WORD.findall(told.lower())), told)
