"""What a module and its classes keep between calls, and where functions use it."""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Any, Iterator

from .careful import home_of, is_a, members_of

_CHANGING = frozenset(
    {"append", "appendleft", "add", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "set"}
    | {"setdefault", "update"}
)

_FOR_TOOLS = frozenset({"TYPE_CHECKING", "MYPY"})


def _functions(tree: ast.Module) -> Iterator[Any]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _local_names(function: Any) -> set[str]:  # noqa: ANN401 - a function's node
    """Names that a function binds for itself."""
    declared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    bound = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return (bound | {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}) - declared


def changed_globals(tree: ast.Module) -> Iterator[str]:
    """Names of the module that functions give another value, or change the content of."""
    for function in _functions(tree):
        local = _local_names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                yield from node.names
                continue
            holder = _changed(node)
            if isinstance(holder, ast.Name) and holder.id not in local:
                yield holder.id


def lines_of_name(tree: ast.Module, name: str) -> Iterator[int]:
    """Where functions use a name of the module."""
    for function in _functions(tree):
        if name not in _local_names(function):
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and node.id == name:
                    yield node.lineno


def flags_of(module: ModuleType, tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Names of the module that stand for yes or no, other than by the version of Python or for tools alone."""
    for node in (inner for statement in tree.body for inner in _outside_of_functions(statement)):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        is_of_version = any("version" in getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(node))
        for name in (one.id for one in targets if isinstance(one, ast.Name) and not is_of_version):
            value = vars(module).get(name)
            if type(value) is bool and name not in _FOR_TOOLS:
                yield name, value


def _outside_of_functions(statement: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and those in its branches."""
    yield statement
    if isinstance(statement, (ast.If, ast.Try)):
        handlers = [inner for handler in getattr(statement, "handlers", ()) for inner in handler.body]
        for inner in (*statement.body, *handlers, *statement.orelse):
            yield from _outside_of_functions(inner)


def shared_attributes(module: ModuleType, tree: ast.Module) -> Iterator[tuple[type, str]]:
    """(class, name) for what a class keeps for all its instances, such as a registry, and functions change."""
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    changed: set[str] = set()
    own: set[str] = set()
    for node in (node for function in _functions(tree) for node in ast.walk(function)):
        holder = _changed(node)
        if isinstance(holder, ast.Attribute):
            changed.add(holder.attr)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            (changed if node.value.id in {"cls", *names} else own).add(node.attr)
    for name in sorted(names):
        kind = vars(module).get(name)
        if is_a(kind, type) and kind.__name__ == name and home_of(kind) == module.__name__:
            yield from ((kind, held) for held, _ in members_of(kind) if held in changed - own and not _is_special(held))


def lines_of_attribute(tree: ast.Module, name: str) -> Iterator[int]:
    """Where functions use an attribute."""
    for function in _functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and node.attr == name:
                yield node.lineno


def _is_special(name: str) -> bool:
    return name.startswith("__")


def _changed(node: ast.AST) -> ast.expr | None:
    """What an expression changes the content of."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
        return node.func.value
    return None
