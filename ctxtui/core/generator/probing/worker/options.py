"""Finds the keywords that a function takes out of its `**options`."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any, Iterator

from .careful import attribute, is_a

MOST_OPTIONS = 12


def options_of(value: Any, holder: str) -> dict[str, object]:  # noqa: ANN401 - a function or a class
    """The names that are looked for in the parameter `holder`, each with the default that is given there."""
    function = inspect.unwrap(attribute(value, "__init__") if is_a(value, type) else value)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:  # noqa: BLE001 - what stands for a function may answer anything
        return {}
    found: dict[str, object] = {}
    for node in ast.walk(tree):
        for name, default in _looked_for(node, holder):
            if name.isidentifier():
                found.setdefault(name, default)
    return dict(list(found.items())[:MOST_OPTIONS])


def _looked_for(node: ast.AST, holder: str) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr in ("get", "pop", "setdefault") and _is_name(node.func.value, holder):
            yield from ((name, _constant(node.args[1:])) for name in _texts(node.args[0]))
    elif isinstance(node, ast.Subscript) and _is_name(node.value, holder):
        yield from ((name, None) for name in _texts(getattr(node.slice, "value", node.slice)))
        yield from ((name, None) for name in _texts(node.slice))
    elif isinstance(node, ast.Compare) and _is_name(node.comparators[0], holder):
        yield from ((name, None) for name in _texts(node.left))


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _constant(nodes: list[ast.expr]) -> object:
    return nodes[0].value if nodes and isinstance(nodes[0], ast.Constant) else None
