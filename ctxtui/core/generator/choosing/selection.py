"""Chooses the few cases that say most: new lines and noticed changes for each line of text, over the whole module."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ctxtui.core.generator.choosing.cover import Cover
from ctxtui.core.generator.choosing.echoes import only_keeps
from ctxtui.core.generator.choosing.length import HEADER_LINES, lines_of
from ctxtui.core.generator.choosing.worth import (
    is_hollow,
    is_idle,
    is_in_passing,
    is_like,
    is_mangled,
    is_of_stand_in,
    is_private,
    is_special,
    is_vacuous,
    repeats_itself,
    says_little,
    shows_type_only,
    strangeness,
)
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.grouping import CONSTANTS, row_key

MOST_EXAMPLES = 3
FEWEST_ROWS = 5
ODD_ROW = 0.4
FEWEST_ODD_ROWS = 3
"""Values that mean nothing to a reader mean no more if there are many."""
MOST_ODDITY = 1.0
MOST_CONSTANTS = 8
CONSTANT_CHARS = 70
"""A longer constant is a table: to write it twice tests nothing."""
AT_THE_END = 1 << 30
ALIKE = 1.5
ODD_ENOUGH = 3.0
"""Strangeness of inputs that a reader takes rather than none at all."""
_REFUSING = re.compile(r"(?i)valid|check|verif|assert|ensure|require|must_|guard|enforce|forbid")
"""In the name of a function or class whose silence is an answer."""
_PLAIN_ERROR = re.compile(r"issubclass\([\w.]+, (?:Base)?Exception\)")
_SEEN_ELSEWHERE = re.compile(r"(str|repr)\(.*\)|.*\.[a-z_]+", re.DOTALL)


def select(
    cases: Sequence[Case], wanted: frozenset[str] = frozenset(), positions: Mapping[str, int] | None = None
) -> list[Case]:
    """Telling cases in the order of the module's source; targets in `wanted` count for more."""
    by_target: dict[str, list[Case]] = defaultdict(list)
    unsaid = _goes_unsaid(cases)
    for case in _once_each(case for case in cases if not (case.act in unsaid or _says_nothing(case))):
        by_target[case.target].append(case)
    offered = [case for found in by_target.values() for case in _without_idle(found)]
    known = positions or {}
    cover = Cover(
        wanted, frozenset(target for target in by_target if known and is_special(target) and target not in known)
    )
    constants = [case for case in offered if case.target == CONSTANTS and _is_telling_constant(case)]
    cover.add_all(constants[:MOST_CONSTANTS])
    cover.add_all(case for case in offered if case.shows)
    cover.fill([case for case in offered if case.target != CONSTANTS and not case.shows])
    for target, found in by_target.items():
        _represent(target, _without_idle(found), cover)
    chosen = cover.needed()
    if cover.has_room():
        chosen += [case for found in by_target.values() for case in _further_rows(found, chosen)]
    return sorted(chosen, key=lambda case: _place(case, positions or {}))


def _says_nothing(case: Case) -> bool:
    return is_mangled(case.target) or is_vacuous(case) or is_in_passing(case) or is_of_stand_in(case)


def _goes_unsaid(cases: Sequence[Case]) -> frozenset[str]:
    """That an error is an exception is worth a test only where there is nothing else to test."""
    told = frozenset(case.act for case in cases if _PLAIN_ERROR.fullmatch(case.act))
    return told if any(case.act not in told for case in cases) else frozenset()


def _is_telling_constant(case: Case) -> bool:
    """A table would be written twice; a flag or an empty table says what is installed."""
    return len(case.checks[0]) <= CONSTANT_CHARS and not says_little(case)


def _place(case: Case, positions: Mapping[str, int]) -> tuple[float, str, bool, bool, int, str]:
    """Where a case stands in the file: the same for the same cases, however they were found."""
    line = positions.get(case.target, positions.get(case.owner, AT_THE_END) + 0.5)
    line = -1 if case.target == CONSTANTS else line
    return (line, case.target, bool(case.raises), not case.is_example, len(case.act), case.act)


def _once_each(cases: Iterable[Case]) -> list[Case]:
    """The same call is told once, for whichever target it was found."""
    first: dict[tuple[tuple[str, ...], str], Case] = {}
    for case in cases:
        first.setdefault((case.setup, case.act), case)
    return list(first.values())


def _without_idle(found: list[Case]) -> list[Case]:
    """Nothing coming back is only worth saying where something else can, or a refusal by what is there to refuse.

    A bare type is where nothing more can be said.
    """
    can_give = any(case.checks and case.checks != ("result is None",) for case in found)
    can_give |= any(case.raises and _REFUSING.search(case.target) for case in found)
    is_better_told = any(case.checks and not shows_type_only(case) for case in found)
    return [case for case in found if (can_give or not case.is_weak) and not (is_better_told and shows_type_only(case))]


def _represent(target: str, found: Sequence[Case], cover: Cover) -> None:
    """Each target has a case that shows what it is for, and the examples that its authors gave."""
    if not cover.has_room() or target == CONSTANTS or is_private(target):
        return
    chosen = [case for case in cover.chosen if case.target == target]
    ranked = sorted(found, key=_representing)
    if not any(not is_hollow(case) for case in chosen):
        can_be_hollow = not chosen and not is_special(target)
        best = next((case for case in ranked if not is_hollow(case) or (can_be_hollow and not case.is_weak)), None)
        if best is not None and best not in chosen and not _is_needless(target, best, cover):
            cover.add(best, is_needed=True)
            chosen.append(best)
    examples = [case for case in ranked if case.is_example and case.is_plain and case not in chosen]
    if not any(case.is_example and case.setup for case in chosen):
        examples += [case for case in ranked if case.is_example and case.setup and not case.raises][:1]
    for case in _of_each_shape(examples, chosen)[:MOST_EXAMPLES]:
        if _adds_variety(case, chosen):
            cover.add(case, is_needed=True)
            chosen.append(case)


def _of_each_shape(examples: Sequence[Case], chosen: Sequence[Case]) -> list[Case]:
    """Those first that call the target as no other does: with an option that nothing else shows."""
    seen = {row_key(case) for case in chosen}
    fresh: list[Case] = []
    for case in examples:
        if row_key(case) not in seen and not is_hollow(case):
            seen.add(row_key(case))
            fresh.append(case)
    return [*fresh, *(case for case in examples if case not in fresh)]


def _is_needless(target: str, best: Case, cover: Cover) -> bool:
    """Whether the best case of a target shows nothing that is not shown by others."""
    if _is_told_already(target, best, cover):
        return True
    is_shown = target in cover.elsewhere or _is_kept_elsewhere(best, cover.chosen)
    return is_shown and not (best.is_example or cover.gains(best))


def _is_kept_elsewhere(case: Case, chosen: Iterable[Case]) -> bool:
    """Whether an object only keeps what it is given, by a constructor that was shown for another class."""
    return only_keeps(case) and any(
        other.target == other.owner != case.target and case.arcs <= other.arcs for other in chosen
    )


def _further_rows(found: Sequence[Case], chosen: Sequence[Case]) -> list[Case]:
    """A function that gives a value is shown on several, where each fits into a line: one may be right by chance."""
    target = found[0].target
    told = [case for case in chosen if case.target == target and case.is_plain and not (case.shows or only_keeps(case))]
    if not told or target == CONSTANTS or is_private(target):
        return []
    shapes = {row_key(case) for case in told}
    fitting = [
        case
        for case in sorted(found, key=_representing)
        if case.is_plain
        and row_key(case) in shapes
        and not is_hollow(case)
        and not repeats_itself(case)
        and strangeness(case) < MOST_ODDITY
        and lines_of(case) <= HEADER_LINES
    ]
    results = {case.checks for case in told}
    found_rows: list[Case] = []
    for case in fitting:
        others = [*told, *found_rows]
        wanted = FEWEST_ROWS if strangeness(case) < ODD_ROW else FEWEST_ODD_ROWS
        if len(others) < wanted and case.checks not in results and not any(is_like(case, one) for one in others):
            results.add(case.checks)
            found_rows.append(case)
    return found_rows


def _representing(case: Case) -> float:
    size = lines_of(case) / 2 + len(case.act) / 60
    alike = ALIKE if case.owner and case.act.count(f"{case.owner}(") > 1 else 0.0
    little = 2.0 * says_little(case) + ODD_ENOUGH * (is_idle(case) + case.uses_files)
    return size + strangeness(case) + little - alike - 2.0 * case.is_example - len(case.kills) / 4


def _is_told_already(target: str, case: Case, cover: Cover) -> bool:
    """Whether the case only looks at an object that others looked at, or is inherited and told where it is defined."""
    if case.owner and _SEEN_ELSEWHERE.fullmatch(case.act):
        return True
    method = target.rpartition(".")[2] if "." in target else ""
    is_told = any(other.target.rpartition(".")[2] == method and "." in other.target for other in cover.chosen)
    return bool(method) and is_told and not cover.gains(case)


def _adds_variety(case: Case, chosen: Iterable[Case]) -> bool:
    results = {(other.checks, other.changes, other.raises, other.prints) for other in chosen}
    return not case.is_weak and (case.checks, case.changes, case.raises, case.prints) not in results
