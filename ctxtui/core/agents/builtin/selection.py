"""Chooses the few cases that say most: those that reach new lines and notice new changes, then other results."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ctxtui.core.agents.builtin.cases import Case

MOST_PER_TARGET = 9
FEWEST_PER_TARGET = 2
_SEEN_ELSEWHERE = re.compile(r"(str|repr)\(.*\)|.*\.[a-z_]+", re.DOTALL)
EXAMPLE_BONUS = 25
ALIKE_BONUS = 60
TYPE_SHOWN = 80
EMPTY = 60
_IS_EMPTY = re.compile(r"== (\[\]|\{\}|\(\)|''|\"\"|b''|set\(\))$")
_SHOWS_TYPE = re.compile(r"^isinstance\(|== ['\"]<")
NEW_LINE = 3
WANTED_KILL = 20
MOST_EXTRA_EXAMPLES = 3


class _Gains:
    """What the cases chosen so far reach and notice."""

    def __init__(self) -> None:
        self._arcs: set[tuple[int, int]] = set()
        self._kills: set[int] = set()

    def of(self, case: Case) -> int:
        noticed = case.kills - self._kills
        wanted = sum(number < 0 for number in noticed)
        return NEW_LINE * len(case.arcs - self._arcs) + len(noticed) + WANTED_KILL * wanted

    def add(self, case: Case) -> None:
        self._arcs |= case.arcs
        self._kills |= case.kills


def select(
    cases: Sequence[Case], generous: frozenset[str] = frozenset(), most_per_target: int = MOST_PER_TARGET
) -> list[Case]:
    """Telling cases in the order of discovery; targets named `generous` may keep twice as many."""
    by_target: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_target[case.target].append(case)
    gains = _Gains()
    chosen: list[Case] = []
    told: set[str] = set()
    for target, all_found in by_target.items():
        done = {(case.setup, case.act) for case in chosen}
        found = [case for case in all_found if (case.setup, case.act) not in done]
        if not found:
            continue
        most = len(found) if target == "constants" else most_per_target * (2 if target in generous else 1)
        method = target.rpartition(".")[2] if "." in target else ""
        if method in told and not any(gains.of(case) for case in found):
            continue  # inherited, and told where it is defined
        chosen += _of_target(_without_idle(found), most, gains)
        told.add(method)
    return sorted(chosen, key=lambda case: case.id)


def _without_idle(found: list[Case]) -> list[Case]:
    """Nothing coming back is only worth saying where something else can, a bare type only where nothing more can be."""
    can_give = any(case.checks and case.checks != ("result is None",) for case in found)
    is_better_told = any(case.checks and not _SHOWS_TYPE.search(case.checks[0]) for case in found)
    return [
        case
        for case in found
        if (can_give or not case.is_weak)
        and not (is_better_told and case.is_plain and _SHOWS_TYPE.search(case.checks[0]))
    ]


def _of_target(found: list[Case], most: int, gains: _Gains) -> list[Case]:
    remaining = list(found)
    chosen: list[Case] = []
    while remaining and len(chosen) < most:
        best = max(remaining, key=lambda case: (most > 1 or case.raises is None, gains.of(case), -cost(case)))
        if not gains.of(best):
            break
        gains.add(best)
        chosen.append(best)
        remaining.remove(best)
    if not chosen and _is_seen_elsewhere(found[0] if found else None):
        return []
    remaining.sort(key=lambda case: (case.raises is not None, cost(case)))
    examples = [case for case in remaining if case.is_example and case.is_plain]
    for case in [*examples[:MOST_EXTRA_EXAMPLES], *remaining[:1]]:
        if len(chosen) < most and _adds_variety(case, chosen):
            chosen.append(case)
    return chosen


def _is_seen_elsewhere(case: Case | None) -> bool:
    """Whether a case only looks at an object that other cases have looked at already."""
    return case is not None and bool(case.owner) and _SEEN_ELSEWHERE.fullmatch(case.act) is not None


def _adds_variety(case: Case, chosen: Iterable[Case]) -> bool:
    results = {(other.checks, other.changes, other.raises, other.prints) for other in chosen}
    return not case.is_weak and (case.checks, case.changes, case.raises, case.prints) not in results


def cost(case: Case) -> int:
    """How much there is to read; what the project's own authors wrote reads easier."""
    size = len(case.act) + sum(map(len, case.setup)) + sum(map(len, case.checks)) + sum(map(len, case.changes))
    if case.checks and _SHOWS_TYPE.search(case.checks[0]):
        size += TYPE_SHOWN
    if case.checks and _IS_EMPTY.search(case.checks[0]):
        size += EMPTY
    if case.owner and case.act.count(f"{case.owner}(") > 1:
        size -= ALIKE_BONUS
    return size + 40 * len(case.setup) - (EXAMPLE_BONUS if case.is_example else 0)
