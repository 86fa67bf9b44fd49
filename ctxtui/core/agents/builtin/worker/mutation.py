"""Small changes to the module's functions, swapped in while it runs, to see which cases would notice."""

from __future__ import annotations

import ast
import contextlib
import copy
import dis
import functools
import random
import time
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

MAX_MUTANTS = 400
_COMPARISONS: Mapping[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: Mapping[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.Pow: ast.Mult,
}


class Mutant(NamedTuple):
    """One changed function: its live object, and the code or the defaults to put into it."""

    number: int
    line: int
    function: Any
    code: CodeType
    defaults: tuple[Any, ...] | None = None

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        code, defaults = self.function.__code__, self.function.__defaults__
        self.function.__code__ = self.code
        if self.defaults is not None:
            self.function.__defaults__ = self.defaults
        try:
            yield
        finally:
            self.function.__code__, self.function.__defaults__ = code, defaults


def mutants_of(module: ModuleType, filename: str, lines: frozenset[int]) -> Iterator[Mutant]:
    """Mutants on the given lines, in an order that is mixed but always the same."""
    functions = _live_functions(module)
    places = [place[:3] for place in places_in(filename) if place[3] in lines]
    random.Random(7).shuffle(places)  # noqa: S311 - a sample, not a secret
    for number, (definition, owner, position) in enumerate(places[:MAX_MUTANTS]):
        first = min([definition.lineno, *(decorator.lineno for decorator in definition.decorator_list)])
        function = functions.get((definition.name, first))
        if function is None:
            continue
        changed = copy.deepcopy(definition)
        node = _mutable_nodes(changed)[position]
        line = node.lineno
        _mutate(node)
        code = _compiled(changed, owner, filename)
        if code is not None and len(code.co_freevars) == len(function.__code__.co_freevars):
            yield Mutant(number, line, function, code)


@functools.lru_cache(maxsize=None)
def places_in(filename: str) -> Sequence[tuple[Any, Any, int, int]]:
    """(function, class or None, position of a node that can be changed, its line), read once for all children."""
    tree = ast.parse(Path(filename).read_text(encoding="utf-8"))
    return [
        (definition, owner, position, node.lineno)
        for definition, owner in _definitions(tree)
        for position, node in enumerate(_mutable_nodes(definition))
    ]


def other_defaults_of(module: ModuleType, lines: frozenset[int]) -> Iterator[Mutant]:
    """Functions with another default value; they stand at the first of the given lines in the function's body."""
    for (_, first), function in sorted(_live_functions(module).items()):
        code = function.__code__
        body = [line for line in (pair[2] for pair in _lines_of(code)) if line in lines and line != first]
        for index, value in enumerate(function.__defaults__ or ()):
            if body and isinstance(value, (bool, int, float, str)) and value != "":
                changed = list(function.__defaults__ or ())
                changed[index] = _other_value(value)
                yield Mutant(MAX_MUTANTS + first * 16 + index, min(body), function, code, tuple(changed))


def _lines_of(code: CodeType) -> Iterator[tuple[int, int, int]]:
    """(start, end, line) of a code object's instructions, on Python 3.8 too."""
    if hasattr(code, "co_lines"):
        yield from ((start, end, line) for start, end, line in code.co_lines() if line is not None)
    else:
        yield from ((start, start, line) for start, line in dis.findlinestarts(code) if line is not None)


def survivors_of(module: ModuleType, filename: str, contents: Sequence[str]) -> Iterator[Mutant]:
    """Mutants of the functions that whole changed sources change; they have numbers below zero."""
    original = list(_definitions(ast.parse(Path(filename).read_text(encoding="utf-8"))))
    functions = _live_functions(module)
    for number, content in enumerate(contents, 1):
        for (definition, _), (changed, owner) in zip(original, _definitions(ast.parse(content))):
            line = _first_difference(definition, changed)
            first = min([definition.lineno, *(decorator.lineno for decorator in definition.decorator_list)])
            function = functions.get((definition.name, first)) if line else None
            code = _compiled(changed, owner, filename) if function is not None else None
            if (
                function is not None
                and code is not None
                and len(code.co_freevars) == len(function.__code__.co_freevars)
            ):
                yield Mutant(-number, line, function, code)
                break


def _first_difference(definition: Any, changed: Any) -> int:  # noqa: ANN401 - ast nodes
    """The line of the first statement or expression that is another in the changed function; 0 when none is."""
    if ast.dump(definition) == ast.dump(changed):
        return 0
    line = int(definition.lineno)
    for node, other in zip(ast.walk(definition), ast.walk(changed)):
        line = getattr(node, "lineno", line)
        if type(node) is not type(other) or (
            not list(ast.iter_child_nodes(node)) and ast.dump(node) != ast.dump(other)
        ):
            break
    return line


def _definitions(tree: ast.Module) -> Iterator[tuple[Any, Any]]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, None
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield member, node


def _live_functions(module: ModuleType) -> dict[tuple[str, int], FunctionType]:
    """Functions of the module and its classes by name and first line, through decorators and descriptors."""
    found: dict[tuple[str, int], FunctionType] = {}
    pending: list[Any] = list(vars(module).values())
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, FunctionType):
            if value.__module__ == module.__name__:
                found[value.__code__.co_name, value.__code__.co_firstlineno] = value
            pending.append(getattr(value, "__wrapped__", None))
        elif isinstance(value, type) and value.__module__ == module.__name__:
            pending += vars(value).values()
        elif isinstance(value, property):
            pending += [value.fget, value.fset, value.fdel]
        elif isinstance(value, (classmethod, staticmethod)):
            pending.append(value.__func__)
        elif value is not None and not isinstance(value, (type, ModuleType)):
            pending.append(getattr(type(value), "__wrapped__", None) and value.__wrapped__)
            pending.append(vars(value).get("func") if hasattr(value, "__dict__") else None)
    return found


def _mutable_nodes(definition: Any) -> list[Any]:  # noqa: ANN401 - an ast node
    docstring = definition.body[0] if ast.get_docstring(definition, clean=False) is not None else None
    return [
        node
        for statement in definition.body
        if statement is not docstring
        for node in ast.walk(statement)
        if _is_mutable(node)
    ]


def _is_mutable(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in _COMPARISONS
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        return type(node.op) in _ARITHMETIC
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float, str)) and node.value != ""
    if isinstance(node, ast.Return):
        return node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None)
    return isinstance(node, (ast.BoolOp, ast.If, ast.While)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub))
    )


def _mutate(node: Any) -> None:  # noqa: ANN401 - an ast node; one branch a kind
    if isinstance(node, ast.Compare):
        node.ops[0] = _COMPARISONS[type(node.ops[0])]()
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        node.op = _ARITHMETIC[type(node.op)]()
    elif isinstance(node, ast.Constant):
        node.value = _other_value(node.value)
    elif isinstance(node, ast.Return):
        node.value = ast.copy_location(ast.Constant(None), node)
    elif isinstance(node, ast.BoolOp):
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    elif isinstance(node, (ast.If, ast.While)):
        node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    elif isinstance(node, ast.UnaryOp):
        _undo(node)


def _undo(node: ast.UnaryOp) -> None:
    """`-x` becomes `+x`, and `not x` its opposite."""
    if isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
    else:
        node.operand = ast.copy_location(ast.UnaryOp(ast.Not(), node.operand), node)


def _other_value(value: Any) -> Any:  # noqa: ANN401 - a constant's value
    if isinstance(value, bool):
        return not value
    return "XX" + value + "XX" if isinstance(value, str) else value + 1


def _compiled(definition: Any, owner: Any, filename: str) -> CodeType | None:  # noqa: ANN401 - ast nodes
    """The code of one function, compiled inside its class so that names and `super()` mean the same."""
    body: Any = definition
    if owner is not None:
        body = copy.copy(owner)
        body.body, body.decorator_list, body.bases, body.keywords = [definition], [], [], []
    definition.decorator_list, first = [], definition.decorator_list
    try:
        outer = compile(ast.Module(body=[body], type_ignores=[]), filename, "exec")
    except (SyntaxError, ValueError, TypeError):
        return None
    finally:
        definition.decorator_list = first
    return _found(outer, definition.name)


def _found(code: CodeType, name: str) -> CodeType | None:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_name == name:
                return constant
            inner = _found(constant, name)
            if inner is not None:
                return inner
    return None


def killers(
    mutants: Iterable[Mutant],
    cases: Sequence[Mapping[str, Any]],
    holds: Callable[[Mapping[str, Any]], bool],
    cpu_seconds: float,
) -> Iterator[tuple[int, list[int]]]:
    """(mutant, the cases that notice it) while there is time."""
    deadline = time.process_time() + cpu_seconds
    by_line: dict[int, list[Mapping[str, Any]]] = {}
    for case in cases:
        for line in {line for arc in case["arcs"] for line in arc if line > 0}:
            by_line.setdefault(line, []).append(case)
    for mutant in mutants:
        noticing: list[int] = []
        for case in by_line.get(mutant.line, ()):
            if time.process_time() > deadline:
                return
            with mutant.in_place():
                is_noticed = not holds(case)
            if is_noticed:
                noticing.append(case["id"])
        if noticing:
            yield mutant.number, noticing
