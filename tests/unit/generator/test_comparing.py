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
