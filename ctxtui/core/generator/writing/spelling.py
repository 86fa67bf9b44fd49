"""Spells parts of expressions as people write them: names, keywords, paths, slices, and numbers that are not exact."""

from __future__ import annotations

import ast
import contextlib
import copy
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from keyword import iskeyword
from typing import TypeVar

DIGITS = 9
"""Of a number that is compared approximately: many more than `pytest.approx` looks at."""
MOST_BOUNDS = 3
Node = TypeVar("Node", bound=ast.AST)
_NAMES: ContextVar[Mapping[str, str]] = ContextVar("names", default={})  # noqa: B039 - never changed


@contextlib.contextmanager
def with_names_spelled(names: Mapping[str, str]) -> Iterator[None]:
    """Inside, names are spelled as they are told."""
    token = _NAMES.set(names)
    try:
        yield
    finally:
        _NAMES.reset(token)


def spelled(node: Node) -> Node:
    """With names as the file has them."""
    result: Node = _Spelling().visit(copy.deepcopy(node))
    return result


class _Spelling(ast.NodeTransformer):
    """Puts what a name is spelled as for the name, and writes keywords, paths, slices and numbers as people do."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node.keywords = [plain for keyword in node.keywords for plain in _plain_keywords(keyword)]
        match node.func:
            case ast.Attribute(value=ast.Name(id="pytest"), attr="approx"):
                node.args = [_Rounding().visit(argument) for argument in node.args]
            case _:
                pass
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node.slice:
            case ast.Call(func=ast.Name(id="slice"), args=bounds, keywords=[]) if _are_bounds(bounds):
                given = [None if _is_none(bound) else bound for bound in bounds]
                lower, upper, step = [None, *given, None] if len(given) == 1 else [*given, None][:MOST_BOUNDS]
                node.slice = ast.Slice(lower, upper, step)
            case _:
                pass
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        is_path = node.attr == "PosixPath" and isinstance(node.value, ast.Name) and node.value.id == "pathlib"
        return ast.Attribute(node.value, "Path", node.ctx) if is_path else node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        told = _NAMES.get().get(node.id)
        return ast.parse(told, mode="eval").body if told else node


class _Rounding(ast.NodeTransformer):
    """Leaves out the digits of floats that an approximate comparison does not look at."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant(float(f"{node.value:.{DIGITS}g}")) if isinstance(node.value, float) else node


def _are_bounds(nodes: Sequence[ast.expr]) -> bool:
    return 1 <= len(nodes) <= MOST_BOUNDS and not any(isinstance(node, ast.Starred) for node in nodes)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _plain_keywords(keyword: ast.keyword) -> list[ast.keyword]:
    """`size=3` for `**{"size": 3}`, as it stands in parametrised tests."""
    match keyword:
        case ast.keyword(arg=None, value=ast.Dict(keys=keys, values=values)):
            names = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            if len(names) == len(keys) and all(name.isidentifier() and not iskeyword(name) for name in names):
                return [ast.keyword(name, value) for name, value in zip(names, values, strict=True)]
        case _:
            pass
    return [keyword]
