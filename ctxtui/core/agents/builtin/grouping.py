"""Finds cases that differ in values only, so that they can share one parametrised test."""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ctxtui.core.agents.builtin.cases import Case
from ctxtui.core.agents.builtin.formatting import flat
from ctxtui.core.agents.builtin.naming import snake

SMALLEST_TABLE = 3
_WRAPPERS = {"asyncio.run", "list", "len", "str", "repr", "bool", "int", "float", "dict", "sorted", "abs", "bytes"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in an expression that a value stands in, with the name a column for it should have."""

    name: str
    value: ast.expr


@dataclass(frozen=True, slots=True)
class Shape:
    """An expression's outline (`key`) and the values that fill it, in the order of a walk over the tree."""

    key: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one target for one test; more than one only when they have the same shape."""

    target: str
    owner: str
    cases: tuple[Case, ...]

    @property
    def is_table(self) -> bool:
        return len(self.cases) >= SMALLEST_TABLE


def grouped(cases: Sequence[Case]) -> list[Group]:
    """Groups in the order of their first case; too small ones fall apart into single tests."""
    by_shape: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        by_shape[case.target, _key(case)].append(case)
    groups: list[Group] = []
    for (target, _), members in by_shape.items():
        owner = members[0].owner
        if len(members) >= SMALLEST_TABLE or all(case.is_plain for case in members):
            groups.append(Group(target, owner, tuple(members)))
        else:
            groups += [Group(target, owner, (case,)) for case in members]
    order = {target: index for index, target in enumerate(dict.fromkeys(case.target for case in cases))}
    return sorted(groups, key=lambda group: (order[group.target], group.cases[0].raises is not None))


def _key(case: Case) -> str:
    if case.is_plain:
        return f"{shape_of(case).key}|{check_form(case.checks[0])}"
    if case.raises and not case.setup and not case.warns:
        return f"{shape_of(case).key}|raises {case.raises[0]}"
    return f"alone {case.id}"


def check_form(check: str) -> str:
    """What a check compares and how, without the value it expects."""
    node = ast.parse(check, mode="eval").body
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return f"{flat(node.left)} {type(node.ops[0]).__name__}"
    return check


def expected_of(check: str) -> ast.expr | None:
    node = ast.parse(check, mode="eval").body
    return node.comparators[0] if isinstance(node, ast.Compare) and len(node.ops) == 1 else None


def shape_of(case: Case) -> Shape:
    node = ast.parse(case.act, mode="eval").body
    by_text: dict[str, str] = {}
    for name, text in case.arguments.items():
        by_text.setdefault(_normal(text), name)
    slots: list[Slot] = []
    outline = _outlined(copy.deepcopy(node), by_text, slots)
    return Shape(flat(outline), tuple(slots))


def _normal(text: str) -> str:
    try:
        return ast.unparse(ast.parse(text, mode="eval"))
    except SyntaxError:
        return text


def _hole(value: ast.expr, name: str, slots: list[Slot]) -> ast.expr:
    slots.append(Slot(name, value))
    return ast.Name(f"_{len(slots) - 1}_", ast.Load())


def _outlined(node: ast.expr, names: dict[str, str], slots: list[Slot]) -> ast.expr:  # noqa: C901, PLR0912 - one case a kind of expression
    """The expression with holes where values were; the values go to `slots`."""
    match node:
        case ast.Call(func=func, args=[ast.Call() as inner], keywords=[]) if flat(func) in _WRAPPERS:
            node.args = [_outlined(inner, names, slots)]
        case ast.Call(func=func, args=args, keywords=keywords):
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call):
                func.value = _receiver(func.value, slots)
            for index, argument in enumerate(args):
                if not isinstance(argument, ast.Starred):
                    fallback = "value" if len(args) == 1 else _ORDINALS[min(index, len(_ORDINALS) - 1)]
                    args[index] = _hole(argument, names.get(ast.unparse(argument), fallback), slots)
            for keyword in keywords:
                if keyword.arg:
                    keyword.value = _hole(keyword.value, keyword.arg, slots)
        case ast.Attribute(value=ast.Call() as inner):
            node.value = _receiver(inner, slots)
        case ast.BinOp():
            node.left = _operand(node.left, "left", slots)
            node.right = _operand(node.right, "right", slots)
        case ast.Compare(comparators=[right]):
            node.left = _operand(node.left, "left", slots)
            node.comparators = [_operand(right, "right", slots)]
        case ast.Subscript(slice=ast.Constant() as key):
            if isinstance(node.value, ast.Call):
                node.value = _outlined(node.value, {}, slots)
            node.slice = _hole(key, "key", slots)
        case _:
            pass
    return node


def _receiver(node: ast.Call, slots: list[Slot]) -> ast.expr:
    """An instance made on the spot: its only argument is called after its class."""
    made = flat(node.func)
    if len(node.args) == 1 and not node.keywords and made.isidentifier() and not isinstance(node.args[0], ast.Starred):
        node.args = [_hole(node.args[0], snake(made), slots)]
        return node
    return _outlined(node, {}, slots)


def _operand(node: ast.expr, name: str, slots: list[Slot]) -> ast.expr:
    """A one-argument construction keeps its outline; anything else is a value."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        node.args = [_hole(node.args[0], name, slots)]
        return node
    return _hole(node, name, slots)


class _Filling(ast.NodeTransformer):
    def __init__(self, values: Sequence[ast.expr]) -> None:
        self._values = {f"_{index}_": value for index, value in enumerate(values)}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._values.get(node.id, node)


def filled(shape: Shape, values: Sequence[ast.expr]) -> ast.expr:
    """The outline with other values in its holes."""
    result: ast.expr = _Filling(values).visit(ast.parse(shape.key, mode="eval").body)
    return result
