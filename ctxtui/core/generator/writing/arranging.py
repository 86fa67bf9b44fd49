"""Gives a name to what an assertion would be too long with, or what several tests start from."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.assertions import asserted, uses_once
from ctxtui.core.generator.writing.fixtures import SHARED
from ctxtui.core.generator.writing.formatting import statement
from ctxtui.core.generator.writing.grouping import Group
from ctxtui.core.generator.writing.naming import snake

WORTH_SHARING = 32
"""A shorter construction is read more quickly where it is used than as a fixture."""


def arranged(groups: Sequence[Group], names: Collection[str], indent: int) -> list[Group]:
    """The groups of a class or file, with the objects that calls are made on as steps of their own where that helps.

    Two cases are two lines of one test only where both assertions fit into a line.
    """
    measured = [replace(group, is_long=_is_long(group, indent)) for group in groups]
    counted = Counter(made for group in measured if len(group.cases) == 1 if (made := _receiver(group.cases[0])))
    return [_with_step(group, counted, names, indent) if len(group.cases) == 1 else group for group in measured]


def is_too_long(check: str, act: str, indent: int) -> bool:
    """Whether the call itself would be broken over lines, were it a part of the assertion."""
    if isinstance(ast.parse(act, mode="eval").body, ast.Compare):
        return False
    text = statement(f"assert {asserted(check, act)}", indent)
    return "\n" in text and (text.lstrip().startswith("assert (") or "(\n" in text.partition(" == ")[0])


def _is_long(group: Group, indent: int) -> bool:
    is_pair = len(group.cases) > 1 and not group.is_table and all(case.checks for case in group.cases)
    return is_pair and any(is_too_long(case.checks[0], case.act, indent) for case in group.cases)


def _with_step(group: Group, counted: Counter[str], names: Collection[str], indent: int) -> Group:
    case = group.cases[0]
    made = _receiver(case)
    is_shared = len(made) >= WORTH_SHARING and counted[made] >= SHARED
    is_long = len(case.checks) == 1 and uses_once(case.checks[0]) and is_too_long(case.checks[0], case.act, indent)
    if not made or not (is_shared or is_long or _is_wide(case.act, indent)):
        return group
    name = snake(made.partition("(")[0].rpartition(".")[2])
    if name in names or hasattr(builtins, name) or keyword.iskeyword(name) or not name.isidentifier():
        return group
    node = ast.parse(case.act, mode="eval").body
    act = ast.unparse(_Named(ast.dump(ast.parse(made, mode="eval").body), name).visit(node))
    return replace(group, cases=(replace(case, setup=(f"{name} = {made}",), act=act),))


def _is_wide(act: str, indent: int) -> bool:
    return "\n" in statement(act, indent)


def _receiver(case: Case) -> str:
    """The construction of the object that a method is called on, where nothing else is arranged; else empty."""
    if case.setup or case.uses_files:
        return ""
    node = ast.parse(case.act, mode="eval").body
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1 and not node.keywords:
        node = node.args[0]
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name() | ast.Attribute()) as made)) if _is_made(made):
            return ast.unparse(made)
        case _:
            return ""


def _is_made(call: ast.Call) -> bool:
    """Whether a call is of a class, going by its name."""
    return ast.unparse(call.func).rpartition(".")[2][:1].isupper()


class _Named(ast.NodeTransformer):
    """Puts a name for an expression."""

    def __init__(self, dumped: str, name: str) -> None:
        self._dumped = dumped
        self._name = name

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if ast.dump(node) == self._dumped:
            return ast.Name(self._name, ast.Load())
        self.generic_visit(node)
        return node
