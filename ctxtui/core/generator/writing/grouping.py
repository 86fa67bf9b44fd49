"""Finds cases that differ in values only, so that they can share one parametrised test."""

from __future__ import annotations

import ast
import contextlib
import copy
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.formatting import flat
from ctxtui.core.generator.writing.naming import snake

SMALLEST_TABLE = 3
SMALLEST_SHORT_TABLE = 2
CONSTANTS = "constants"
NOTHING_BACK = ("result is None",)
_ANCESTRY = "issubclass("
_WRAPPERS = {"asyncio.run", "list", "len", "str", "repr", "bool", "int", "float", "dict", "sorted", "abs", "bytes"}
_INSIDE = "inside_"
"""What the names of helpers begin with that make a call in a context."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_SIGNATURES: ContextVar[Mapping[str, Sequence[str]]] = ContextVar("signatures", default={})  # noqa: B039 - never changed


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
    is_long: bool = False
    """Whether its cases would not fit into a line each."""

    @property
    def is_hierarchy(self) -> bool:
        """Classes with one ancestor."""
        return len(self.cases) > 1 and self.cases[0].act.startswith(_ANCESTRY)

    @property
    def is_table(self) -> bool:
        is_short = self.cases[0].raises or self.is_long
        return len(self.cases) >= (SMALLEST_SHORT_TABLE if is_short else SMALLEST_TABLE)


@contextlib.contextmanager
def with_signatures(signatures: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Inside, what goes into the functions and classes of these names is called as they call it."""
    token = _SIGNATURES.set(signatures)
    try:
        yield
    finally:
        _SIGNATURES.reset(token)


def grouped(cases: Sequence[Case]) -> list[Group]:
    """Groups in the order of their first case; too small ones fall apart into single tests."""
    by_shape: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        by_shape[row_key(case)].append(case)
    constants = [key for key in by_shape if key[0] == CONSTANTS]
    told_together = [case for key in constants for case in by_shape.pop(key)]
    groups: list[Group] = []
    for members in by_shape.values():
        target, owner = members[0].target, members[0].owner
        is_table = Group(target, owner, tuple(members)).is_table
        if is_table or all(case.is_plain for case in members):
            groups.append(Group(target, owner, tuple(members)))
        else:
            groups += [Group(target, owner, (case,)) for case in members]
    if told_together:
        groups.append(Group(CONSTANTS, "", tuple(told_together)))
    order = {target: index for index, target in enumerate(dict.fromkeys(case.target for case in cases))}
    return sorted(groups, key=lambda group: (order[group.target], group.cases[0].raises is not None))


def row_key(case: Case) -> tuple[str, str]:
    """Cases with the same key can be rows of one table.

    No call stands in a row of refusals: it may be the one that is refused, and then the file cannot be read.
    """
    if case.act.startswith(_ANCESTRY):
        return "", case.act.partition(", ")[2]
    return case.target, _key(case)


def _key(case: Case) -> str:
    if case.is_plain:
        return f"{case.shows}|{shape_of(case).key}|{check_form(case.checks[0])}"
    if case.raises and not (case.setup or case.warns or case.uses_files):
        shape = shape_of(case)
        if not any(isinstance(node, ast.Call) for slot in shape.slots for node in ast.walk(slot.value)):
            return f"{shape.key}|raises {case.raises[0]}"
    if arranged_in(case) is not None:
        return f"{case.shows}|{shape_of(case).key}|changes {check_form(case.changes[0])}"
    return f"alone {case.id}"


def arranged_in(case: Case) -> ast.expr | None:
    """The literal that a call gets under a name, where one change of it is all that is told."""
    is_more = case.raises or case.warns or case.prints or case.uses_files or case.checks not in {(), NOTHING_BACK}
    if is_more or not len(case.setup) == len(case.changes) == 1 or expected_of(case.changes[0]) is None:
        return None
    match ast.parse(case.setup[0]).body:
        case [ast.Assign(targets=[ast.Name()], value=ast.List() | ast.Dict() | ast.Set() as value)]:
            return value
        case _:
            return None


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
    by_text: dict[str, list[str]] = defaultdict(list)
    for name, text in case.arguments.items():
        by_text[_normal(text)].append(name)
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


def _outlined(node: ast.expr, names: dict[str, list[str]], slots: list[Slot]) -> ast.expr:  # noqa: C901, PLR0912 - one case a kind of expression
    """The expression with holes where values were; the values go to `slots`."""
    match node:
        case ast.Call(func=func, args=[ast.Call() as inner], keywords=[]) if flat(func) in _WRAPPERS:
            node.args = [_outlined(inner, names, slots)]
        case ast.Call(args=[*_, ast.Lambda() as call]) if _INSIDE in flat(node).partition("lambda")[0]:
            call.body = _outlined(call.body, names, slots)
        case ast.Call(func=func, args=args, keywords=keywords):
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call):
                func.value = _receiver(func.value, slots)
            for index, argument in enumerate(args):
                if not isinstance(argument, ast.Starred):
                    fallback = _name_at(func, index, len(args))
                    given = names.get(ast.unparse(argument))
                    args[index] = _hole(argument, given.pop(0) if given else fallback, slots)
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


def _name_at(func: ast.expr, index: int, count: int) -> str:
    """What the called calls its argument there, where that is known."""
    known = _SIGNATURES.get().get(func.id, ()) if isinstance(func, ast.Name) else ()
    if index < len(known):
        return known[index]
    return "value" if count == 1 else _ORDINALS[min(index, len(_ORDINALS) - 1)]


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
