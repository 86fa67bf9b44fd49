"""Reads what a module's functions and classes call what they are given, so that a test can call it the same."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

Signatures = Mapping[str, tuple[str, ...]]
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_MAKERS = ("__init__", "__new__")
_FIELDS = ("dataclass", "NamedTuple", "define", "frozen", "attrs")
"""In a class's bases or decorators: its annotated names are what it is made with."""


def signatures_of(source: Path) -> Signatures:
    """The names of the positional parameters by function and class at the top of the module."""
    try:
        tree = ast.parse(source.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.body:
        if isinstance(node, _Function):
            found[node.name] = _positional(node)
        elif isinstance(node, ast.ClassDef):
            found[node.name] = _made_with(node, found)
    return found


def _made_with(node: ast.ClassDef, known: Signatures) -> tuple[str, ...]:
    makers = [member for member in node.body if isinstance(member, _Function) and member.name in _MAKERS]
    if makers:
        return _positional(makers[0])[1:]
    inherited = [known[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in known]
    about = " ".join(ast.unparse(part) for part in (*node.bases, *node.decorator_list))
    if not any(word in about for word in _FIELDS):
        return inherited[0] if inherited else ()
    fields = [member.target for member in node.body if isinstance(member, ast.AnnAssign)]
    own = tuple(field.id for field in fields if isinstance(field, ast.Name))
    return (*(inherited[0] if inherited else ()), *own)


def _positional(function: _Function) -> tuple[str, ...]:
    return tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args))
