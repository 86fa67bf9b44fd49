from __future__ import annotations

from ctxtui.core.generator.probing.worker.insides import inside_of


class Counter:
    __slots__ = ("__count", "_seen", "name")

    def __init__(self):
        self.__count = 0
        self._seen = []
        self.name = "plums"

    def count(self):
        self.__count += 1

    def see(self):
        self._seen.append("plum")

    def look(self):
        return self.name, self.__count


class Shelf:
    def __init__(self):
        self._jars = {}

    def put(self, name):
        self._jars[name] = 1


def is_changed(value, act):
    before = inside_of(value)
    act()
    return inside_of(value) != before


def test_what_a_call_did_inside_shows_where_nothing_is_public():
    counter, shelf = Counter(), Shelf()
    assert is_changed(counter, counter.count)
    assert is_changed(counter, counter.see)
    assert is_changed(shelf, lambda: shelf.put("plum"))


def test_what_only_looks_changes_nothing():
    counter = Counter()
    assert not is_changed(counter, counter.look)
