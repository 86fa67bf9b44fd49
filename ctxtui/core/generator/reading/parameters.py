"""Reads what the code says of single parameters: what they are compared with, checked for, and documented as."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ctxtui.core.generator.protocol.hints import MAX_LITERALS, MAX_TEXT, MAX_TYPES, Hints, add
from ctxtui.core.generator.reading.documented import documented_types
from ctxtui.core.generator.reading.fallbacks import assigned_in, fallbacks_of


def harvest_types(
    tree: ast.Module, functions: Iterable[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]], hints: Hints
) -> None:
    """What docstrings say of parameters, and what the code falls back on where they are None."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    shared = dict(assigned_in(tree.body))
    for name, function in functions:
        target = name.removesuffix(".__init__")
        owner = classes.get(name.rpartition(".")[0])
        of_class = ast.get_docstring(owner) if owner and target == owner.name else None
        for parameter, annotation in documented_types(function, of_class):
            add(hints.documented[f"{target}.{parameter}"], annotation, MAX_TYPES)
        for parameter, value in fallbacks_of(function, shared | dict(assigned_in(owner.body) if owner else ())):
            key = f"{target}.{parameter}"
            add(hints.documented[key], type(value.value).__name__, MAX_TYPES)
            add(hints.parameters[key], literal_of(value), MAX_LITERALS)
            if type(value.value) is int:
                add(hints.parameters[key], str(value.value - 1), MAX_LITERALS)


def harvest_comparison(target: str, own: set[str], node: ast.Compare, hints: Hints) -> None:
    sides = [node.left, *node.comparators]
    names = {inner.id for side in sides for inner in ast.walk(side) if isinstance(inner, ast.Name)} & own
    for side in sides:
        values = side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]
        for value in values:
            if isinstance(value, ast.Constant):
                for name in names:
                    key = f"{target}.{name}"
                    add(hints.parameters[key], literal_of(value), MAX_LITERALS)
                    if type(value.value) is int:
                        add(hints.parameters[key], str(value.value + 1), MAX_LITERALS)
                        add(hints.parameters[key], str(value.value - 1), MAX_LITERALS)


def harvest_type_check(target: str, own: set[str], node: ast.Call, hints: Hints) -> None:
    """`isinstance(name, (A, B))` and `callable(name)` say what a parameter may be."""
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kinds]) if name in own:
            listed = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
            for kind in listed:
                if isinstance(kind, ast.Name | ast.Attribute):
                    add(hints.types[f"{target}.{name}"], ast.unparse(kind), MAX_TYPES)
        case ast.Call(func=ast.Name(id="callable"), args=[ast.Name(id=name)]) if name in own:
            add(hints.types[f"{target}.{name}"], "Callable", MAX_TYPES)
        case _:
            pass


def literal_of(node: ast.Constant) -> str:
    """The source of a text or a number that is worth passing; empty for any other."""
    value = node.value
    if isinstance(value, str | bytes) and 0 < len(value) <= MAX_TEXT:
        return repr(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return ""
