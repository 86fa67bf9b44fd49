"""The kinds of small changes there are: for each kind of syntax node, which bytes of the source become which."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

_OPERATORS: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
_NEAR: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.Lt: ("!=",),
    ast.LtE: ("==",),
    ast.Gt: ("!=",),
    ast.GtE: ("==",),
    ast.Eq: ("<=", ">="),
    ast.Div: ("//",),
    ast.FloorDiv: ("/",),
    ast.Mult: ("**",),
}
"""What gives the same for many operands."""
_Statement: TypeAlias = ast.stmt | ast.ExceptHandler
_TRUTH = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)
_TEXTS = (ast.JoinedStr, ast.Constant)
_NEVER_RUN = re.compile(r"\bTYPE_CHECKING\b|__name__\s*==")
_TYPING = frozenset({"cast", "TypeVar", "ParamSpec", "NewType"})
_NAMES_ONLY = frozenset({"__all__", "__slots__", "__version__", "__author__"})


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes `start` to `end` become `new`. `statement` is the first line of the statement that holds them.

    A fine one is a near miss: many tests that mean something do not notice it, and at times it changes nothing.
    It helps to choose among cases, and nobody is judged by it.
    """

    start: int
    end: int
    new: bytes
    line: int
    statement: int
    told: str = ""
    is_fine: bool = False


class Source:
    """UTF-8 source that syntax nodes, which count lines and bytes in them, point into."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts = [0]
        for line in self.data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def start(self, node: ast.expr | _Statement) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | _Statement) -> int:
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def text(self, node: ast.expr | _Statement) -> bytes:
        return self.data[self.start(node) : self.end(node)]


_Change: TypeAlias = tuple[int, int, bytes]
_Told: TypeAlias = tuple[int, int, bytes, str]
_Fine: TypeAlias = tuple[int, int, bytes, str, bool]


def edits(tree: ast.Module, source: Source) -> Iterator[Edit]:
    """Every change there is, but for annotations, decorators, docstrings, messages of errors, and what never runs."""
    for statement in tree.body:
        yield from _of_statement(statement, source)


def _of_statement(statement: _Statement, source: Source) -> Iterator[Edit]:
    if _is_left_alone(statement, source):
        return
    line = statement.lineno
    for node in (statement, *_expressions(statement)):
        changes = _CHANGES.get(type(node))
        for start, end, new, *told in changes(node, source) if changes else ():
            yield Edit(start, end, new, node.lineno, line, *told)
    for below in _statements_below(statement):
        yield from _of_statement(below, source)


def _is_left_alone(statement: _Statement, source: Source) -> bool:
    if b"pragma: no" in source.data[source.start(statement) :].partition(b"\n")[0]:
        return True
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case ast.If(test=test):
            return bool(_NEVER_RUN.search(source.text(test).decode()))
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in _NAMES_ONLY
        case _:
            return False


def _statements_below(statement: _Statement) -> Iterator[_Statement]:
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, _Statement):
            yield node
        elif isinstance(node, ast.match_case):
            yield from node.body


def _expressions(statement: _Statement) -> Iterator[Any]:
    """The expressions of a statement that say what it does, without those of the statements below it."""
    match statement:
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            below: list[ast.AST] = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
        case ast.AnnAssign(value=value):
            below = [value] if value else []
        case ast.ClassDef() | ast.Raise():
            below = []
        case _:
            below = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr | ast.withitem)]
    while below:
        node = below.pop()
        if isinstance(node, ast.JoinedStr):
            continue  # its parts have no exact places before Python 3.12
        typed = _types_named(node)
        if isinstance(node, ast.expr) and not typed:
            yield node
        below += [child for child in ast.iter_child_nodes(node) if child not in typed and not _is_no_code(child)]


def _types_named(node: ast.AST) -> list[ast.expr]:
    """The argument of a call such as `cast` that only a type checker reads."""
    is_typing = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TYPING
    return node.args[:1] if is_typing and isinstance(node, ast.Call) else []


def _is_no_code(node: ast.AST) -> bool:
    return isinstance(node, ast.expr_context | ast.arguments)


def _operator(source: Source, left: ast.expr, right: ast.expr, operator: ast.AST) -> Iterator[_Change | _Fine]:
    """The operator between two operands, found in the text between them."""
    old, new = _OPERATORS.get(type(operator), ("", ""))
    start, end = source.end(left), source.start(right)
    between = source.data[start:end]
    found = re.search(re.escape(old.encode()).replace(rb"\ ", rb"\s+"), between) if old else None
    if found and b"#" not in between:
        yield start + found.start(), start + found.end(), new.encode()
        for near in _NEAR.get(type(operator), ()):
            yield start + found.start(), start + found.end(), near.encode(), "", True


def _arithmetic(node: ast.BinOp, source: Source) -> Iterator[_Change | _Fine]:
    if not any(isinstance(side, _TEXTS) and not _is_number(side) for side in (node.left, node.right)):
        yield from _operator(source, node.left, node.right, node.op)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex)


def _comparison(node: ast.Compare, source: Source) -> Iterator[_Change | _Fine]:
    operands = [node.left, *node.comparators]
    for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
        yield from _operator(source, left, right, operator)


def _boolean(node: ast.BoolOp, source: Source) -> Iterator[_Change | _Fine]:
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield from _operator(source, left, right, node.op)


def _unary(node: ast.UnaryOp, source: Source) -> Iterator[_Told]:
    start = source.start(node)
    if isinstance(node.op, ast.Not):
        gap = re.match(rb"not\s*", source.data[start:])
        if gap:
            yield start, start + gap.end(), b"", f"the `not` in line {node.lineno} is left out"
    elif isinstance(node.op, ast.USub):
        yield start, start + 1, b"", f"the minus in line {node.lineno} is left out"


def _constant(node: ast.Constant, source: Source) -> Iterator[_Change | _Fine]:
    value = node.value
    if isinstance(value, bool):
        new: object = not value
    elif isinstance(value, int | float):
        new = value + 1
        yield source.start(node), source.end(node), repr(value - 1).encode(), "", True
    elif isinstance(value, str | bytes):
        mark = b"XX" if isinstance(value, bytes) else "XX"
        new = mark + value + mark  # type: ignore[operator] # both are text or both are bytes
    else:
        return
    yield source.start(node), source.end(node), repr(new).encode()


def _returned(node: ast.Return, source: Source) -> Iterator[_Change]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield source.start(node), source.end(node), b"return None"


def _left_out(node: ast.stmt, source: Source) -> Iterator[_Change]:
    yield source.start(node), source.end(node), b"pass"


def _call_left_out(node: ast.Expr, source: Source) -> Iterator[_Change]:
    if isinstance(node.value, ast.Call | ast.Await):
        yield from _left_out(node, source)


def _storing_left_out(node: ast.Assign, source: Source) -> Iterator[_Change]:
    """Only where something is stored in an object: without a name's value the rest would fail in any case."""
    if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
        yield from _left_out(node, source)


def _arguments_swapped(node: ast.Call, source: Source) -> Iterator[_Told]:
    first, second = node.args[:2] if len(node.args) > 1 else (node.func, node.func)
    if isinstance(first, ast.Starred) or isinstance(second, ast.Starred):
        return
    start, end = source.start(first), source.end(second)
    one, other, between = source.text(first), source.text(second), source.data[source.end(first) : source.start(second)]
    if one != other and between.strip() == b",":
        yield start, end, other + between + one, f"the first two arguments in line {node.lineno} are swapped"


def _loop(node: ast.For, source: Source) -> Iterator[_Told]:
    yield source.start(node.iter), source.end(node.iter), b"()", f"the loop in line {node.lineno} is never entered"


def _handler(node: ast.ExceptHandler, source: Source) -> Iterator[_Told]:
    if node.type is not None:
        told = f"the `except` in line {node.lineno} catches nothing"
        yield source.start(node.type), source.end(node.type), b"()", told


def _break(node: ast.Break, source: Source) -> Iterator[_Change]:
    yield source.start(node), source.end(node), b"continue"


def _continue(node: ast.Continue, source: Source) -> Iterator[_Change]:
    yield source.start(node), source.end(node), b"break"


def _condition(node: ast.If | ast.While | ast.IfExp, source: Source) -> Iterator[_Change]:
    if not isinstance(node.test, _TRUTH):
        yield source.start(node.test), source.end(node.test), b"not (" + source.text(node.test) + b")"


_CHANGES: Mapping[type[ast.AST], Callable[[Any, Source], Iterator[Any]]] = {
    ast.BinOp: _arithmetic,
    ast.Compare: _comparison,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    ast.Return: _returned,
    ast.Raise: _left_out,
    ast.Expr: _call_left_out,
    ast.Assign: _storing_left_out,
    ast.AugAssign: _left_out,
    ast.Delete: _left_out,
    ast.Call: _arguments_swapped,
    ast.If: _condition,
    ast.While: _condition,
    ast.IfExp: _condition,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.ExceptHandler: _handler,
    ast.Break: _break,
    ast.Continue: _continue,
}
