"""Finds classes that a parameter without a type may stand for: those that have what is asked of it."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from typing import Any, Iterator, Mapping, Sequence

from .careful import annotations_of, attribute, home_of, is_a, members_of

SHORTEST_NAME = 3
_OF_ANYTHING = frozenset(
    {"self", "list", "dict", "tuple", "string", "text", "type", "kind", "class", "error", "exception", "value", "name"}
    | {"data", "base", "item", "number", "func", "function", "object", "iterator", "mapping", "sequence", "message"}
)
"""Names of parameters that say too little to look for a class with such a name."""
MOST_KINDS = 2
_OF_BUILT_INS = frozenset(
    name for kind in (str, bytes, list, dict, set, tuple, int, float) for name in dir(kind) if not name.startswith("__")
)


def kinds_by_parameter(tree: ast.Module, package: str) -> dict[str, Sequence[type]]:
    """Loaded classes of the package for `function.parameter` and `Class.method.parameter`, the nearest first."""
    asked = {name: attributes for name, attributes in _asked(tree).items() if attributes - _OF_BUILT_INS}
    found = _kinds_by_name(tree, package)
    if not asked:
        return found
    offered = {kind: offered_by(kind) for kind in _loaded_classes(package, is_private=True)}
    for name, attributes in asked.items():
        fitting = [kind for kind, names in offered.items() if attributes <= names]
        if fitting:
            found[name] = sorted(fitting, key=lambda kind: (_is_private(kind), len(offered[kind]), kind.__name__))[
                :MOST_KINDS
            ]
    return found


def _kinds_by_name(tree: ast.Module, package: str) -> dict[str, Sequence[type]]:
    """Classes called like a parameter that has no annotation, or whose name ends with its name as a word."""
    loaded = _loaded_classes(package)
    found: dict[str, Sequence[type]] = {}
    for name, function in _functions(tree):
        for argument in (*function.args.args, *function.args.kwonlyargs):
            bare = argument.arg.strip("_").replace("_", "").lower()
            if argument.annotation is None and bare not in _OF_ANYTHING and len(bare) > SHORTEST_NAME:
                ending = bare.capitalize()
                named = [kind for kind in loaded if kind.__name__.lower() == bare or kind.__name__.endswith(ending)]
                if named:
                    found[f"{name}.{argument.arg}"] = sorted(named, key=lambda kind: len(kind.__name__))[:MOST_KINDS]
    return found


def written_to(tree: ast.Module) -> frozenset[str]:
    """Parameters, as `kinds_by_parameter` names them, that the functions write to."""
    return frozenset(name for name, attributes in _asked(tree).items() if "write" in attributes)


def _asked(tree: ast.Module) -> Mapping[str, set[str]]:
    """Attributes that each function reads of its parameters."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, function in _functions(tree):
        own = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs) if argument.arg != "self"}
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in own:
                found[f"{name}.{node.value.id}"].add(node.attr)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            _add_stored(node, found)
    return found


def _add_stored(owner: ast.ClassDef, found: dict[str, set[str]]) -> None:
    """What the methods read of a parameter that the construction stores: `self.name = name`, then `self.name.attr`."""
    stored = {
        target.attr: node.value.id
        for member in owner.body
        if isinstance(member, ast.FunctionDef) and member.name == "__init__"
        for node in ast.walk(member)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
        for target in node.targets
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    }
    for node in ast.walk(owner):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            holder = node.value
            if isinstance(holder.value, ast.Name) and holder.value.id == "self" and holder.attr in stored:
                found[f"{owner.name}.{stored[holder.attr]}"].add(node.attr)


def _functions(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield (node.name if member.name == "__init__" else f"{node.name}.{member.name}"), member


def lacking_in(tree: ast.Module, package: str) -> Mapping[str, Sequence[str]]:
    """What methods read of `self` and neither the class nor a base has: only subclasses work. Methods end with `()`."""
    loaded = {kind.__name__: kind for kind in _loaded_classes(package)}
    found: dict[str, Sequence[str]] = {}
    for node in tree.body:
        kind = loaded.get(node.name) if isinstance(node, ast.ClassDef) else None
        if kind is None or hasattr(kind, "__getattr__"):
            continue
        nodes = [one for one in ast.walk(node) if isinstance(one, ast.Attribute) and _is_self(one.value)]
        called = {id(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
        own = {one.attr for one in nodes if not isinstance(one.ctx, ast.Load)} | offered_by(kind)
        missing = {
            one.attr: id(one) in called for one in nodes if not one.attr.startswith("__") and one.attr not in own
        }
        if missing:
            found[kind.__name__] = [name + ("()" if is_called else "") for name, is_called in missing.items()]
    return found


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _is_private(kind: type) -> bool:
    return kind.__name__.startswith("_")


def _loaded_classes(package: str, *, is_private: bool = False) -> list[type]:
    """Those with a private name only when they are asked for too."""
    found: dict[type, None] = {}
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] == package:
            for _, value in members_of(module):
                if is_a(value, type) and home_of(value) == module_name and (is_private or not _is_private(value)):
                    found[value] = None
    return list(found)


def offered_by(kind: Any) -> set[str]:  # noqa: ANN401 - a class
    """What instances have: members of the class, and what its methods set."""
    names = set(dir(kind)) | set(annotations_of(kind))
    for owner in kind.__mro__:
        code = attribute(attribute(vars(owner).get("__init__"), "__code__"), "co_names", ())
        names.update(code)
    return names
