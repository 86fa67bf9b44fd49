"""Tells an exception that the project raises on purpose from one that came up by accident."""

from __future__ import annotations

import ast
import builtins
from types import FrameType
from typing import Any, Mapping

from .careful import attribute
from .sources import parsed

_UNKNOWN = object()


class Raising:
    """The `raise` statements of source files, each file read once."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[int, str]] = {}

    def is_meant(self, frame: FrameType, line: int, error: BaseException) -> bool:
        """Whether the line raises something, and the error is that and not one of putting its message together."""
        named = self.named_in(frame.f_code.co_filename).get(line)
        if named is None:
            return False
        kind = _value_of(named, frame) if named else _UNKNOWN
        return not isinstance(kind, type) or isinstance(error, kind)

    def named_in(self, filename: str) -> Mapping[int, str]:
        """The dotted name of what is raised at each line with a `raise`; empty where that is an expression."""
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = {
                line: _name_of(node.exc)
                for node in ast.walk(parsed(filename))
                if isinstance(node, ast.Raise) and node.exc is not None
                for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            }
        return known


def _name_of(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _value_of(name: str, frame: FrameType) -> Any:  # noqa: ANN401 - whatever the name stands for
    first, *rest = name.split(".")
    value = _UNKNOWN
    for names in (frame.f_locals, frame.f_globals, vars(builtins)):
        if first in names:
            value = names[first]
            break
    for part in rest:
        value = attribute(value, part, _UNKNOWN)
    return value
