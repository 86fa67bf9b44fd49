"""The cases that are chosen, what they reach and notice together, and the lines they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ctxtui.core.generator.choosing.echoes import comes_back
from ctxtui.core.generator.choosing.length import HEADER_LINES, LINE, lines_of
from ctxtui.core.generator.choosing.worth import (
    is_crash,
    is_hollow,
    is_idle,
    is_private,
    kind_of_result,
    says_little,
    strangeness,
)
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.grouping import row_key

MOST_LINES = 520
NEW_LINE = 3.0
KILL = 2.0
NEW_KIND = 4.0
"""An end that no other case of the target comes to, such as the other of two truth values."""
WANTED_KILL = 20.0
WANTED_TARGET = 2.0
SMALLEST_GAIN = 0.35
"""Worth of a line of text below which it is not written."""
ROW_LINES = 1.5
MOST_REFUSALS = 4
ODDITY = 0.25
PRIVATE = 2.5
IDLE = 2.0
"""For a method of an object that was made with nothing and is given nothing: another one shows what it is for."""


class Cover:
    """The cases chosen so far, what they reach and notice, and the lines they take.

    `elsewhere` are operators that the module's classes have from elsewhere: they need no test of their own.
    """

    def __init__(self, wanted: frozenset[str], elsewhere: frozenset[str]) -> None:
        self._wanted = wanted
        self.elsewhere = elsewhere
        self._known: dict[int, _Looks] = {}
        self._arcs: Counter[tuple[int, int]] = Counter()
        self._kills: Counter[int] = Counter()
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._targets: Counter[str] = Counter()
        self._rows: Counter[tuple[str, str]] = Counter()
        self._refusals: Counter[str] = Counter()
        self._lines = 0.0
        self._kept_anyway: set[int] = set()
        self.chosen: list[Case] = []

    def add_all(self, cases: Iterable[Case]) -> None:
        for case in cases:
            self.add(case, is_needed=True)

    def fill(self, cases: Sequence[Case]) -> None:
        """Takes the best case again and again while there is anything to gain and room to write it."""
        open_cases = list(cases)
        while open_cases:
            gains = [(self._gain(case), case) for case in open_cases]
            open_cases = [case for gain, case in gains if gain]
            ranked = [(gain / self._cost(case), -case.id, case) for gain, case in gains if gain]
            best, _, case = max(ranked, default=(0.0, 0, None))
            if case is None or best < SMALLEST_GAIN or self._lines > MOST_LINES:
                return
            open_cases.remove(case)
            self.add(case)

    def add(self, case: Case, *, is_needed: bool = False) -> None:
        self._lines += self._room(case)
        self._arcs.update(case.arcs)
        self._kills.update(case.kills)
        self._kinds[case.target, self._looks(case).kind] += 1
        self._targets[case.target] += 1
        self._rows[self._looks(case).key] += 1
        self._refusals[case.target] += bool(case.raises)
        self.chosen.append(case)
        if is_needed:
            self._kept_anyway.add(case.id)

    def has_room(self) -> bool:
        return self._lines <= MOST_LINES

    def gains(self, case: Case) -> bool:
        return bool(self._gain(case))

    def needed(self) -> list[Case]:
        """The chosen cases without those that later ones made superfluous."""
        kept: list[Case] = []
        count = Counter(case.target for case in self.chosen if not self._looks(case).is_hollow)
        for case in self.chosen:
            is_covered = all(self._arcs[arc] > 1 for arc in case.arcs) and all(self._kills[n] > 1 for n in case.kills)
            is_last = not self._looks(case).is_hollow and count[case.target] <= 1
            is_last |= not self._looks(case).is_hollow and self._kinds[case.target, self._looks(case).kind] <= 1
            is_last &= case.target not in self.elsewhere or case.is_example
            if is_covered and not is_last and case.id not in self._kept_anyway:
                self._arcs.subtract(case.arcs)
                self._kills.subtract(case.kills)
                self._kinds[case.target, self._looks(case).kind] -= 1
                count[case.target] -= not self._looks(case).is_hollow
            else:
                kept.append(case)
        return kept

    def _gain(self, case: Case) -> float:
        arcs = sum(not self._arcs[arc] for arc in case.arcs)
        kills = [number for number in case.kills if not self._kills[number]]
        if case.raises and self._refusals[case.target] >= MOST_REFUSALS and not kills:
            return 0.0
        wanted = sum(number < 0 for number in kills)
        is_told = self._targets[case.target] > 0
        is_new_kind = is_told and not self._looks(case).is_hollow
        is_new_kind = is_new_kind and not self._kinds[case.target, self._looks(case).kind]
        return NEW_LINE * arcs + KILL * len(kills) + WANTED_KILL * wanted + NEW_KIND * is_new_kind

    def _cost(self, case: Case) -> float:
        """Lines to read, more of them where the inputs are odd or the assertion says little."""
        wanted = WANTED_TARGET if case.target in self._wanted else 1.0
        return self._room(case) * self._looks(case).factor / wanted

    def _room(self, case: Case) -> float:
        lines = self._looks(case).lines
        if not self._rows[self._looks(case).key]:
            return lines
        return ROW_LINES + len(case.act) / LINE + max(lines - HEADER_LINES, 0)

    def _looks(self, case: Case) -> _Looks:
        """How the case looks to a reader, found out once: it is asked for again and again."""
        known = self._known.get(case.id)
        if known is None:
            known = self._known[case.id] = _looks_of(case)
        return known


@dataclass(frozen=True, slots=True)
class _Looks:
    """`factor` makes a case dearer than its lines, `key` says which cases it can share a table with."""

    key: tuple[str, str]
    kind: str
    lines: int
    factor: float
    is_hollow: bool


def _looks_of(case: Case) -> _Looks:
    factor = 1 + ODDITY * strangeness(case)
    factor *= 1.5 if says_little(case) or comes_back(case) else 1.0
    factor *= IDLE if is_idle(case) else 1.0
    factor *= PRIVATE if is_private(case.target) or is_crash(case) else 1.0
    return _Looks(row_key(case), kind_of_result(case), lines_of(case), factor, is_hollow(case))
