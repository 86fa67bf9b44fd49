"""Writes values that have what a function asks of a parameter: a dictionary's keys, an object's attributes."""

from __future__ import annotations

import argparse
import datetime as dt
import decimal
import io
import logging
import pathlib
import re
from typing import AbstractSet, Callable, Iterator, Mapping, Sequence

from .callables import callables_of, failing, never_failing
from .doubles import DOUBLE
from .shapes import Shape
from .values import BY_TYPE, PAIRS

MOST_TEXTS = 6
MOST_CHECKED = 10
MOST_OF_A_KIND = 3
MOST_KINDS = 3
MOST_ATTRIBUTES = 8
MOST_DEPTH = 3
LONGEST = 200
STANDARD: Mapping[str, type] = {
    "str": str,
    "dict": dict,
    "list": list,
    "StringIO": io.StringIO,
    "BytesIO": io.BytesIO,
    "bytes": bytes,
    "set": set,
    "datetime": dt.datetime,
    "date": dt.date,
    "timedelta": dt.timedelta,
    "time": dt.time,
    "Path": pathlib.Path,
    "Pattern": type(re.compile("")),
    "Match": type(re.match("", "")),
    "Decimal": decimal.Decimal,
    "int": int,
    "float": float,
    "Exception": Exception,
    "LogRecord": logging.LogRecord,
    "ArgumentParser": argparse.ArgumentParser,
}
"""Types of values that are written without help, the likeliest first."""
_BY_WIDTH: Mapping[int, Sequence[str]] = {2: PAIRS, 3: ["[(1, 2, 3)]", "[('a', 'b', 'c')]"]}
_UNPACKED: Mapping[int, Sequence[str]] = {2: ["(1, 2)", "('a', 'b')"], 3: ["(1, 2, 3)", "('a', 'b', 'c')"]}
_ROWS = ["[[1, 2], [3, 4]]", "[['a', 'b'], ['c', 'd']]"]


def is_only_told(shape: Shape) -> bool:
    """Whether nothing is asked of an object but to take calls, nor of what they give."""
    members = shape.attributes
    is_told = all(_only_takes_calls(one) and not name.startswith("_") for name, one in members.items())
    return bool(members) and is_told and not is_standard(members.keys())


def _only_takes_calls(member: Shape) -> bool:
    return member.arity >= 0 and (not member.result or is_only_told(member.result))


def is_standard(names: AbstractSet[str]) -> bool:
    """Whether a standard type has all these attributes."""
    return any(names <= set(dir(value)) for value in STANDARD.values())


class Shaper:
    """`by_name` gives values for a parameter's name, `by_annotation` those of a type."""

    def __init__(self, by_name: Callable[[str], Sequence[str]], by_annotation: Callable[[str], Sequence[str]]) -> None:
        self._by_name = by_name
        self._by_annotation = by_annotation

    def texts(self, name: str, shape: Shape) -> list[str]:
        """Expressions for a value of the shape, the likeliest first."""
        found = dict.fromkeys(text for text in self._texts(name, shape, 0) if len(text) <= LONGEST)
        checked = [text for kind in shape.checked for text in self._by_annotation(kind)[:1]]
        return list(dict.fromkeys([*list(found)[:MOST_TEXTS], *checked[:MOST_CHECKED]]))

    def working(self, name: str, shape: Shape) -> str:
        """An expression for a value with which most works that is done with it; empty when none is known."""
        return never_failing(shape.arity) if shape.arity >= 0 else next(iter(self.texts(name, shape)), "")

    def _texts(self, name: str, shape: Shape, depth: int) -> Iterator[str]:
        if depth > MOST_DEPTH:
            return
        if not depth and is_only_told(shape):
            yield DOUBLE
        for annotation in shape.annotations:
            yield from self._by_annotation(annotation)[:MOST_OF_A_KIND]
        if shape.keys:
            yield "{" + ", ".join(f"{key!r}: {self._one(key, one, depth)}" for key, one in shape.keys.items()) + "}"
        yield from self._of_standard_kinds(shape)
        if shape.arity >= 0:
            yield from (*callables_of(shape.arity), failing(shape.arity))
        if shape.item is not None and not shape.attributes:
            yield from self._of_items(name, shape, shape.item, depth)
        yield from self._with_attributes(shape, depth)
        for kind in shape.kinds:
            yield from BY_TYPE.get(kind, [])[:MOST_OF_A_KIND]

    def _one(self, name: str, shape: Shape, depth: int) -> str:
        return next(iter([*self._texts(name, shape, depth + 1), *self._by_name(name)]), repr(name)).rpartition("\n")[2]

    @staticmethod
    def _of_standard_kinds(shape: Shape) -> Iterator[str]:
        fitting = [
            kind for kind, value in STANDARD.items() if shape.attributes and shape.attributes.keys() <= set(dir(value))
        ]
        if shape.keys and shape.attributes:
            fitting = [kind for kind in fitting if kind != "dict"]
        for row in range(MOST_OF_A_KIND):
            for kind in fitting[:MOST_KINDS]:
                yield from BY_TYPE[kind][row : row + 1]

    def _of_items(self, name: str, shape: Shape, item: Shape, depth: int) -> Iterator[str]:
        yield from _BY_WIDTH.get(item.width, ())
        yield from () if item else _UNPACKED.get(shape.width, ())
        if item.item is not None and not item.width:
            yield from _ROWS
        if depth == MOST_DEPTH:
            yield "[]"
        elif item.attributes or item.keys or item.annotations:
            one = self._one(name.rstrip("s"), item, depth)
            yield f"[{one}]"
            yield f"[{one}, {one}]"

    def _with_attributes(self, shape: Shape, depth: int) -> Iterator[str]:
        names = list(shape.attributes)
        if not names or len(names) > MOST_ATTRIBUTES or any(name.startswith("_") for name in names):
            return
        if is_standard(shape.attributes.keys()):
            return
        values = ", ".join(f"{name}={self._member(name, shape.attributes[name], depth)}" for name in names)
        yield f"types.SimpleNamespace({values})"

    def _member(self, name: str, shape: Shape, depth: int) -> str:
        if shape.arity < 0:
            return self._one(name, shape, depth)
        given = self._one(name, shape.result, depth) if shape.result else "None"
        return f"lambda *args, **kwargs: {given}"
