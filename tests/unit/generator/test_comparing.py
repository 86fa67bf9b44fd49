from __future__ import annotations

import importlib
import sys

import pytest

from ctxtui.core.generator.probing.worker.comparing import Comparisons

SOURCE = """
TABLE = {"plum": 3}


def price(kind, count):
    if kind in TABLE and len(kind) > 2:
        return TABLE[kind] * count
    return 0 if count == 1 else kind.startswith("p")


class Box:
    def __init__(self, size):
        self.size = size

    def holds(self, other):
        return self.size >= other
"""


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """A module whose comparisons are noted."""
    path = tmp_path / "watched_prices.py"
    path.write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("watched_prices")
    comparisons = Comparisons()
    comparisons.watch(module, str(path))
    yield module, comparisons
    del sys.modules["watched_prices"]


def kinds_of(comparisons):
    return [(event.kind, event.left, event.is_true) for event in comparisons.events]


def test_what_functions_give_stays_the_same(watched):
    module, _ = watched
    assert module.price("plum", 2) == 6
    assert module.price("x", 1) == 0
    assert module.price("pear", 2) is True
    assert module.Box(3).holds(3)


def test_comparisons_are_noted_with_how_they_turned_out(watched):
    module, comparisons = watched
    module.price("plum", 2)
    assert kinds_of(comparisons) == [("in", "plum", True), ("len", "plum", True), ("key", {"plum": 3}, True)]
    comparisons.events.clear()
    module.price("x", 2)
    assert kinds_of(comparisons) == [("in", "x", False), ("==", 2, False), ("startswith", "x", False)]


def test_a_comparison_that_raises_is_noted_and_raises(watched):
    module, comparisons = watched
    with pytest.raises(TypeError):
        module.Box(3).holds("a")
    assert kinds_of(comparisons) == [("<", 3, False)]


PATTERNS = """
import re

NUMBER = re.compile("[0-9]+")


def year(text):
    found = re.search("([0-9]{4})", text, flags=re.ASCII)
    return NUMBER.match(text, 2).group() if found else re.findall("x", text)


def label(name, title=None):
    if not name:
        return title or "none"
    return name
"""


@pytest.fixture
def watched_patterns(tmp_path, monkeypatch):
    path = tmp_path / "watched_patterns.py"
    path.write_text(PATTERNS)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("watched_patterns")
    comparisons = Comparisons()
    comparisons.watch(module, str(path))
    yield module, comparisons
    del sys.modules["watched_patterns"]


def test_texts_that_are_searched_are_noted_however_the_pattern_is_used(watched_patterns):
    module, comparisons = watched_patterns
    assert module.year("ab2024") == "2024"
    assert module.year("xx") == ["x", "x"]
    noted = [
        (event.kind, event.left.pattern, event.right, event.is_true) for event in comparisons.events if event.right
    ]
    assert noted == [
        ("match", "([0-9]{4})", "ab2024", True),
        ("match", "[0-9]+", "ab2024", True),
        ("match", "([0-9]{4})", "xx", False),
        ("found", "x", "xx", True),
    ]


def test_what_is_no_pattern_is_not_searched_for_a_note(watched_patterns):
    _, comparisons = watched_patterns
    site = comparisons.site("found", lambda left, right: left.findall(right))

    class Store:
        def findall(self, name):
            return [name]

        def search(self, name):
            raise AssertionError(name)

    assert comparisons._note(site, Store(), "a") == ["a"]


def test_what_only_its_truth_is_asked_of_is_noted(watched_patterns):
    module, comparisons = watched_patterns
    assert (module.label(""), module.label("a"), module.label("", "b")) == ("none", "a", "b")
    assert [(event.left, event.is_true) for event in comparisons.events if event.kind == "truth"] == [
        ("", False),
        (None, False),
        ("a", True),
        ("", False),
        ("b", True),
    ]


def test_the_last_comparisons_elsewhere_are_noted_once_a_call_was_refused_there(watched):
    module, _ = watched
    elsewhere = Comparisons(first_site=100, latest=2)
    assert not elsewhere.watch_file(module.__file__, "another_package")
    assert elsewhere.watch_file(module.__file__, "watched_prices")
    assert not elsewhere.watch_file(module.__file__, "watched_prices")
    module.price("pear", 2)
    assert [(event.kind, event.site >= 100) for event in elsewhere.events] == [("==", True), ("startswith", True)]
