"""Writes the comparisons in a function as calls that make the same comparison and note it."""

from __future__ import annotations

import ast
import copy
import operator
from typing import Any, Callable, Container, Iterator, Mapping, Sequence, TypeVar

NOTE, MATCHED = "__probe_note__", "__probe_matched__"
MOST_SIDES = 16
_OPERATORS: Mapping[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("==", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<", operator.le),
    ast.Gt: ("<", operator.gt),
    ast.GtE: ("<", operator.ge),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is", operator.is_not),
    ast.In: ("in", lambda left, right: left in right),
    ast.NotIn: ("in", lambda left, right: left not in right),
}
_EDGES = ("startswith", "endswith")
_KEYS = (ast.Name, ast.Attribute, ast.Constant)
_SPLITTING = ("partition", "rpartition", "split", "rsplit", "find", "rfind", "index", "rindex", "count")
_TAKING = ("pop", "setdefault")
_MATCHING = ("match", "search", "fullmatch")
_FINDING = ("findall", "finditer")
_PATTERN_MODULES = ("re", "regex")
_MOST_ARGUMENTS = 3
"""Of a pattern's method: a text, a start and an end; of a function of `re`: a pattern, a text and flags."""
_ASKED_FOR_TRUTH = (ast.Name, ast.Attribute)
_READ_TWICE = (ast.Name, ast.Attribute, ast.Constant)
"""What may be read twice where it stands between two comparisons."""
SAMPLES: Mapping[str, str] = {
    "isdigit": "42",
    "isdecimal": "42",
    "isnumeric": "42",
    "isalpha": "plum",
    "isalnum": "a1",
    "isupper": "PLUM",
    "islower": "plum",
    "istitle": "Plum",
    "isspace": " ",
    "isidentifier": "plum",
}
"""Methods that ask of what kind a text is, each with a text that is."""
_CHECKS: Mapping[str, tuple[str, int, Callable[..., Any]]] = {
    "isinstance": ("isinstance", 2, isinstance),
    "hasattr": ("hasattr", 2, hasattr),
    "getattr": ("hasattr", 3, getattr),
    "callable": ("callable", 1, lambda value, _nothing: callable(value)),
}
"""Functions that ask of what kind a value is: the kind of comparison, how many arguments, and what is called."""


Tested = TypeVar("Tested", ast.If, ast.While, ast.IfExp)


class Noting(ast.NodeTransformer):
    """Writes a comparison as a call that makes the same comparison.

    `hidden` are names of functions that stand for something else here than they usually do.
    """

    def __init__(self, site: Callable[[str, Callable[..., Any], str], int], hidden: Container[str]) -> None:
        self._site = site
        self._hidden = hidden

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        links = _links_of(node)
        if links:
            return ast.copy_location(ast.BoolOp(ast.And(), [self.visit(link) for link in links]), node)
        self.generic_visit(node)
        if len(node.ops) != 1 or type(node.ops[0]) not in _OPERATORS:
            return node
        kind, compare = _OPERATORS[type(node.ops[0])]
        left = node.left
        if self._is_call(left, "type", 1) and kind in ("==", "is", "in"):
            return self._noted(node, "type", _of_type(compare), left.args[0], node.comparators[0])  # type: ignore[attr-defined]
        if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and left.args:
            return self._noted(node, "len", _of_length(compare), left.args[0], node.comparators[0])
        return self._noted(node, kind, compare, left, node.comparators[0])

    def visit_If(self, node: ast.If) -> ast.If:
        return self._tested(node)

    def visit_While(self, node: ast.While) -> ast.While:
        return self._tested(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        return self._tested(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        self.generic_visit(node)
        node.values = [self._truth(value) for value in node.values]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.UnaryOp:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            node.operand = self._truth(node.operand)
        return node

    def _tested(self, node: Tested) -> Tested:
        self.generic_visit(node)
        node.test = self._truth(node.test)
        return node

    def _truth(self, node: ast.expr) -> ast.expr:
        """A bare name or attribute whose truth decides."""
        if not isinstance(node, _ASKED_FOR_TRUTH):
            return node
        return self._noted(node, "truth", _itself, node, ast.Constant(None))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function = node.func
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return node
        if isinstance(function, ast.Attribute):
            is_of_pattern = function.attr in (*_MATCHING, *_FINDING)
            return self._matched(node, function) if is_of_pattern else self._asked(node, function)
        for name, (kind, arity, compare) in _CHECKS.items():
            if self._is_call(node, name, arity):
                sides = node.args if len(node.args) > 1 else [*node.args, ast.Constant(None)]
                return self._noted(node, kind, compare, *sides)
        return node

    def _asked(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        """A text or a table is asked for a part."""
        name, arguments = function.attr, node.args
        if node.keywords or len(arguments) > 2:  # noqa: PLR2004 - a key and what there is without it
            return node
        if name in SAMPLES and not arguments:
            return self._noted(node, name, _asking(name), function.value, ast.Constant(None))
        if arguments and name in _SPLITTING:
            return self._noted(node, "holds", _calling(name), function.value, *arguments)
        if len(arguments) == 1 and name in _EDGES:
            return self._noted(node, name, _calling(name), function.value, *arguments)
        if arguments and (name == "get" or (name in _TAKING and _is_text(arguments[0]))):
            return self._noted(node, "key", _calling(name), function.value, *arguments)
        return node

    def visit_Match(self, node: Any) -> list[ast.stmt]:  # noqa: ANN401 - there are none before 3.10
        """What is matched is compared with each literal and each class before; nothing comes of that."""
        self.generic_visit(node)
        matched = ast.copy_location(ast.Name(MATCHED, ast.Load()), node.subject)
        kept = ast.Assign([ast.copy_location(ast.Name(MATCHED, ast.Store()), node.subject)], node.subject)
        sides = [side for case in node.cases for side in _sides_of(case.pattern)]
        notes = [
            ast.copy_location(ast.Expr(self._noted(matched, kind, _quietly(compare), matched, side)), node.subject)
            for kind, compare, side in sides[:MOST_SIDES]
        ]
        node.subject = matched
        return [ast.copy_location(kept, matched), *notes, node]

    def _matched(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        """A pattern is compared with a text: by its own method, or by a function that is given both."""
        pattern, arguments = function.value, node.args
        if isinstance(pattern, ast.Name) and pattern.id in _PATTERN_MODULES:
            is_plain = 1 < len(arguments) <= _MOST_ARGUMENTS and all(one.arg == "flags" for one in node.keywords)
            flags = [*arguments[2:], *(one.value for one in node.keywords)]
            if not is_plain:
                return node
            compiling = ast.Attribute(pattern, "compile", ast.Load())
            pattern, arguments = ast.Call(compiling, [arguments[0], *flags], []), arguments[1:2]
        elif node.keywords or not 0 < len(arguments) <= _MOST_ARGUMENTS:
            return node
        kind = "match" if function.attr in _MATCHING else "found"
        return self._noted(node, kind, _calling(function.attr), pattern, *arguments)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and isinstance(node.slice, _KEYS):
            return self._noted(node, "key", operator.getitem, node.value, node.slice)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def _is_call(self, node: ast.AST, name: str, arity: int) -> bool:
        """Whether a node is a call of the usual function by that name, with so many arguments."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)) or node.keywords:
            return False
        return node.func.id == name and name not in self._hidden and len(node.args) == arity

    def _noted(self, node: ast.expr, kind: str, compare: Callable[..., Any], *sides: ast.expr) -> ast.expr:
        site = ast.Constant(self._site(kind, compare, _attribute_of_self(sides[0])))
        call = ast.Call(ast.Name(NOTE, ast.Load()), [site, *sides], [])
        return ast.copy_location(call, node)


def _sides_of(pattern: Any) -> Iterator[tuple[str, Callable[..., Any], ast.expr]]:  # noqa: ANN401 - as above
    """What a pattern of a `match` statement compares with, and how."""
    kind = type(pattern).__name__
    if kind == "MatchValue":
        yield "==", operator.eq, pattern.value
    elif kind == "MatchClass":
        yield "isinstance", isinstance, pattern.cls
    elif kind == "MatchAs" and pattern.pattern is not None:
        yield from _sides_of(pattern.pattern)
    elif kind == "MatchOr":
        yield from (side for one in pattern.patterns for side in _sides_of(one))


def _quietly(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A comparison that the code itself may never come to: if it fails, it is only not true."""

    def compared(left: Any, right: Any) -> bool:  # noqa: ANN401 - whatever is matched
        try:
            return bool(compare(left, right))
        except Exception:  # noqa: BLE001 - as above
            return False

    return compared


def bound_in(definition: ast.AST) -> set[str]:
    """Names that a function gives a value of its own."""
    nodes = list(ast.walk(definition))
    stored = {one.id for one in nodes if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
    return stored | {one.arg for one in nodes if isinstance(one, ast.arg)}


def _attribute_of_self(node: ast.expr) -> str:
    is_of_self = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.attr if is_of_self and isinstance(node, ast.Attribute) else ""


def _of_length(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, length: compare(len(value), length)


def _calling(name: str) -> Callable[..., Any]:
    return lambda value, *arguments: getattr(value, name)(*arguments)


def _itself(value: Any, _right: object) -> Any:  # noqa: ANN401 - whatever the module asks for its truth
    return value


def _asking(name: str) -> Callable[..., Any]:
    return lambda value, _nothing: getattr(value, name)()


def _of_type(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, kind: compare(type(value), kind)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _links_of(node: ast.Compare) -> Sequence[ast.Compare]:
    """The comparisons that a chain consists of; none where what stands in the middle may not be read twice."""
    *middle, _last = node.comparators
    if not middle or not all(isinstance(one, _READ_TWICE) for one in middle):
        return ()
    sides = zip([node.left, *(copy.deepcopy(one) for one in middle)], node.ops, node.comparators)
    return [ast.copy_location(ast.Compare(left, [compare], [right]), node) for left, compare, right in sides]
