"""Properties that a module's own names promise: what is encoded is decoded again, what is cleaned stays as it is."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ctxtui.core.generator.choosing.echoes import comes_back
from ctxtui.core.generator.choosing.worth import is_degenerate, is_vacuous, strangeness
from ctxtui.core.generator.probing.worker.inverses import takers_of
from ctxtui.core.generator.protocol.case import Case, Origin

MOST_ROWS = 3
LONGEST = 100
"""A property is as true of a value that is read at a glance."""
_CLEANING = re.compile(
    r"(?:^|_)(?:normali[sz]e|clean|sanitize|slugify|canonicali[sz]e|simplify|strip|dedent|trim|uniq)"
)


def promised(cases: Sequence[Case], first_id: int) -> list[Case]:
    """Cases for properties that may hold; a replay shows whether they do."""
    plain: dict[str, list[Case]] = defaultdict(list)
    for case in sorted(cases, key=strangeness):
        is_short = len(case.act) <= LONGEST
        if case.is_plain and not case.owner and len(case.arguments) == 1 and is_short and not is_degenerate(case):
            plain[case.target].append(case)
    names = {case.target: case.names for case in cases if not case.owner}
    found = [case for target in plain for case in (*_reversals(plain[target], names), *_repetitions(plain[target]))]
    found += _equal_hashes(cases)
    return [case.with_id(first_id + number) for number, case in enumerate(found)]


def _reversals(cases: Sequence[Case], names: Mapping[str, Mapping[str, Origin]]) -> Iterator[Case]:
    target = cases[0].target
    back = next((name for name in takers_of(target) if name in names), None)
    if back is None:
        return
    kinds: Counter[str] = Counter()
    for case in cases:
        (given,) = case.arguments.values()
        kinds[given[:1]] += 1
        if kinds[given[:1]] > MOST_ROWS:
            continue
        yield replace(
            case,
            target=back,
            act=f"{back}({case.act})",
            checks=(f"result == {given}",),
            names={**names[back], **case.names},
            arcs=frozenset(),
            shows=f"reverses_{target}",
            is_example=False,
        )


def _equal_hashes(cases: Sequence[Case]) -> Iterator[Case]:
    """An object has the hash of its like: that it has its own goes without saying."""
    told: set[str] = set()
    for case in cases:
        if case.target not in told and is_vacuous(case) and len(case.setup) == 1:
            told.add(case.target)
            made = case.setup[0].partition(" = ")[2]
            act = f"hash({made}) == hash({made})"
            yield replace(case, setup=(), act=act, shows="is_the_same_for_equal_objects", is_example=False)


def _repetitions(cases: Sequence[Case]) -> Iterator[Case]:
    """What a cleaning function gave is left alone by it."""
    if not _CLEANING.search(cases[0].target):
        return
    for case in [case for case in cases if not comes_back(case)][:MOST_ROWS]:
        match ast.parse(case.checks[0], mode="eval").body:
            case ast.Compare(
                left=ast.Name("result"), ops=[ast.Eq()], comparators=[ast.Constant(value=str() as text)]
            ) if text:
                (name,) = case.arguments
                yield replace(
                    case,
                    act=f"{case.target}({text!r})",
                    arguments={name: repr(text)},
                    arcs=frozenset(),
                    shows="leaves_its_own_result_alone",
                    is_example=False,
                )
            case _:
                pass
