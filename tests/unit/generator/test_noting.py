from __future__ import annotations

import importlib
import sys

import pytest

from ctxtui.core.generator.probing.worker.comparing import Comparisons

SOURCE = """
def size(number):
    return "large" if 10 <= number < 20 else "other"


def tone(options):
    return options.get("tone", "plain") + str(options.pop("mode", None)) + options.setdefault("end", "!")


def kind(value):
    if type(value) is tuple or type(value) in (set, list):
        return "many"
    return "file" if hasattr(value, "read") else getattr(value, "label", "callable" if callable(value) else "one")


def called(callable, type):
    return callable(type)


def letters(text):
    return text.isdigit() or text.isupper()


class Fruit:
    pass


def order(command):
    match command.strip() if isinstance(command, str) else command:
        case "reap" | "harvest":
            return 1
        case Fruit():
            return 2
        case _:
            return 3
"""


@pytest.fixture
def watched(tmp_path, monkeypatch):
    path = tmp_path / "watched_kinds.py"
    path.write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("watched_kinds")
    comparisons = Comparisons()
    comparisons.watch(module, str(path))
    yield module, comparisons
    del sys.modules["watched_kinds"]


def noted(comparisons):
    found = [(event.kind, event.left, event.right, event.is_true) for event in comparisons.events]
    comparisons.events.clear()
    return found


def test_each_part_of_a_chain_is_noted(watched):
    module, comparisons = watched
    assert module.size(10) == "large"
    assert noted(comparisons) == [("<", 10, 10, True), ("<", 10, 20, True)]
    assert module.size(9) == "other"
    assert noted(comparisons) == [("<", 10, 9, False)]


def test_keys_are_noted_that_have_a_default(watched):
    module, comparisons = watched
    assert module.tone({"mode": 3}) == "plain3!"
    assert [(kind, key) for kind, _, key, _ in noted(comparisons)] == [("key", "tone"), ("key", "mode"), ("key", "end")]


def test_what_kind_a_value_is_of_is_noted(watched):
    module, comparisons = watched
    assert module.kind([1]) == "many"
    assert noted(comparisons) == [("type", [1], tuple, False), ("type", [1], (set, list), True)]
    assert module.kind(len) == "callable"
    assert [(kind, right) for kind, _, right, _ in noted(comparisons)[2:]] == [
        ("hasattr", "read"),
        ("callable", None),
        ("hasattr", "label"),
    ]


def test_a_parameter_that_is_called_like_a_function_is_not_taken_for_it(watched):
    module, comparisons = watched
    assert module.called(len, "plum") == 4
    assert noted(comparisons) == []


def test_questions_to_a_text_are_noted(watched):
    module, comparisons = watched
    assert module.letters("PLUM")
    assert noted(comparisons) == [("isdigit", "PLUM", None, False), ("isupper", "PLUM", None, True)]


def test_what_is_matched_is_compared_with_literals_and_classes(watched):
    module, comparisons = watched
    assert (module.order(" reap "), module.order(module.Fruit()), module.order("x")) == (1, 2, 3)
    assert noted(comparisons)[-3:] == [
        ("==", "x", "reap", False),
        ("==", "x", "harvest", False),
        ("isinstance", "x", module.Fruit, False),
    ]
