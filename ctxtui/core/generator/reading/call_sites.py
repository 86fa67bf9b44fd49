"""Finds self-contained calls of a module's functions and classes in other code."""

from __future__ import annotations

import ast
import builtins
import copy
import re
import sys
from collections.abc import Container, Iterator, Mapping

from ctxtui.core.generator.protocol.hints import MAX_CALLS, MAX_EXPRESSION, MAX_LITERALS, Hints, Origin, Surface, add
from ctxtui.core.generator.reading.blocks import blocks

PLACE_BOUND = frozenset(
    {"getpass", "locale", "os", "platform", "random", "secrets", "socket", "subprocess", "sys", "tempfile", "threading"}
    | {"time", "unittest", "sysconfig", "site", "shutil", "logging", "warnings", "gc", "weakref"}
)
"""Standard modules whose values depend on where and when they are asked, or that arrange tests."""


def harvest_calls(
    tree: ast.Module,
    surface: Surface,
    hints: Hints,
    module: str,
    around: Mapping[str, Origin],
    *,
    is_own: bool,
) -> None:
    """Self-contained calls; simple variables are replaced by what was assigned to them just before."""
    imports = {**around, **imports_of(tree)}
    package = module.partition(".")[0]
    others = {
        name: attribute
        for name, (home, attribute) in imports.items()
        if name != attribute and attribute in surface.parameters and home.partition(".")[0] == package
    }
    if others:
        tree = _Renaming(others).visit(copy.deepcopy(tree))
    names = frozenset(name for parameters in surface.parameters.values() for name in parameters)
    for block, given in blocks(tree):
        known: dict[str, ast.expr] = dict(given)
        for statement in block:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and _may_be_ours(node.func, surface, known):
                    _harvest_call(_substituted(node, known), surface, hints, module, imports, is_own=is_own)
                elif isinstance(node, ast.Call):
                    _harvest_keywords(node, names, hints)
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, ast.Name) and can_be_written(statement.value):
                    known[target.id] = _substituted(statement.value, known)


def _harvest_keywords(node: ast.Call, names: Container[str], hints: Hints) -> None:
    """What another function is given by the name of a parameter of the module: the two are likely to mean the same."""
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in names or not _is_telling(keyword.value):
            continue
        text = ast.unparse(keyword.value)
        if len(text) <= MAX_EXPRESSION and "\n" not in text:
            add(hints.parameters[f"*.{keyword.arg}"], text, MAX_LITERALS)


def _is_telling(node: ast.expr) -> bool:
    """Whether it is a text, a number, or a collection of such."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, str | bytes | int | float) and not isinstance(value, bool)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return bool(items) and all(map(_is_telling, items))
        case ast.Dict(keys=keys, values=values):
            return (
                bool(keys)
                and all(key is not None and _is_telling(key) for key in keys)
                and all(map(_is_telling, values))
            )
        case _:
            return False


def _may_be_ours(function: ast.expr, surface: Surface, known: Mapping[str, ast.expr]) -> bool:
    """Whether a call is worth a closer look, by the name that is called."""
    match function:
        case ast.Name(id=name):
            return name in surface.parameters or name in surface.methods or name in known
        case ast.Attribute(attr=name):
            return name in surface.parameters or name in surface.methods
        case _:
            return False


class _Renaming(ast.NodeTransformer):
    """Calls what was imported under another name by its own."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)


class _Substitution(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._known.get(node.id, node)


class _Picking(ast.NodeTransformer):
    """Puts a member in the place of a whole list or table with its index or key: `("a", "b")[0]` is `"a"`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(
                value=ast.Tuple(elts=items) | ast.List(elts=items), slice=ast.Constant(value=int() as at)
            ):
                is_plain = at < len(items) and not any(isinstance(item, ast.Starred) for item in items)
                return items[at] if is_plain else node
            case ast.Subscript(value=ast.Dict(keys=keys, values=values), slice=ast.Constant(value=wanted)):
                found = [
                    value
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and key.value == wanted
                ]
                return found[-1] if found else node
            case _:
                return node


def can_be_written(node: ast.AST) -> bool:
    """Formatted strings cannot always be turned back into source, and are seldom telling inputs.

    Three dots in the place of an argument are what an author leaves to the reader.
    """
    return not any(isinstance(inner, ast.JoinedStr) or _is_sketch(inner) for inner in ast.walk(node))


def _is_sketch(node: ast.AST) -> bool:
    given = [*node.args, *(keyword.value for keyword in node.keywords)] if isinstance(node, ast.Call) else []
    return any(isinstance(one, ast.Constant) and one.value is ... for one in given)


def _substituted(node: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    is_known = any(isinstance(inner, ast.Name) and inner.id in known for inner in ast.walk(node))
    if not is_known or not can_be_written(node):
        return node
    again = ast.parse(ast.unparse(node), mode="eval").body
    changed: ast.expr = _Picking().visit(_Substitution(known).visit(again))
    return changed


def imports_of(tree: ast.Module) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({alias.asname or alias.name: (node.module, alias.name) for alias in node.names})
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    found[alias.asname or alias.name] = (alias.name, "")
                else:
                    root = alias.name.partition(".")[0]
                    found.setdefault(root, (root, ""))
    return found


def _harvest_call(
    node: ast.expr, surface: Surface, hints: Hints, module: str, imports: Mapping[str, Origin], *, is_own: bool
) -> None:
    if not isinstance(node, ast.Call) or not can_be_written(node):
        return
    targets, node = targets_in(node, surface, imports)
    text = ast.unparse(node)
    if len(text) > MAX_EXPRESSION or "\n" in text:
        return
    if targets and claim_names(node, surface, hints, module, imports, is_own=is_own):
        for target in targets[:3]:
            add(hints.calls[target], text, MAX_CALLS)
    for target in targets[:1] or _methods_called_alike(node.func, surface, module, imports):
        for name, argument in _bound(node, surface.parameters.get(target, ())):
            if claim_names(argument, surface, hints, module, imports, is_own=is_own):
                add(hints.parameters[f"{target}.{name}"], ast.unparse(argument), MAX_LITERALS)
                add(hints.parameters[f"*.{name}"], ast.unparse(argument), MAX_LITERALS)


def targets_in(  # noqa: PLR0911 - one return a way to call
    node: ast.Call, surface: Surface, imports: Mapping[str, Origin]
) -> tuple[tuple[str, ...], ast.Call]:
    """Which callables of the module a call may mean, and the call written without a module prefix."""
    if isinstance(node.func, ast.Name):
        return ((node.func.id,) if node.func.id in surface.parameters else ()), node
    if not isinstance(node.func, ast.Attribute):
        return (), node
    name, owner = node.func.attr, node.func.value
    if isinstance(owner, ast.Name):
        if f"{owner.id}.{name}" in surface.parameters:
            return (f"{owner.id}.{name}",), node
        if name in surface.parameters:
            return (name,), ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords)
        if owner.id in imports:
            return (), node
    root = owner
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(owner, ast.Attribute) and isinstance(root, ast.Name) and imports.get(root.id, ("", "?"))[1] == "":
        return ((name,) if name in surface.parameters else ()), ast.Call(
            ast.Name(name, ast.Load()), node.args, node.keywords
        )
    made = owner.func.id if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) else ""
    if f"{made}.{name}" in surface.parameters:
        return (f"{made}.{name}",), node
    return surface.methods.get(name, ()), node


def _methods_called_alike(
    function: ast.expr, surface: Surface, module: str, imports: Mapping[str, Origin]
) -> tuple[str, ...]:
    """The method that a function of the package is named after: `json.decode` may pass on what it is given."""
    match function:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name):
            root = function.id if isinstance(function, ast.Name) else ast.unparse(function.value)
            is_of_package = imports.get(root, ("", ""))[0].partition(".")[0] == module.partition(".")[0]
            return surface.methods.get(name, ())[:1] if is_of_package else ()
        case _:
            return ()


def _is_at_hand(root: str, package: str) -> bool:
    """Whether a test can use a module's names and they mean the same on every machine."""
    return root == package or (root in sys.stdlib_module_names and root not in PLACE_BOUND)


def _bound(node: ast.Call, parameters: tuple[str, ...]) -> Iterator[tuple[str, ast.expr]]:
    for name, argument in zip(parameters, node.args, strict=False):
        if isinstance(argument, ast.Starred):
            return
        yield name, argument
    for keyword in node.keywords:
        if keyword.arg:
            yield keyword.arg, keyword.value


_EVER_NEW = frozenset({"now", "today", "utcnow", "uuid1", "uuid4"})
"""Attributes that give something else at every call."""
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SIMPLE = re.compile(r"^[A-Za-z]\w*$")


def claim_names(  # noqa: PLR0911 - one return a reason
    node: ast.AST, surface: Surface, hints: Hints, module: str, imports: Mapping[str, Origin], *, is_own: bool
) -> bool:
    """Whether all free names can be had in a test; takes note of where from."""
    if any(isinstance(inner, ast.Await | ast.Yield | ast.NamedExpr | ast.Starred) for inner in ast.walk(node)):
        return False
    if any(isinstance(inner, ast.Attribute) and inner.attr in _EVER_NEW for inner in ast.walk(node)):
        return False
    bound = {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
    loads = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    bound |= {inner.id for inner in loads if isinstance(inner.ctx, ast.Store)}
    bound |= {inner.name for inner in ast.walk(node) if isinstance(inner, _DEFINITION)}
    wanted: dict[str, Origin] = {}
    package = module.partition(".")[0]
    for name in {inner.id for inner in loads} - bound:
        if name.startswith("__") or name == "_":
            return False
        if name in surface.parameters or hasattr(builtins, name):
            continue
        origin = imports.get(name)
        if origin is None:
            if is_own and name in surface.globals and _SIMPLE.match(name):
                continue
            return False
        if not _is_at_hand(origin[0].partition(".")[0], package):
            return False
        wanted[name] = origin
    if any(hints.names.get(name, origin) != origin for name, origin in wanted.items()):
        return False
    hints.names.update(wanted)
    return True
