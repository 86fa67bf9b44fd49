"""Results that are what went in: little was done to it."""

from __future__ import annotations

import ast
from functools import lru_cache

from ctxtui.core.generator.protocol.case import Case


def gives_back(case: Case) -> bool:
    """Whether the result is one of the values that went in, or goes through what went in."""
    if len(case.checks) != 1:
        return False
    match ast.parse(case.checks[0], mode="eval").body:
        case ast.Compare(
            left=ast.Name("result") | ast.Call(func=ast.Name("list"), args=[ast.Name("result")]),
            ops=[ast.Eq() | ast.Is()],
            comparators=[expected],
        ):
            return ast.dump(expected) in _given(case.act)
        case _:
            return False


def comes_back(case: Case) -> bool:
    """Whether the text that a call is given first is its result: nothing was done to it."""
    match ast.parse(case.act, mode="eval").body:
        case ast.Call(args=[ast.Constant(value=str() | bytes() as text), *_]):
            return case.checks == (f"result == {text!r}",)
        case _:
            return False


def only_keeps(case: Case) -> bool:
    """Whether all that is asserted of an object is that it has a value as it was given."""
    return case.is_plain and all(_is_kept(check, case.act) for check in case.checks)


def _is_kept(check: str, act: str) -> bool:
    match ast.parse(check, mode="eval").body:
        case ast.Compare(
            left=ast.Attribute(value=ast.Name("result")), ops=[ast.Eq() | ast.Is()], comparators=[expected]
        ):
            return ast.dump(expected) in _given(act)
        case _:
            return False


@lru_cache(maxsize=4096)
def _given(act: str) -> frozenset[str]:
    return frozenset(ast.dump(node) for node in ast.walk(ast.parse(act)) if isinstance(node, ast.expr))
