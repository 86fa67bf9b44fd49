from __future__ import annotations

import ast
import sys
from types import ModuleType

import pytest

from ctxtui.core.generator.probing.worker.ducks import kinds_by_parameter, lacking_in, written_to

PACKAGE = "pantry_of_the_test"


@pytest.fixture
def package(monkeypatch):
    """A loaded package with two classes."""
    module = ModuleType(PACKAGE)
    source = (
        "class Jar:\n    def __init__(self, label):\n        self.label = label\n\n    def opened(self): ...\n\n\n"
        "class Shelf:\n    def jars(self): ...\n"
    )
    exec(source, vars(module))
    monkeypatch.setitem(sys.modules, PACKAGE, module)
    return module


def test_a_class_that_has_what_is_asked_of_a_parameter_is_found(package):
    tree = ast.parse("def show(thing, text):\n    return thing.label + text.upper() + str(thing.opened())\n")
    assert kinds_by_parameter(tree, PACKAGE) == {"show.thing": [package.Jar]}


def test_what_built_in_types_have_asks_for_no_class(package):
    assert kinds_by_parameter(ast.parse("def show(text):\n    return text.upper()\n"), PACKAGE) == {}


def test_what_methods_ask_of_what_the_construction_stores_counts(package):
    tree = ast.parse(
        "class Cook:\n    def __init__(self, shelf):\n        self.shelf = shelf\n\n"
        "    def all(self):\n        return self.shelf.jars()\n"
    )
    assert kinds_by_parameter(tree, PACKAGE) == {"Cook.shelf": [package.Shelf]}


def test_parameters_that_are_written_to_are_known():
    tree = ast.parse("def note(text, out):\n    out.write(text)\n")
    assert written_to(tree) == {"note.out"}


def test_what_methods_read_that_no_class_has_is_lacking(monkeypatch):
    source = (
        "class Mixin:\n    size = 1\n\n    def show(self):\n        self.shown = True\n"
        "        return self.title + self.render(self.size, self.shown)\n"
    )
    module = ModuleType(PACKAGE)
    exec(source, {"__name__": PACKAGE}, vars(module))
    module.Mixin.__module__ = PACKAGE
    monkeypatch.setitem(sys.modules, PACKAGE, module)
    assert lacking_in(ast.parse(source), PACKAGE) == {"Mixin": ["title", "render()"]}


def test_a_parameter_may_be_called_like_a_class(package):
    tree = ast.parse("def fill(jar, shelf, data, name: str):\n    return jar, shelf\n")
    package.PantryShelf = type("PantryShelf", (), {"__module__": PACKAGE})
    assert kinds_by_parameter(tree, PACKAGE) == {"fill.shelf": [package.Shelf, package.PantryShelf]}


def test_a_private_class_fits_where_no_public_one_does(monkeypatch):
    source = "class _Field:\n    def __init__(self, kinds):\n        self.kinds = kinds\n        self.is_open = True\n"
    module = ModuleType(PACKAGE)
    exec(source, {"__name__": PACKAGE}, vars(module))
    monkeypatch.setitem(sys.modules, PACKAGE, module)
    tree = ast.parse("def check(one):\n    return one.is_open and one.kinds\n")
    assert kinds_by_parameter(tree, PACKAGE) == {"check.one": [module._Field]}


def test_a_class_that_computes_its_annotations_is_looked_at_all_the_same(package):
    source = "class Wrap:\n    @property\n    def __annotations__(self): return {}\n    def folds(self): ...\n"
    exec(source, vars(package))
    assert kinds_by_parameter(ast.parse("def show(thing):\n    thing.folds()\n"), PACKAGE) == {
        "show.thing": [package.Wrap]
    }
    assert lacking_in(ast.parse(source + "    def show(self): return self.size\n"), PACKAGE) == {"Wrap": ["size"]}
