from __future__ import annotations

from ctxtui.core.agents.builtin.cases import Case
from ctxtui.core.agents.builtin.selection import select


def case(number: int, target: str, act: str, check: str, *arcs: tuple[int, int], kills: frozenset[int] = frozenset()):
    owner = target.partition(".")[0]
    return Case(number, target, owner, (), act, {}, (check,), arcs=frozenset(arcs), kills=kills)


def ids(cases: list[Case]) -> list[int]:
    return [one.id for one in cases]


def test_the_same_call_is_told_once():
    cases = [
        case(0, "Cache.__getitem__", "Cache()[1]", "result == 1", (1, 2)),
        case(1, "Cache.__missing__", "Cache()[1]", "result == 1", (1, 2), (2, 3)),
    ]
    assert ids(select(cases)) == [0]


def test_inherited_behaviour_is_told_where_it_is_defined():
    cases = [
        case(0, "Base.size", "Base().size()", "result == 1", (1, 2)),
        case(1, "Child.size", "Child().size()", "result == 1", (1, 2)),
        case(2, "Other.size", "Other().size()", "result == 1", (7, 8)),
    ]
    assert ids(select(cases)) == [0, 2]


def test_a_change_that_had_survived_comes_before_new_lines():
    cases = [
        case(0, "Base.size", "Base(1).size()", "result == 1", (1, 2), (2, 3)),
        case(1, "Base.size", "Base(2).size()", "result == 1", (1, 2), kills=frozenset({-1})),
    ]
    assert ids(select(cases, most_per_target=1)) == [1]


def test_a_result_with_something_in_it_is_preferred():
    cases = [
        case(0, "Base.items", "Base().items()", "result == []", (1, 2)),
        case(1, "Base.items", "Base('apples').items()", "result == ['apples']", (1, 2)),
    ]
    assert ids(select(cases, most_per_target=1)) == [1]
