"""Finds the values in the source of a call, each with the call that has another text in its place."""

from __future__ import annotations

import ast
import functools
from typing import Any, Callable, Iterator, NamedTuple, Sequence, Tuple

from .subjects import INNER_BREAK, Arguments, Subject, as_statement

MOST_CONSTANTS = 4
MOST_STATEMENTS = 3
LITERAL = (str, bytes, int, float, bool, type(None))
Wish = Tuple[Subject, Arguments]


class Place(NamedTuple):
    """A value in a call's source; `filled` gives the call with another text there."""

    value: Any
    filled: Callable[[str], Wish]


def places_in(subject: Subject, arguments: Arguments) -> Iterator[Place]:
    """Values that are passed, defaults, constants inside of expressions, and constants in what is arranged before."""
    literals = dict(literals_of(subject, arguments))
    for name, value in literals.items():
        yield Place(value, functools.partial(_with_argument, subject, arguments, name))
    for name, text in arguments.items():
        if name not in literals:
            for value, filled in _constants(text):
                yield Place(value, functools.partial(_with_inner, subject, arguments, name, filled))
    yield from _places_before(subject, arguments)


def constants_in(subject: Subject, arguments: Arguments) -> Iterator[Place]:
    """All constants in what is passed, however deep, and in what is arranged before."""
    for name, text in arguments.items():
        for value, filled in _constants(text):
            yield Place(value, functools.partial(_with_inner, subject, arguments, name, filled))
    yield from _places_before(subject, arguments)


def _places_before(subject: Subject, arguments: Arguments) -> Iterator[Place]:
    """Constants in what is arranged before."""
    for index, statement in enumerate(subject.setup[:MOST_STATEMENTS]):
        for value, filled in _constants(statement):
            yield Place(value, functools.partial(_with_statement, subject, arguments, index, filled))


def _with_argument(subject: Subject, arguments: Arguments, name: str, text: str) -> Wish:
    return subject, {**arguments, name: text}


def _with_inner(subject: Subject, arguments: Arguments, name: str, filled: Callable[[str], str], text: str) -> Wish:
    return subject, {**arguments, name: filled(text)}


def _with_statement(
    subject: Subject, arguments: Arguments, index: int, filled: Callable[[str], str], text: str
) -> Wish:
    put = filled(text).replace("\n", INNER_BREAK)
    setup = (*subject.setup[:index], put, *subject.setup[index + 1 :])
    return subject._replace(setup=setup), arguments


def literals_of(subject: Subject, arguments: Arguments) -> Iterator[tuple[str, Any]]:
    """What is passed by parameter name, as far as it is a literal; defaults too."""
    for parameter in subject.parameters:
        text = arguments.get(parameter.name)
        if text is not None and not parameter.is_variadic:
            try:
                yield parameter.name, ast.literal_eval(text)
            except (ValueError, SyntaxError, MemoryError, TypeError):
                continue
        elif text is None and parameter.has_default and type(parameter.default) in LITERAL:
            yield parameter.name, parameter.default


def _constants(source: str) -> Iterator[tuple[Any, Callable[[str], str]]]:
    """Constants in a source text, each with a function that writes another text in its place."""
    source = as_statement(source)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    lines = source.split("\n")
    for node, value in list(_values_in(tree))[:MOST_CONSTANTS]:
        if node.end_lineno == node.lineno and node.end_col_offset is not None:
            yield value, functools.partial(_replaced, lines, node.lineno - 1, node.col_offset, node.end_col_offset)


def _values_in(tree: ast.AST) -> Iterator[tuple[Any, Any]]:
    """Constants with their values, a negative number as the one value that it is."""
    signed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = node.operand
            if isinstance(number, ast.Constant) and type(number.value) in (int, float):
                signed.add(number)
                yield node, -number.value  # type: ignore[operator]
        elif isinstance(node, _DISPLAYS):
            value = None if _is_row(node) else _literal_of(node)
            if value:
                yield node, value
        elif isinstance(node, ast.Constant) and node not in signed and type(node.value) in (str, bytes, int, float):
            yield node, node.value


_DISPLAYS = (ast.List, ast.Tuple, ast.Dict)


def _is_row(node: Any) -> bool:  # noqa: ANN401 - a display of items
    """Whether values only stand one after the other, as arguments do: no parenthesis of their own goes around them."""
    return isinstance(node, ast.Tuple) and bool(node.elts) and node.col_offset == node.elts[0].col_offset


def _literal_of(node: Any) -> Any:  # noqa: ANN401 - a display of items, and what it stands for
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return None


def _replaced(lines: Sequence[str], row: int, start: int, end: int, text: str) -> str:
    line = lines[row].encode()
    return "\n".join([*lines[:row], (line[:start] + text.encode() + line[end:]).decode(), *lines[row + 1 :]])
