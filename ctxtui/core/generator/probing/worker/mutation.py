"""Small changes to the module's functions, swapped in while it runs, to see which cases would notice."""

from __future__ import annotations

import ast
import contextlib
import copy
import dis
import functools
import inspect
from collections import Counter
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

from .careful import attribute, members_of
from .ownership import is_defined_in
from .work import A_CHANGE, A_STEP, A_TRIAL, Deadline, Work

OTHER_DEFAULTS = 1000
"""Numbers from here on stand for defaults that were changed."""
ENOUGH = 3
"""How many cases that notice a change are looked for: more would only cost time."""
MOST_TRIED = 40
"""How many cases a change is tried on: what so many of the best do not notice, few of the others do."""


class Mutant(NamedTuple):
    """One changed function: its live object, and the code or the defaults to put into it."""

    number: int
    line: int
    function: Any
    code: CodeType
    defaults: tuple[Any, ...] | None = None
    keyword_defaults: Mapping[str, Any] | None = None

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        function = self.function
        code, defaults, keyword_defaults = function.__code__, function.__defaults__, function.__kwdefaults__
        function.__code__ = self.code
        if self.defaults is not None:
            function.__defaults__ = self.defaults
        if self.keyword_defaults is not None:
            function.__kwdefaults__ = dict(self.keyword_defaults)
        try:
            yield
        finally:
            function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, keyword_defaults


def mutants_of(
    module: ModuleType,
    filename: str,
    changes: Mapping[str, Any],
    lines: frozenset[int],
    order: Callable[[int, str], Any] | None = None,
) -> Iterator[Mutant]:
    """The changes on the given lines, each in the function that holds it.

    `order` ranks a change by its number and the name of the function.
    """
    live = live_functions(module)
    functions = changes["functions"]
    edits = list(enumerate(changes["edits"]))
    if order is not None:
        names = [".".join(filter(None, (about["owner"], about["name"]))) for about in functions]
        edits.sort(key=lambda numbered: order(numbered[0], names[numbered[1][0]]))
    for number, (index, start, end, new, line, statement) in edits:
        about = functions[index]
        function = live.get((about["name"], about["first"]))
        place = line if line in lines else statement
        if function is None or place not in lines:
            continue
        source = about["text"].encode()
        text = (source[:start] + new.encode() + source[end:]).decode()
        code = _code_of(text, about, filename)
        if code is not None and len(code.co_freevars) == len(function.__code__.co_freevars):
            yield Mutant(number, place, function, code)


def _code_of(text: str, about: Mapping[str, Any], filename: str) -> CodeType | None:
    """The code of one function given as the text from its `def` on, at the lines that it has in the file.

    Compiled as text, inside its class: to go through a syntax tree would take several times as long.
    """
    head = "class " + about["owner"] + ":\n" if about["owner"] else ""
    above = "\n" * (about["line"] - 1 - head.count("\n"))
    try:
        outer = compile(above + head + " " * about["column"] + text, filename, "exec")
    except (SyntaxError, ValueError):
        return None
    return _found(outer, about["name"])


def other_defaults_of(module: ModuleType, lines: frozenset[int]) -> Iterator[Mutant]:
    """Functions with another default value; they stand at the first of the given lines in the function's body."""
    for (_, first), function in sorted(live_functions(module).items()):
        code, number = function.__code__, OTHER_DEFAULTS + first * 16
        body = [line for line in (pair[2] for pair in lines_of_code(code)) if line in lines and line != first]
        defaults, keyword_defaults = list(function.__defaults__ or ()), function.__kwdefaults__ or {}
        for index, value in enumerate(defaults if body else ()):
            if _has_another(value):
                changed = (*defaults[:index], _other_value(value), *defaults[index + 1 :])
                yield Mutant(number + index, min(body), function, code, changed)
        for index, (name, value) in enumerate(keyword_defaults.items() if body else (), len(defaults)):
            if _has_another(value):
                other = {**keyword_defaults, name: _other_value(value)}
                yield Mutant(number + index, min(body), function, code, keyword_defaults=other)


def _has_another(value: object) -> bool:
    return isinstance(value, (bool, int, float, str)) and value != ""


def lines_of_code(code: CodeType) -> Iterator[tuple[int, int, int]]:
    """(start, end, line) of a code object's instructions, on Python 3.8 too."""
    if hasattr(code, "co_lines"):
        yield from ((start, end, line) for start, end, line in code.co_lines() if line is not None)
    else:
        yield from ((start, start, line) for start, line in dis.findlinestarts(code) if line is not None)


def survivors_of(module: ModuleType, filename: str, contents: Sequence[str], lines: frozenset[int]) -> Iterator[Mutant]:
    """Mutants of the functions that whole changed sources change; they have numbers below zero."""
    if not contents:
        return
    original = list(_definitions(ast.parse(Path(filename).read_bytes())))
    functions = live_functions(module)
    for number, content in enumerate(contents, 1):
        for (definition, _), (changed, owner) in zip(original, _definitions(ast.parse(content))):
            line = next((line for line in _lines_changed(definition, changed) if line in lines), 0)
            first = min([definition.lineno, *(decorator.lineno for decorator in definition.decorator_list)])
            function = functions.get((definition.name, first)) if line else None
            code = compiled(changed, owner, filename) if function is not None else None
            if (
                function is not None
                and code is not None
                and len(code.co_freevars) == len(function.__code__.co_freevars)
            ):
                yield Mutant(-number, line, function, code)
                break


def _lines_changed(node: Any, changed: Any) -> Sequence[int]:  # noqa: ANN401 - ast nodes
    """The lines of the nodes that the change is in, the innermost first; none where there is no change."""
    if ast.dump(node) == ast.dump(changed):
        return []
    own = [node.lineno] if hasattr(node, "lineno") else []
    below, others = list(ast.iter_child_nodes(node)), list(ast.iter_child_nodes(changed))
    if len(below) == len(others):
        for one, other in zip(below, others):
            if ast.dump(one) != ast.dump(other):
                return [*_lines_changed(one, other), *own]
    return own


def definitions_in(filename: str) -> list[tuple[Any, Any]]:
    """(function, its class or None) for each function at the top of the file or of a class in it."""
    return list(_definitions(ast.parse(Path(filename).read_bytes())))


def _definitions(tree: ast.Module) -> Iterator[tuple[Any, Any]]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, None
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield member, node


@functools.lru_cache(maxsize=None)
def live_functions(module: ModuleType) -> Mapping[tuple[str, int], FunctionType]:
    """Functions of the module and its classes by name and first line, through decorators and descriptors.

    Found once: to look through a module takes longer than to try many changes.
    """
    found: dict[tuple[str, int], FunctionType] = {}
    pending: list[Any] = [value for _, value in members_of(module)]
    seen: set[int] = set()
    filename = inspect.getsourcefile(module)
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, FunctionType):
            if value.__code__.co_filename == filename:
                found[value.__code__.co_name, value.__code__.co_firstlineno] = value
            pending.append(attribute(value, "__wrapped__"))
        elif isinstance(value, type) and is_defined_in(module, value):
            pending += [member for _, member in members_of(value)]
        elif isinstance(value, property):
            pending += [value.fget, value.fset, value.fdel]
        elif isinstance(value, (classmethod, staticmethod)):
            pending.append(value.__func__)
        elif value is not None and not isinstance(value, (type, ModuleType)):
            pending.append(attribute(type(value), "__wrapped__") and attribute(value, "__wrapped__"))
            held = dict(members_of(value))
            pending += [held.get("func"), held.get("callback"), held.get("__wrapped__")]
    return found


def _other_value(value: Any) -> Any:  # noqa: ANN401 - a constant's value
    if isinstance(value, bool):
        return not value
    return "XX" + value + "XX" if isinstance(value, str) else value + 1


def compiled(definition: Any, owner: Any, filename: str) -> CodeType | None:  # noqa: ANN401 - ast nodes
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
    deadline: Deadline,
    work: Work,
) -> Iterator[tuple[int, list[int]]]:
    """(mutant, the cases that notice it) while there is time.

    Cases that noticed the most so far are tried first: so the same few come to stand for many changes.
    What never ends any more is tried once: every other case would use up its time, too.
    """
    noticed: Counter[int] = Counter()
    by_line: dict[int, list[Mapping[str, Any]]] = {}
    for case in cases:
        for line in {line for arc in case["arcs"] for line in arc if line > 0}:
            by_line.setdefault(line, []).append(case)
    for mutant in mutants:
        work.add(A_CHANGE)
        noticing: list[int] = []
        best = sorted(by_line.get(mutant.line, ()), key=lambda case: -noticed[case["id"]])
        for case in best[:MOST_TRIED]:
            if deadline.is_over():
                return
            work.add(A_TRIAL + len(case["arcs"]) * A_STEP)
            overruns = work.overruns
            with mutant.in_place():
                is_noticed = not holds(case)
            if is_noticed:
                noticing.append(case["id"])
                noticed[case["id"]] += 1
            if len(noticing) >= ENOUGH or work.overruns > overruns:
                break
        if noticing:
            yield mutant.number, noticing
