"""How many lines a case takes where it is written."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from ctxtui.core.generator.protocol.case import Case

LINE = 88
HEADER_LINES = 4
"""A test's name, its assertion, and the two blank lines after it."""


def lines_of(case: Case) -> int:
    """Lines that the case takes as a test of its own."""
    parts = [*case.setup, case.act, *case.checks, *case.changes]
    return HEADER_LINES - 2 + sum(map(_lines, parts)) + bool(case.raises)


@lru_cache(maxsize=4096)
def _lines(source: str) -> int:
    """A collection that is too long for a line takes one for each item, and so does a call."""
    if len(source) <= LINE:
        return 1
    items = [found for node in ast.walk(ast.parse(source)) if (found := _items(node)) and len(ast.unparse(node)) > LINE]
    return 1 + max(len(source) // LINE, source.count("\\n"), sum(len(found) + 1 for found in items))


def _items(node: ast.AST) -> Sequence[ast.AST | None]:
    """What takes a line each where the whole is too long for one."""
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) | ast.Dict(keys=items):
            return items
        case ast.Call(args=args, keywords=keywords) if len(args) + len(keywords) > 1:
            return [*args, *keywords]
        case _:
            return ()
