"""Reads what the project's own fixtures give: arguments for parameters of the same name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ctxtui.core.generator.protocol.hints import MAX_EXPRESSION, MAX_LITERALS, Hints, Surface, add
from ctxtui.core.generator.reading.call_sites import can_be_written, claim_names, imports_of


def harvest_fixtures(tree: ast.Module, surface: Surface, hints: Hints, module: str) -> None:
    """Takes a fixture that gives one expression which stands for itself."""
    imports = imports_of(tree)
    for function in _fixtures(tree):
        given = [node.value for node in ast.walk(function) if isinstance(node, ast.Return | ast.Yield) and node.value]
        if len(given) != 1 or not can_be_written(given[0]):
            continue
        text = ast.unparse(given[0])
        is_short = len(text) <= MAX_EXPRESSION and "\n" not in text
        if is_short and claim_names(given[0], surface, hints, module, imports, is_own=False):
            add(hints.parameters[f"*.{function.name}"], text, MAX_LITERALS)


def _fixtures(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(_is_fixture(decorator) for decorator in node.decorator_list):
            yield node


def _is_fixture(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (isinstance(called, ast.Attribute) and called.attr == "fixture") or (
        isinstance(called, ast.Name) and called.id == "fixture"
    )
