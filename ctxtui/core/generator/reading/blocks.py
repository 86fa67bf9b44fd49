"""Runs of statements that belong together, with what loops and parametrised tests give their variables."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

MOST_ROWS = 10

Given = Mapping[str, ast.expr]
Block = tuple[Sequence[ast.stmt], Given]


def blocks(tree: ast.Module) -> Iterator[Block]:
    """The module's body, then each function's and each literal loop's, once for every row of values (a few of them)."""
    constants = {
        statement.targets[0].id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    yield tree.body, {}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for given in _rows_of(node, constants):
                    yield node.body, given
            case ast.For(target=target, iter=iterable):
                for row in _spread(_items(iterable, constants)):
                    yield node.body, _matched(target, row)
            case _:
                pass


def _rows_of(function: ast.FunctionDef | ast.AsyncFunctionDef, constants: Given) -> list[dict[str, ast.expr]]:
    """What `pytest.mark.parametrize` gives a test, a row at a time; one empty row for any other function."""
    tables: list[list[dict[str, ast.expr]]] = []
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[names, values, *_]):
                target = _target(names)
                if target is not None:
                    tables.append([_matched(target, row) for row in _spread(_items(values, constants))])
            case _:
                pass
    filled = [table for table in tables if table]
    height = max(map(len, filled), default=1)
    rows: list[dict[str, ast.expr]] = [{} for _ in range(height)]
    for number, row in enumerate(rows):
        for table in filled:
            row.update(table[number % len(table)])
    return rows


def _target(names: ast.expr) -> ast.expr | None:
    """`"a, b"` or `("a", "b")` as the target of an assignment."""
    match names:
        case ast.Constant(value=str() as text):
            words = [word.strip() for word in text.split(",") if word.strip()]
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            words = [str(item.value) for item in elements if isinstance(item, ast.Constant)]
        case _:
            return None
    targets: list[ast.expr] = [ast.Name(word, ast.Store()) for word in words]
    return targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())


def _items(values: ast.expr, constants: Given) -> list[ast.expr]:
    if isinstance(values, ast.Name):
        values = constants.get(values.id, values)
    match values:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [item for item in items if not isinstance(item, ast.Starred)]
        case ast.Call(func=ast.Attribute(attr="items"), args=[], keywords=[]):
            return _pairs(values.func, constants)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_items(left, constants), *_items(right, constants)]
        case _:
            return []


def _pairs(method: ast.expr, constants: Given) -> list[ast.expr]:
    owner = method.value if isinstance(method, ast.Attribute) else method
    table = constants.get(owner.id) if isinstance(owner, ast.Name) else owner
    if not isinstance(table, ast.Dict):
        return []
    return [
        ast.Tuple([key, value], ast.Load())
        for key, value in zip(table.keys, table.values, strict=True)
        if key is not None
    ]


def _spread(items: Sequence[ast.expr]) -> list[ast.expr]:
    """At most MOST_ROWS, taken evenly from the whole."""
    if len(items) <= MOST_ROWS:
        return list(items)
    return [items[number * (len(items) - 1) // (MOST_ROWS - 1)] for number in range(MOST_ROWS)]


def _matched(target: ast.expr, row: ast.expr) -> dict[str, ast.expr]:
    """The variables of an assignment target, each with its part of the row."""
    match target, row:
        case _, ast.Call(func=ast.Attribute(attr="param"), args=values):
            inner = values[0] if len(values) == 1 else ast.Tuple(values, ast.Load())
            return _matched(target, inner)
        case ast.Name(id=name), _:
            return {name: row}
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) | ast.List(elts=values) if len(targets) == len(values):
            found: dict[str, ast.expr] = {}
            for inner_target, value in zip(targets, values, strict=True):
                found.update(_matched(inner_target, value))
            return found
        case _:
            return {}
