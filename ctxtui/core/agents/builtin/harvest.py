"""Reads the project's sources for values that its own authors use: doctests, call sites, literals, comparisons."""

from __future__ import annotations

import ast
import builtins
import doctest
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MAX_EXPRESSION = 160
MAX_CALLS = 30
MAX_LITERALS = 24
MAX_FILES = 120
MAX_FILE_BYTES = 400_000
MAX_TEXT = 60

Origin = tuple[str, str]


@dataclass(slots=True)
class Hints:
    """What was found, by target name; `names` says where the names in expressions are imported from."""

    calls: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    parameters: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    literals: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, Origin] = field(default_factory=dict)
    constants: list[str] = field(default_factory=list)

    def as_json(self) -> Mapping[str, Mapping[str, list[str]]]:
        return {
            "calls": self.calls,
            "parameters": self.parameters,
            "literals": self.literals,
            "constants": {"module": self.constants},
        }


@dataclass(frozen=True, slots=True)
class _Surface:
    """A module's callables by the names that call sites use; methods are found by their bare name."""

    parameters: Mapping[str, tuple[str, ...]]
    methods: Mapping[str, tuple[str, ...]]
    globals: frozenset[str]


def harvest(source: Path, module: str, package_folder: Path, extra: Iterable[Path]) -> Hints:
    """Hints for one module from itself, its package, and other files such as tests and a README."""
    hints = Hints()
    tree = _parsed(source)
    if tree is None:
        return hints
    surface = _surface(tree)
    hints.constants = list(_constants(tree))
    _harvest_bodies(tree, hints)
    imports = _imports(tree)
    _harvest_docstrings(tree, surface, hints, module, imports)
    own_first = [source, *(path for path in sorted(package_folder.rglob("*.py")) if path != source), *extra]
    for path in own_first[:MAX_FILES]:
        if path.suffix == ".py":
            other = tree if path == source else _parsed(path)
            if other is not None:
                _harvest_calls(other, surface, hints, module, {}, is_own=path == source)
        else:
            _harvest_examples(_read(path), surface, hints, module, imports)
    return hints


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.stat().st_size <= MAX_FILE_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(_read(path))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{member.name}", member


def targets_at(source: Path, lines: frozenset[int]) -> frozenset[str]:
    """Functions and methods that hold any of the lines."""
    tree = _parsed(source)
    if tree is None or not lines:
        return frozenset()
    return frozenset(
        name.removesuffix(".__init__")
        for name, function in _functions(tree)
        if any(function.lineno <= line <= (function.end_lineno or function.lineno) for line in lines)
    )


def _surface(tree: ast.Module) -> _Surface:
    parameters: dict[str, tuple[str, ...]] = {}
    methods: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for name, function in _functions(tree):
        arguments = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        owner, _, method = name.rpartition(".")
        if owner:
            is_static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
            arguments = arguments[0 if is_static else 1 :]
            methods[method] += (name,)
            if method == "__init__":
                parameters[owner] = tuple(arguments)
        parameters[name] = tuple(arguments)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            parameters.setdefault(node.name, ())
    assigned = [node for statement in tree.body if isinstance(statement, ast.Assign) for node in statement.targets]
    bound = {node.id for node in assigned if isinstance(node, ast.Name)}
    return _Surface(parameters, methods, frozenset(parameters) | bound)


def _constants(tree: ast.Module) -> Iterator[str]:
    """Names that the module gives a value that depends on nothing but its own text."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        if not any(isinstance(part, ast.Call | ast.Attribute | ast.Compare | ast.IfExp) for part in ast.walk(value)):
            yield name


def _harvest_bodies(tree: ast.Module, hints: Hints) -> None:
    """String and number literals of each function, and what its parameters are compared with."""
    for name, function in _functions(tree):
        target = name.removesuffix(".__init__")
        docstring = ast.get_docstring(function, clean=False)
        own = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and node.value != docstring:
                _add(hints.literals[target], _literal(node), MAX_LITERALS)
            elif isinstance(node, ast.Compare):
                _harvest_comparison(target, own, node, hints)


def _literal(node: ast.Constant) -> str:
    value = node.value
    if isinstance(value, str | bytes) and 0 < len(value) <= MAX_TEXT:
        return repr(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return ""


def _harvest_comparison(target: str, own: set[str], node: ast.Compare, hints: Hints) -> None:
    sides = [node.left, *node.comparators]
    names = {inner.id for side in sides for inner in ast.walk(side) if isinstance(inner, ast.Name)} & own
    for side in sides:
        values = side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]
        for value in values:
            if isinstance(value, ast.Constant):
                for name in names:
                    key = f"{target}.{name}"
                    _add(hints.parameters[key], _literal(value), MAX_LITERALS)
                    if type(value.value) is int:
                        _add(hints.parameters[key], str(value.value + 1), MAX_LITERALS)
                        _add(hints.parameters[key], str(value.value - 1), MAX_LITERALS)


def _add(found: list[str], text: str, most: int) -> None:
    if text and text not in found and len(found) < most:
        found.append(text)


def _harvest_docstrings(
    tree: ast.Module, surface: _Surface, hints: Hints, module: str, imports: Mapping[str, Origin]
) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring and ">>>" in docstring:
                _harvest_examples(docstring, surface, hints, module, imports)


def _harvest_examples(text: str, surface: _Surface, hints: Hints, module: str, imports: Mapping[str, Origin]) -> None:
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    try:
        tree = ast.parse("".join(example.source for example in examples))
    except (SyntaxError, ValueError):
        return
    _harvest_calls(tree, surface, hints, module, imports, is_own=True)


def _harvest_calls(
    tree: ast.Module,
    surface: _Surface,
    hints: Hints,
    module: str,
    around: Mapping[str, Origin],
    *,
    is_own: bool,
) -> None:
    """Self-contained calls; simple variables are replaced by what was assigned to them just before."""
    imports = {**around, **_imports(tree)}
    for block in _blocks(tree):
        known: dict[str, ast.expr] = {}
        for statement in block:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    _harvest_call(_substituted(node, known), surface, hints, module, imports, is_own=is_own)
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, ast.Name) and _can_be_written(statement.value):
                    known[target.id] = _substituted(statement.value, known)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    yield tree.body
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.body


class _Substitution(ast.NodeTransformer):
    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._known.get(node.id, node)


def _can_be_written(node: ast.expr) -> bool:
    """Formatted strings cannot always be turned back into source, and are seldom telling inputs."""
    return not any(isinstance(inner, ast.JoinedStr) for inner in ast.walk(node))


def _substituted(node: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    if not known or not _can_be_written(node):
        return node
    copy = ast.parse(ast.unparse(node), mode="eval").body
    changed: ast.expr = _Substitution(known).visit(copy)
    return changed


def _imports(tree: ast.Module) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({alias.asname or alias.name: (node.module, alias.name) for alias in node.names})
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    found[alias.asname or alias.name] = (alias.name, "")
    return found


def _harvest_call(
    node: ast.expr, surface: _Surface, hints: Hints, module: str, imports: Mapping[str, Origin], *, is_own: bool
) -> None:
    if not isinstance(node, ast.Call) or not _can_be_written(node):
        return
    targets, node = _targets(node, surface, imports)
    if not targets:
        return
    text = ast.unparse(node)
    if len(text) > MAX_EXPRESSION or "\n" in text:
        return
    if _claim_names(node, surface, hints, module, imports, is_own=is_own):
        for target in targets[:3]:
            _add(hints.calls[target], text, MAX_CALLS)
    for target in targets[:1]:
        for name, argument in _bound(node, surface.parameters.get(target, ())):
            if _claim_names(argument, surface, hints, module, imports, is_own=is_own):
                _add(hints.parameters[f"{target}.{name}"], ast.unparse(argument), MAX_LITERALS)
                _add(hints.parameters[f"*.{name}"], ast.unparse(argument), MAX_LITERALS)


def _targets(node: ast.Call, surface: _Surface, imports: Mapping[str, Origin]) -> tuple[tuple[str, ...], ast.Call]:
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
    return surface.methods.get(name, ()), node


def _bound(node: ast.Call, parameters: tuple[str, ...]) -> Iterator[tuple[str, ast.expr]]:
    for name, argument in zip(parameters, node.args, strict=False):
        if isinstance(argument, ast.Starred):
            return
        yield name, argument
    for keyword in node.keywords:
        if keyword.arg:
            yield keyword.arg, keyword.value


_SIMPLE = re.compile(r"^[A-Za-z]\w*$")


def _claim_names(
    node: ast.expr, surface: _Surface, hints: Hints, module: str, imports: Mapping[str, Origin], *, is_own: bool
) -> bool:
    """Whether all free names can be had in a test; takes note of where from."""
    if any(isinstance(inner, ast.Await | ast.Yield | ast.NamedExpr | ast.Starred) for inner in ast.walk(node)):
        return False
    bound = {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
    loads = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    bound |= {inner.id for inner in loads if isinstance(inner.ctx, ast.Store)}
    wanted: dict[str, Origin] = {}
    package = module.partition(".")[0]
    for name in {inner.id for inner in loads} - bound:
        if name.startswith("__"):
            return False
        if name in surface.parameters or hasattr(builtins, name):
            continue
        origin = imports.get(name)
        if origin is None:
            if is_own and name in surface.globals and _SIMPLE.match(name):
                continue
            return False
        if origin[0].partition(".")[0] not in {package, *sys.stdlib_module_names}:
            return False
        wanted[name] = origin
    if any(hints.names.get(name, origin) != origin for name, origin in wanted.items()):
        return False
    hints.names.update(wanted)
    return True
