"""Reads the project's sources for values that its own authors use: doctests, call sites, literals, comparisons."""

from __future__ import annotations

import ast
import contextlib
import doctest
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ctxtui.core.generator.protocol.hints import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_LITERALS,
    Hints,
    Origin,
    Surface,
    add,
)
from ctxtui.core.generator.reading.call_sites import harvest_calls, imports_of
from ctxtui.core.generator.reading.fallbacks import assigned_in
from ctxtui.core.generator.reading.fixtures import harvest_fixtures
from ctxtui.core.generator.reading.mentions import mentioned, text_parameter
from ctxtui.core.generator.reading.parameters import (
    harvest_comparison,
    harvest_type_check,
    harvest_types,
    literal_of,
)
from ctxtui.core.generator.reading.scenarios import harvest_scenarios
from ctxtui.core.generator.reading.texts import chosen, code_in_prose, texts_in_code, texts_in_prose


def harvest(source: Path, module: str, package_folder: Path, extra: Iterable[Path]) -> Hints:
    """Hints for one module from itself, its package, and other files such as tests and a README."""
    hints = Hints()
    tree = _parsed(source)
    if tree is None:
        return hints
    surface = _surface(tree)
    hints.constants = list(_constants(tree))
    _harvest_bodies(tree, hints)
    harvest_types(tree, _functions(tree), hints)
    imports = imports_of(tree)
    _harvest_docstrings(tree, surface, hints, module, imports)
    own_texts, other_texts = list(texts_in_code(tree)), list[str]()
    ours = _mention_of(surface)
    for path in _in_order_of_use(source, [*extra, *sorted(package_folder.rglob("*.py"))])[:MAX_FILES]:
        if path.suffix == ".py":
            is_for_it = path.name.startswith("test") and source.stem.strip("_") in path.stem
            other = tree if path == source else _parsed(path, None if is_for_it else ours)
            if other is not None:
                if is_for_it:
                    other_texts += texts_in_code(other)
                harvest_calls(other, surface, hints, module, {}, is_own=path == source)
                if path.name.startswith(("test", "conftest")):
                    harvest_fixtures(other, surface, hints, module)
        else:
            text = _read(path)
            other_texts += texts_in_prose(text)
            _harvest_examples(text, surface, hints, module, imports)
            for code in code_in_prose(text):
                harvest_calls(code, surface, hints, module, imports, is_own=True)
                harvest_scenarios(code.body, surface, hints, module, {**imports, **imports_of(code)})
    hints.texts = chosen([*own_texts, *other_texts])
    return hints


def _in_order_of_use(source: Path, others: Iterable[Path]) -> list[Path]:
    """The module itself, then files that are named after it, then the rest."""
    name = (source.parent if source.stem == "__init__" else source).stem.strip("_")
    rest = [path for path in dict.fromkeys(others) if path != source]
    return [source, *sorted(rest, key=lambda path: name not in path.stem)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.stat().st_size <= MAX_FILE_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _mention_of(surface: Surface) -> re.Pattern[bytes]:
    """Matches where a file has the name of a function or a class of the module."""
    names = sorted(name for name in surface.parameters if "." not in name)
    return re.compile(rb"\b(?:" + "|".join(map(re.escape, names)).encode() + rb")\b") if names else re.compile(b"$^")


def _parsed(path: Path, mention: re.Pattern[bytes] | None = None) -> ast.Module | None:
    """The file as a tree; None for one that cannot be read or has no mention of what is looked for."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else b""
        is_of_use = bool(data) and (mention is None or mention.search(data) or path.name == "conftest.py")
        return _tree(data) if is_of_use else None
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


def _tree(data: bytes) -> ast.Module:
    """With the types that comments tell, where these are in order."""
    with contextlib.suppress(SyntaxError):
        return ast.parse(data, type_comments=True)
    return ast.parse(data)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{member.name}", member


def positions_of(source: Path) -> dict[str, int]:
    """The line of each function, class and method."""
    tree = _parsed(source)
    if tree is None:
        return {}
    classes = {node.name: node.lineno for node in tree.body if isinstance(node, ast.ClassDef)}
    return classes | {name: function.lineno for name, function in _functions(tree)}


def has_functions(source: Path) -> bool:
    """Whether anything in the module runs later than its import."""
    tree = _parsed(source)
    return tree is not None and any(True for _ in _functions(tree))


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


def _surface(tree: ast.Module) -> Surface:
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
    return Surface(parameters, methods, frozenset(parameters) | bound)


_DECIDED_ELSEWHERE = (ast.Call, ast.Name, ast.Attribute, ast.Compare, ast.IfExp)


def _constants(tree: ast.Module) -> Iterator[str]:
    """Names that the module gives a value that depends on nothing but its own text."""
    for name, value in assigned_in(tree.body):
        if not any(isinstance(part, _DECIDED_ELSEWHERE) for part in ast.walk(value)):
            yield name


_SAYING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "echo"})
"""Functions and methods that take messages for people."""


def _harvest_bodies(tree: ast.Module, hints: Hints) -> None:
    """String and number literals of each function, and what its parameters are compared with."""
    of_classes = {node.name: ast.get_docstring(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    for name, function in _functions(tree):
        target = name.removesuffix(".__init__")
        docstring = ast.get_docstring(function, clean=False)
        own = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        taking = text_parameter(function, is_method="." in name)
        told = "\n".join(filter(None, (docstring, of_classes.get(target))))
        for text in mentioned(told, own) if taking else ():
            add(hints.parameters[f"{target}.{taking}"], repr(text), MAX_LITERALS)
        passed_over = {part for node in _no_inputs_in(function) for part in ast.walk(node)}
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and node.value != docstring and node not in passed_over:
                add(hints.literals[target], literal_of(node), MAX_LITERALS)
            elif isinstance(node, ast.Compare):
                harvest_comparison(target, own, node, hints)
            elif isinstance(node, ast.Call):
                harvest_type_check(target, own, node, hints)


def _no_inputs_in(function: ast.AST) -> Iterator[ast.AST]:
    """What is said to people or to readers, and what is given to `re` as a pattern: not what is searched with it."""
    for node in ast.walk(function):
        match node:
            case ast.Raise() | ast.JoinedStr() | ast.Assert():
                yield node
            case ast.Expr(value=ast.Constant(value=str()) as text):
                yield text
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re" | "regex")), args=[pattern, *_]):
                yield pattern
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _SAYING:
                yield from node.args
            case ast.Call(func=ast.Attribute(value=ast.Constant() as text, attr="format")):
                yield text
            case ast.BinOp(left=ast.Constant(value=str()) as text, op=ast.Mod()):
                yield text
            case _:
                pass


def _harvest_docstrings(
    tree: ast.Module, surface: Surface, hints: Hints, module: str, imports: Mapping[str, Origin]
) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring and ">>>" in docstring:
                _harvest_examples(docstring, surface, hints, module, imports)


def _harvest_examples(text: str, surface: Surface, hints: Hints, module: str, imports: Mapping[str, Origin]) -> None:
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    tree = ast.Module([], [])
    failing: set[ast.stmt] = set()
    for example in examples:
        body = _statements(example)
        tree.body += body
        failing.update(body if example.exc_msg else ())
    harvest_calls(tree, surface, hints, module, imports, is_own=True)
    around = {**imports, **imports_of(tree)}
    harvest_scenarios(tree.body, surface, hints, module, around, failing=failing)


def _statements(example: doctest.Example) -> list[ast.stmt]:
    """What an example does, with lines that go on without dots, which are taken for what it prints; else nothing."""
    lines = [example.source, *example.want.splitlines(keepends=True)]
    for count in range(1, len(lines) + 1):
        with contextlib.suppress(SyntaxError, ValueError):
            return ast.parse("".join(lines[:count])).body
    return []
