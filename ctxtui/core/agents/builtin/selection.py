"""Chooses the few cases that say most: first those that reach new lines, then those that give other results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ctxtui.core.agents.builtin.cases import Case

MOST_PER_TARGET = 8
MOST_PER_MODULE = 170
FEWEST_PER_TARGET = 2


def select(cases: Sequence[Case], generous: frozenset[str] = frozenset()) -> list[Case]:
    """Telling cases in the order of discovery; targets named `generous` may keep twice as many."""
    by_target: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_target[case.target].append(case)
    share = max(FEWEST_PER_TARGET, min(MOST_PER_TARGET, MOST_PER_MODULE // max(len(by_target), 1)))
    covered: set[tuple[int, int]] = set()
    chosen: list[Case] = []
    for target, found in by_target.items():
        most = len(found) if target == "constants" else share * 2 if target in generous else share
        chosen += _of_target(_without_idle(found), most, covered)
    return sorted(chosen, key=lambda case: case.id)


def _without_idle(found: list[Case]) -> list[Case]:
    """Nothing coming back is only worth saying where something else can."""
    if all(case.is_weak or case.raises for case in found):
        return [case for case in found if not case.is_weak]
    return found


def _of_target(found: list[Case], most: int, covered: set[tuple[int, int]]) -> list[Case]:
    remaining = list(found)
    chosen: list[Case] = []
    while remaining and len(chosen) < most * 2:
        best = max(remaining, key=lambda case: (len(case.arcs - covered), -cost(case)))
        if not best.arcs - covered:
            break
        covered |= best.arcs
        chosen.append(best)
        remaining.remove(best)
    wanted = max(min(most, 3 + len(chosen)), FEWEST_PER_TARGET)
    remaining.sort(key=lambda case: (case.raises is not None, cost(case)))
    for case in remaining:
        if len(chosen) >= wanted:
            break
        if _adds_variety(case, chosen):
            chosen.append(case)
    return chosen


def _adds_variety(case: Case, chosen: Iterable[Case]) -> bool:
    results = {(other.checks, other.changes, other.raises, other.prints) for other in chosen}
    return not case.is_weak and (case.checks, case.changes, case.raises, case.prints) not in results


def cost(case: Case) -> int:
    """How much there is to read; what stands in the project's own examples is shorter for its readers."""
    size = len(case.act) + sum(map(len, case.setup)) + sum(map(len, case.checks)) + sum(map(len, case.changes))
    return size + 40 * len(case.setup)
