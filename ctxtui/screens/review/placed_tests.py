"""The tests in a module's text: where each stands, and the text without some of them."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import NamedTuple

from ctxtui.core.domain.syntax import parse

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class PlacedTest(NamedTuple):
    """A test function in a text: from its first decorator to its last line, counted from 1."""

    name: str
    start: int
    end: int


def find_tests(text: str) -> tuple[PlacedTest, ...]:
    """The test functions and methods of a module; none of one that does not parse."""
    try:
        tree = parse(text)
    except (SyntaxError, ValueError):
        return ()
    places: list[PlacedTest] = []
    for node in tree.body:
        inner = [(f"{node.name}.", one) for one in node.body] if isinstance(node, ast.ClassDef) else [("", node)]
        places += [
            _placed(owner, one) for owner, one in inner if isinstance(one, _FUNCTIONS) and one.name.startswith("test")
        ]
    return tuple(places)


def without_tests(text: str, names: Collection[str]) -> str:
    """The text without these tests, and without classes that would be left with nothing else."""
    gone = {number for test in find_tests(text) if test.name in names for number in range(test.start, test.end + 1)}
    for node in parse(text).body if gone else ():
        members = node.body[_has_docstring(node) :] if isinstance(node, ast.ClassDef) else []
        if isinstance(node, ast.ClassDef) and members and all(one.lineno in gone for one in members):
            gone.update(range(_start(node), (node.end_lineno or node.lineno) + 1))
    return "\n".join(_joined(text.splitlines(), gone)).rstrip() + "\n"


def _joined(rows: list[str], gone: Collection[int]) -> list[str]:
    """The rows that stay. Of the blank ones before and after what goes, the larger number stays."""
    kept: list[str] = []
    before = after = 0
    for number, row in enumerate(rows, 1):
        if number in gone:
            while kept and not kept[-1].strip():
                kept.pop()
                before += 1
            after = 0
        elif before and not row.strip():
            after += 1
        else:
            kept += [*[""] * max(before, after), row]
            before = after = 0
    return kept


def _placed(owner: str, test: ast.FunctionDef | ast.AsyncFunctionDef) -> PlacedTest:
    return PlacedTest(owner + test.name, _start(test), test.end_lineno or test.lineno)


def _start(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _has_docstring(node: ast.ClassDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None
