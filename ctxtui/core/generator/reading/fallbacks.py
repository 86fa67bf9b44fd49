"""Values that the code falls back on where nothing is passed: they say what a parameter that is None stands for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping


def fallbacks_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, known: Mapping[str, ast.expr]
) -> Iterator[tuple[str, ast.Constant]]:
    """(parameter, value) for `name or X`, `X if name is None else name`, and `if name is None: name = X`.

    `known` has the values of the module's names and of the class's attributes; X may be one of them.
    """
    own = {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}
    for node in ast.walk(function):
        for name, value in _fallbacks(node):
            found = _resolved(value, known)
            if name in own and isinstance(found, ast.Constant) and found.value is not None:
                yield name, found


def _fallbacks(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.BoolOp(op=ast.Or(), values=[ast.Name(id=name), value]):
            yield name, value
        case ast.IfExp(test=test, body=body, orelse=orelse):
            if name := _none_in(test, ast.Is):
                yield name, body
            elif (name := _none_in(test, ast.IsNot)) or (isinstance(test, ast.Name) and (name := test.id)):
                yield name, orelse
        case ast.If(test=test, body=[ast.Assign(targets=[ast.Name(id=assigned)], value=value), *_]):
            if assigned in {_none_in(test, ast.Is), _missing_in(test)}:
                yield assigned, value
        case _:
            pass


def _none_in(test: ast.expr, sign: type[ast.cmpop]) -> str:
    """The name in `name is None`, or with another sign; else nothing."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[operator], comparators=[ast.Constant(value=None)]):
            return name if isinstance(operator, sign) else ""
        case _:
            return ""


def _missing_in(test: ast.expr) -> str:
    """The name in `not name`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            return name
        case _:
            return ""


def _resolved(value: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    match value:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name):
            return known.get(name, value)
        case _:
            return value


def assigned_in(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) for the plain assignments of a module or a class."""
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case _:
                pass
