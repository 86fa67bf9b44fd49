from __future__ import annotations

import importlib.util

import pytest

from ctxtui.core.generator.probing.worker.caches import cached_functions, forget
from ctxtui.core.generator.probing.worker.mutation import mutants_of, other_defaults_of, survivors_of
from ctxtui.core.generator.reading.changes import changes_of

SOURCE = """\
import functools


def logged(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    return inner


@logged
def twice(number):
    return number * 2


class Parent:
    def size(self):
        return 1


class Child(Parent):
    def __kept(self):
        return 3

    @property
    def size(self):
        if self.__kept() > 2:
            return super().size() + 4
        return 0
"""


def changed(tmp_path):
    """What the call gives under each change, and the lines that the changed code says it is at."""
    source = tmp_path / "m.py"
    source.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("m", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    lines = frozenset(range(1, 60))
    for mutant in mutants_of(module, str(source), changes_of(source), lines):
        with mutant.in_place():
            yield mutant.code.co_name, mutant.code.co_firstlineno, module.twice(5)


def test_changed_functions_and_methods_stand_at_their_own_lines(tmp_path):
    places = {(name, line) for name, line, _ in changed(tmp_path)}
    assert places == {("logged", 4), ("twice", 13), ("size", 18), ("__kept", 23), ("size", 27)}


def test_a_change_behind_a_decorator_is_noticed(tmp_path):
    assert {given for name, _, given in changed(tmp_path) if name == "twice"} >= {2.5, 15}


CACHED = """\
import functools


@functools.lru_cache(maxsize=None)
def twice(number):
    return number * 2


class Table:
    @classmethod
    @functools.lru_cache(maxsize=None)
    def size(cls, rows):
        return rows + 1
"""


def test_functions_behind_a_cache_are_changed_and_forget_what_they_gave(tmp_path):
    source = tmp_path / "cached.py"
    source.write_text(CACHED)
    spec = importlib.util.spec_from_file_location("cached", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {(module.twice(5), module.Table.size(5))}
    cached = cached_functions(module)
    for mutant in mutants_of(module, str(source), changes_of(source), frozenset(range(1, 60))):
        with mutant.in_place():
            forget(cached)
            found.add((module.twice(5), module.Table.size(5)))
    assert {(10, 6), (2.5, 6), (10, 4)} <= found


LOOKED_FOR = """\
def price(name, table):
    found = table.get(name)
    if name in table or found:
        return found
    for word in name.split():
        if word in table:
            return table[word]
    return 0
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("in table or found", "in table and found", 3), ("return 0", "return 1", 8), ("table[word]", "None", 7)],
)
def test_a_change_that_survived_stands_at_its_own_line(tmp_path, old, new, line):
    source = tmp_path / "looked_for.py"
    source.write_text(LOOKED_FOR)
    spec = importlib.util.spec_from_file_location("looked_for", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (mutant,) = survivors_of(module, str(source), [LOOKED_FOR.replace(old, new)], frozenset(range(1, 9)))
    assert mutant.line == line


def test_a_default_is_changed_wherever_it_stands_and_is_as_it_was_afterwards(tmp_path):
    source = tmp_path / "defaults_of_a_test.py"
    source.write_text("def price(amount, rate=2, *, is_net=True):\n    return amount * rate if is_net else 0\n")
    spec = importlib.util.spec_from_file_location("defaults_of_a_test", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = set()
    for mutant in other_defaults_of(module, frozenset({1, 2})):
        with mutant.in_place():
            found.add((mutant.number, module.price(3)))
    assert found == {(1016, 9), (1017, 0)}
    assert module.price(3) == 6
