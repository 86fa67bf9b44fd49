from __future__ import annotations

import ast
import string
import sys
from types import ModuleType
from typing import Protocol

from ctxtui.core.generator.probing.worker.planning import (
    called_in,
    foreign_classes,
    makers_in,
    shares_of,
    subclasses_of,
)
from ctxtui.core.generator.probing.worker.targets import Target


class Named(Protocol):
    name: str


def label(template: string.Template, of: Named, count: int) -> None: ...


def test_a_class_from_elsewhere_is_built_where_an_annotation_names_it():
    module = ModuleType("shop_of_the_test")
    vars(module).update(Named=Named, Template=string.Template, Unused=ModuleType, int=int)
    targets = [Target("label", "function", label, (1, 2))]
    assert [target.value for target in foreign_classes(module, "shop_of_the_test", targets, ())] == [string.Template]


class Field: ...


class Entry:
    def __init__(self, fields: list[Field]) -> None: ...


def show(entry: Entry) -> None: ...


def test_what_the_construction_of_a_class_needs_is_built_before_it(monkeypatch):
    module = ModuleType("shop_of_the_test")
    for kind in (Field, Entry):
        monkeypatch.setattr(kind, "__module__", module.__name__)
        setattr(module, kind.__name__, kind)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    found = foreign_classes(
        ModuleType("shop_of_the_test.view"), module.__name__, [Target("show", "function", show, (1, 2))], ()
    )
    assert [target.value for target in found] == [Field, Entry]


class OnlyMade:
    def __init__(self, width: int) -> None:
        self.width = width
        self.area = width * width


class MostlyUsed:
    def __init__(self, width: int) -> None:
        self.width = width

    def area(self) -> int:
        if self.width < 0:
            return 0
        return self.width * self.width


def test_a_class_that_can_only_be_made_has_its_time_for_that():
    targets = [Target(kind.__name__, "class", kind, (1, 12)) for kind in (OnlyMade, MostlyUsed)]
    shares = shares_of(targets, (), 2.6)
    made, used = targets
    assert shares.constructing(made) > 4 * shares.using(made)
    assert shares.constructing(used) < shares.using(used)


def test_functions_that_make_instances_are_known():
    tree = ast.parse(
        "class Jar: ...\n\n\ndef made():\n    return Jar()\n\n\ndef kept():\n    jar = Jar()\n    return jar\n\n\n"
        "def refused():\n    raise Jar()\n"
    )
    assert makers_in(tree) == {"made", "kept"}


class Meta(type): ...


def test_a_metaclass_is_asked_for_its_subclasses_like_any_class():
    assert subclasses_of(Meta, __name__.partition(".")[0]) == []


def test_functions_that_others_call_are_known():
    tree = ast.parse(
        "def outer(n):\n    return inner(n - 1)\n\ndef inner(n):\n    return inner(n) if n else outer(n)\n"
    )
    assert called_in(tree) == {"inner", "outer"}
    assert called_in(ast.parse("def alone(n):\n    return alone(n - 1)\n")) == frozenset()
