"""Finds parameters that are only asked whether they are true: nothing but True and False means anything for them."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping, Sequence

Places = Mapping[str, Sequence[str]]


def flags_in(tree: ast.Module) -> frozenset[str]:
    """Parameters that are tested, or passed on to what is a flag itself, and used for nothing else."""
    functions = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    places = {name: [one.arg for one in (*node.args.posonlyargs, *node.args.args)] for name, node in functions.items()}
    uses = {name: _uses(node, places) for name, node in functions.items()}
    flags = {
        f"{name}.{one}" for name, found in uses.items() for one, used in found.items() if used and None not in used
    }
    while True:
        kept = {flag for flag in flags if all(use in flags or use == _TESTED for use in _used(flag, uses))}
        if kept == flags:
            return frozenset(flag for flag in flags if _is_tested(flag, uses, set()))
        flags = kept


_TESTED = "tested"


def _used(flag: str, uses: Mapping[str, Mapping[str, Sequence[Any]]]) -> Sequence[Any]:
    name, _, parameter = flag.partition(".")
    return uses[name][parameter]


def _is_tested(flag: str, uses: Mapping[str, Mapping[str, Sequence[Any]]], seen: set[str]) -> bool:
    """Whether it is tested in the end: functions that only pass it round in a ring say nothing."""
    seen.add(flag)
    used = _used(flag, uses)
    return _TESTED in used or any(use not in seen and _is_tested(use, uses, seen) for use in used)


def _uses(function: Any, places: Places) -> Mapping[str, list[Any]]:  # noqa: ANN401 - a function's definition
    """What is done with each parameter that nothing is said of: tested, passed on as another one, or else (None)."""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    found: dict[str, list[Any]] = {one.arg: [] for one in arguments if one.annotation is None}
    known = {id(node): use for node in ast.walk(function) for node, use in _known_uses(node, places)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in found:
            found[node.id].append(known.get(id(node)))
    return found


def _known_uses(node: ast.AST, places: Places) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield from ((part, _TESTED) for part in _parts(node.test))
    elif isinstance(node, ast.comprehension):
        yield from ((part, _TESTED) for test in node.ifs for part in _parts(test))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        names = places.get(node.func.id, ())
        yield from ((given, f"{node.func.id}.{name}") for name, given in zip(names, node.args))
        yield from ((one.value, f"{node.func.id}.{one.arg}") for one in node.keywords if one.arg in names)


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    """What a condition tests: `a`, and of `not a`, `a and b`, each part."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _parts(value)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand)
    else:
        yield test
