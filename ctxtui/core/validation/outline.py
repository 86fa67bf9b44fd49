"""What a Python test file holds, read from its syntax tree: tests, assertions, skips."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TypeAlias

from ctxtui.core.domain.syntax import parse

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_CHECKING_CALLS = frozenset({"raises", "warns", "deprecated_call", "fail", "RaisesGroup", "RaisesExc"})
"""Names, beside every `assert…`, of calls that fail a test: bare, or as an attribute of anything."""

_SKIPPING = frozenset(
    {"skip", "skipif", "skipIf", "skipUnless", "skipTest", "xfail", "expectedFailure", "importorskip"}
)


@dataclass(frozen=True, slots=True)
class TestOutline:
    """One test function: `parameters` counts the rows of its literal `parametrize` lists."""

    __test__ = False

    name: str
    assertions: int
    skips: int
    parameters: int


@dataclass(frozen=True, slots=True)
class FileOutline:
    """`tests` by `TestClass::test_name`; `assertions` of the whole file; `skips` that hit the file as a whole."""

    tests: dict[str, TestOutline] = field(default_factory=dict)
    assertions: int = 0
    skips: int = 0


def outline(text: str) -> FileOutline:
    """Raises SyntaxError (or ValueError for null bytes) when the text is no Python."""
    module = parse(text)
    body = list(_live(module.body))
    tests = {test.name: test for test in _tests(body, "", 0)}
    outside = [node for node in body if not isinstance(node, _Function | ast.ClassDef)]
    return FileOutline(tests, _assertions(module), _skips(outside))


def written_tests(text: str, functions: Sequence[str], classes: Sequence[str]) -> Iterator[str]:
    """Tests that stand in a file or right in its classes, by what their names say: `test…`, or the patterns given."""
    for node in parse(text).body:
        if isinstance(node, _Function) and _reads_as_test(node, functions):
            yield node.name
        elif isinstance(node, ast.ClassDef) and (node.name.startswith("Test") or _is_named(node.name, classes)):
            inner = [child for child in node.body if isinstance(child, _Function) and _reads_as_test(child, functions)]
            yield from (f"{node.name}::{child.name}" for child in inner)


def _reads_as_test(node: _Function, patterns: Sequence[str]) -> bool:
    is_fixture = any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)
    return not is_fixture and (node.name.startswith("test_") or _is_named(node.name, patterns))


def _is_named(name: str, patterns: Sequence[str]) -> bool:
    """As pytest reads its patterns: a word is a beginning, one with a star or the like is a glob."""
    return any(name.startswith(pattern) or fnmatchcase(name, pattern) for pattern in patterns)


def weakened(before: FileOutline, after: FileOutline) -> Iterator[tuple[str, str]]:
    """Each existing test that is gone or proves less than before, with what happened to it."""
    if after.skips > before.skips:
        yield "", "the whole file is skipped under a new condition"
    for name, old in before.tests.items():
        new = after.tests.get(name)
        if new is None:
            yield name, f"{name} was deleted or renamed"
        elif new.skips > old.skips:
            yield name, f"{name} is now skipped or expected to fail"
        elif new.assertions < old.assertions:
            yield name, f"{name} has {new.assertions} assertions where it had {old.assertions}"
        elif new.parameters < old.parameters:
            yield name, f"{name} runs with {new.parameters} sets of parameters where it had {old.parameters}"


def _live(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of the conditions in it, those under a false constant left out."""
    for node in body:
        match node:
            case ast.If(test=ast.Constant(value=value)):
                yield from _live(node.body if value else node.orelse)
            case ast.If():
                yield from _live([*node.body, *node.orelse])
            case ast.Try():
                yield from _live([*node.body, *node.orelse, *node.finalbody])
            case ast.With():
                yield from _live(node.body)
            case _:
                yield node


def _tests(body: Sequence[ast.stmt], prefix: str, skips: int) -> Iterator[TestOutline]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            inner = list(_live(node.body))
            outside = [child for child in inner if not isinstance(child, _Function | ast.ClassDef)]
            whole = skips + _skips([*node.decorator_list, *outside])
            yield from _tests(inner, f"{prefix}{node.name}::", whole)
        elif isinstance(node, _Function) and node.name.startswith("test"):
            yield TestOutline(prefix + node.name, _assertions(node), skips + _skips([node]), _parameters(node))


def _assertions(root: ast.AST) -> int:
    return sum(_is_assertion(node) for node in ast.walk(root))


def _is_assertion(node: ast.AST) -> bool:
    match node:
        case ast.Assert(test=ast.Constant()) | ast.Assert(test=ast.Tuple(elts=[_, *_])):
            return False  # always true (or always false): proves nothing
        case ast.Assert():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _CHECKING_CALLS or name.lstrip("_").startswith("assert")
        case _:
            return False


def _skips(nodes: Sequence[ast.AST]) -> int:
    return sum(_is_skip(node) for root in nodes for node in ast.walk(root))


def _is_skip(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in _SKIPPING
        case _:
            return False


def _parameters(function: _Function) -> int:
    rows = 0
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[_, ast.List(elts=elts) | ast.Tuple(elts=elts)]):
                rows += len(elts)
            case _:
                pass
    return rows
