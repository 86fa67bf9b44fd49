from __future__ import annotations

from abc import ABC, abstractmethod

from ctxtui.core.generator.probing.worker.stand_ins import minimal_subclass_of
from ctxtui.core.generator.probing.worker.subjects import as_statement
from ctxtui.core.generator.probing.worker.targets import Target


class Shape(ABC):
    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def area(self) -> int: ...

    @property
    @abstractmethod
    def corners(self) -> int: ...

    @classmethod
    @abstractmethod
    def made(cls) -> str: ...


def test_a_minimal_subclass_gives_each_open_method_a_constant():
    subject = minimal_subclass_of(Target("Shape", "class", Shape, (1, 2)))
    assert subject is not None
    namespace = {"Shape": Shape}
    exec(as_statement(subject.setup[0]), namespace)
    shape = namespace["MinimalShape"]("square")
    assert (shape.area(), shape.corners, shape.made()) == (1, None, None)
    assert [parameter.name for parameter in subject.parameters] == ["name"]


def test_a_class_that_can_be_built_needs_none():
    assert minimal_subclass_of(Target("dict", "class", dict, (1, 2))) is None


def test_a_minimal_subclass_has_what_methods_ask_for():
    subject = minimal_subclass_of(Target("Shape", "class", Shape, (1, 2)), {"colour": "'red'", "draw()": "None"})
    assert subject is not None
    namespace = {"Shape": Shape}
    exec(as_statement(subject.setup[0]), namespace)
    shape = namespace["MinimalShape"]("square")
    assert (shape.colour, shape.draw(1)) == ("red", None)
