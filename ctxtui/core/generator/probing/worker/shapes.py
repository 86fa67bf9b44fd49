"""What is done with a value: its attributes, keys and items, calls of it, and what kinds it is used as."""

from __future__ import annotations

from typing import Container, Mapping, NamedTuple, Sequence

MOST_DEPTH = 3


class Shape:
    """What is done with a value. `kinds` are names of types; `arity` is how many arguments it is called with.

    `checked` are names of classes that it may or may not be an instance of.
    """

    def __init__(self) -> None:
        self.attributes: dict[str, Shape] = {}
        self.keys: dict[str, Shape] = {}
        self.kinds: dict[str, None] = {}
        self.annotations: dict[str, None] = {}
        self.checked: dict[str, None] = {}
        self.item: Shape | None = None
        self.width = 0
        self.arity = -1
        self.result: Shape | None = None

    def __bool__(self) -> bool:
        """Whether anything is known."""
        told = (self.attributes, self.keys, self.kinds, self.annotations, self.checked, self.item)
        return any(told) or self.arity >= 0

    def of_items(self) -> Shape:
        if self.item is None:
            self.item = Shape()
        self.kinds.setdefault("Iterable")
        return self.item

    def called(self, arity: int) -> Shape:
        self.arity = max(self.arity, arity)
        if self.result is None:
            self.result = Shape()
        return self.result

    def take(self, other: Shape, depth: int = 0) -> None:
        """Takes over what is known of the same value in another place."""
        if other is self or depth > MOST_DEPTH:
            return
        for mine, theirs in ((self.attributes, other.attributes), (self.keys, other.keys)):
            for name, shape in list(theirs.items()):
                mine.setdefault(name, Shape()).take(shape, depth + 1)
        self.kinds.update(other.kinds)
        self.annotations.update(other.annotations)
        self.checked.update(other.checked)
        self.arity = max(self.arity, other.arity)
        self.width = max(self.width, other.width)
        if other.item is not None:
            self.of_items().take(other.item, depth + 1)


class Uses(NamedTuple):
    """What the functions of a module do with their parameters: classes that fit, what is written to, shapes, flags."""

    kinds: Mapping[str, Sequence[type]] = {}
    written: Container[str] = ()
    shapes: Mapping[str, Shape] = {}
    flags: Container[str] = ()


def with_other_names(shapes: Mapping[str, Shape], names: Mapping[str, str]) -> dict[str, Shape]:
    """The shapes, also under the names that functions have in their module beside their qualified ones."""
    found = {
        f"{name}.{key.rpartition('.')[2]}": shape
        for name, qualified in names.items()
        for key, shape in shapes.items()
        if key.rpartition(".")[0] == qualified
    }
    return {**found, **shapes}
