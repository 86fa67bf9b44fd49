"""Picks the cases that are worth proving: repeating them all costs more than finding them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ctxtui.core.generator.choosing.length import lines_of
from ctxtui.core.generator.choosing.worth import is_hollow, strangeness
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.grouping import CONSTANTS

FOR_LINES = 2
"""How many cases may stand for the same way through the code: one may fall when it is repeated."""
FOR_RESULTS = 24
EXAMPLES = 6
EDGES = 10


def shortlist(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """The cases to prove first and those to fall back on, both in the order of discovery."""
    by_target: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_target[case.target].append(case)
    first = {case.id for case in cases if case.shows}
    for target, members in by_target.items():
        first |= {case.id for case in members} if target == CONSTANTS else _promising(members)
    return [case for case in cases if case.id in first], [case for case in cases if case.id not in first]


def _promising(cases: Sequence[Case]) -> set[int]:
    ranked = sorted(cases, key=lambda case: (is_hollow(case), strangeness(case) + lines_of(case) / 4))
    taken = {case.id for case in [case for case in ranked if case.is_example][:EXAMPLES]}
    ways: dict[tuple[int, int], int] = defaultdict(int)
    for case in ranked:
        if any(ways[arc] < FOR_LINES for arc in case.arcs):
            taken.add(case.id)
            for arc in case.arcs:
                ways[arc] += 1
    taken |= {case.id for case in [case for case in ranked if case.is_edge][:EDGES]}
    results: set[object] = set()
    for case in ranked:
        result = (case.checks, case.changes, case.raises, case.prints)
        if len(results) < FOR_RESULTS and result not in results:
            results.add(result)
            taken.add(case.id)
    return taken
