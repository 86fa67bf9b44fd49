"""Says in which order a module is probed, and how much time each part of it deserves."""

from __future__ import annotations

import ast
import inspect
import math
import re
import sys
from types import CodeType, FunctionType, ModuleType
from typing import Any, Container, Iterable, Iterator, Mapping, NamedTuple, Sequence

from .careful import attribute, home_of, is_a, is_of_package, members_of
from .mutation import lines_of_code
from .targets import (
    NOWHERE,
    Method,
    Parameter,
    Target,
    deciding_options,
    is_enumeration,
    methods_of,
    parameters_of,
    private_targets_of,
)
from .values import BY_TYPE

MAX_FOREIGN_CLASSES = 12
MAX_SUBCLASSES = 2
MAX_PRIVATE = 12
MAX_FACTORIES = 3
MAX_IMPORTED = 8
MAX_OUTSIDE = 4
_MAKING = re.compile(r"(parse|loads?|read|from|make|create|build|compile|new|tokeni[sz]e)(_|\d|s?$)", re.IGNORECASE)
FOREIGN_SECONDS = 0.25
FOREIGN_SHARE = 0.2
"""Of the whole time, for all classes that only serve as arguments."""
SMALLEST_SHARE = 0.12
WANTED = 4.0
CONSTRUCTING = 0.3
LEFT_OVER_SHARE = 0.25
ENOUGH_COVERED = 0.6


class Shares(NamedTuple):
    """CPU seconds for each target by name."""

    weights: Mapping[str, float]
    unit: float
    smallest: float

    def constructing(self, target: Target) -> float:
        return max(self.weights[target.name] * _constructing(target.value) * self.unit, self.smallest)

    def using(self, target: Target) -> float:
        weight = self.weights[target.name]
        if target.kind == "class":
            weight *= 1 + CONSTRUCTING - _constructing(target.value)
        return max(weight * self.unit, self.smallest)


def _constructing(kind: object) -> float:
    """The construction's part of a class's weight of 1.3: as much as it has of the code, but never too little."""
    lengths = {True: 0, False: 0}
    for name, value in members_of(kind):
        if isinstance(value, FunctionType):
            lengths[name in ("__init__", "__new__")] += len({line for _, _, line in lines_of_code(value.__code__)})
    return max(CONSTRUCTING, (1 + CONSTRUCTING) * lengths[True] / max(sum(lengths.values()), 1))


def shares_of(targets: Sequence[Target], wanted: Container[str], cpu_seconds: float) -> Shares:
    weights = {target.name: _weight(target, wanted) for target in targets}
    classes = [target for target in targets if target.kind == "class"]
    total = sum(weights.values()) + sum(weights[target.name] * CONSTRUCTING for target in classes) or 1.0
    return Shares(weights, cpu_seconds / total, min(SMALLEST_SHARE, cpu_seconds / max(len(targets), 1)))


def _weight(target: Target, wanted: Any) -> float:  # noqa: ANN401 - names, to look up and to walk over
    """By the length in lines, and more when it is asked for."""
    size = target.lines[1] - target.lines[0] + 1
    is_wanted = target.name in wanted or any(name.startswith(target.name + ".") for name in wanted)
    return math.pow(min(max(size, 6), 400), 0.75) * (WANTED if is_wanted else 1)


def foreign_classes(module: ModuleType, package: str, targets: Sequence[Target], ducks: Iterable[type]) -> list[Target]:
    """Classes of the package that the module's functions are likely to want: imported ones and those in annotations."""
    own = {target.name for target in targets}
    found: dict[str, Target] = {}
    for name, value in members_of(module):
        if name not in own and is_a(value, type) and home_of(value) != module.__name__:
            found[name] = Target(name, "class", value, NOWHERE)
    outside: list[object] = []
    for name in dict.fromkeys(_annotated_names(targets, package)):
        value = _loaded(name, package)
        if value is None and name not in BY_TYPE:
            value = _from_outside(vars(module).get(name))
            outside += [value] if value is not None and len(outside) < MAX_OUTSIDE else []
        if name not in own and name not in found and value is not None:
            found[name] = Target(name, "class", value, NOWHERE)
    called_so = {name.strip("_").lower() for target in targets for name in deciding_options(target.value)}
    for kind in (*ducks, *_called(called_so, package)):
        if kind.__name__ not in own and kind.__name__ not in found:
            found[kind.__name__] = Target(kind.__name__, "class", kind, NOWHERE)
    kinds: list[Any] = [target.value for target in found.values()]
    fitting = [
        kind
        for kind in kinds
        if (is_of_package(kind, package) or any(kind is other for other in outside))
        and not issubclass(kind, BaseException)
    ]
    chosen = [target for target in found.values() if any(target.value is kind for kind in fitting)]
    ordered = {one.name: one for target in chosen for one in (*_needed_for(target.value, package), target)}
    return [target for name, target in ordered.items() if name not in own][:MAX_FOREIGN_CLASSES]


def _needed_for(kind: Any, package: str) -> Iterator[Target]:  # noqa: ANN401 - a class
    """Classes of the package that the construction of another one has annotations for: they are built before it."""
    for name in _names_in(parameters_of(kind) or ()):
        value = _loaded(name, package)
        if value is not None and value is not kind and not issubclass(value, BaseException):
            yield Target(name, "class", value, NOWHERE)


def _from_outside(value: Any) -> Any:  # noqa: ANN401 - a class or None
    """A class of another package or of the standard library that can be called for instances."""
    is_plain = is_a(value, type) and home_of(value) not in _ABSTRACT_HOMES and not inspect.isabstract(value)
    return value if is_plain and not attribute(value, "_is_protocol") and not is_enumeration(value) else None


_ABSTRACT_HOMES = frozenset({"builtins", "abc", "typing", "typing_extensions", "enum", "collections.abc", "types"})


def imported_files(module: ModuleType, package: str) -> list[str]:
    """The sources of functions and classes of the package that the module imports."""
    homes = dict.fromkeys(home_of(value) for _, value in members_of(module) if callable(value))
    others = [home for home in homes if home.partition(".")[0] == package and home != module.__name__]
    files = [attribute(sys.modules.get(home), "__file__") for home in others]
    return [file for file in files if isinstance(file, str) and file.endswith(".py")][:MAX_IMPORTED]


def factories_of(package: str, own: str) -> list[Target]:
    """Functions at the top of the package that make something of one text: what they give may be asked for."""
    found = [
        Target(name, "function", value, NOWHERE)
        for name, value in members_of(sys.modules.get(package))
        if is_a(value, FunctionType) and is_of_package(value, package) and home_of(value) != own
        if _MAKING.match(name) and _takes_one(value)
    ]
    return found[:MAX_FACTORIES]


def makers_in(tree: ast.Module) -> frozenset[str]:
    """Functions that make instances of the module's own classes: what they give, others may ask for."""
    kinds = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Return, ast.Assign)) and isinstance(inner.value, ast.Call)
        if isinstance(inner.value.func, ast.Name) and inner.value.func.id in kinds
    )


def called_in(tree: ast.Module) -> frozenset[str]:
    """Functions of the module that others of its functions call."""
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    names = {function.name for function in functions}
    return frozenset(
        inner.func.id
        for function in functions
        for inner in ast.walk(function)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
        if inner.func.id in names and inner.func.id != function.name
    )


def _takes_one(function: Any) -> bool:  # noqa: ANN401 - a function
    required = [one for one in parameters_of(function) or () if not (one.has_default or one.is_variadic)]
    return len(required) == 1 and not required[0].is_keyword_only


def _annotated_names(targets: Sequence[Target], package: str) -> Iterator[str]:
    for target in targets:
        callables: list[Any] = [target.value]
        if target.kind == "class":
            kind: Any = target.value
            callables += [method.value for method in methods_of(kind, package)]
        yield from _names_in(one for value in callables for one in parameters_of(value) or ())


def _names_in(parameters: Iterable[Parameter]) -> Iterator[str]:
    """Names in annotations."""
    for parameter in parameters:
        try:
            tree = ast.parse(parameter.annotation or "None", mode="eval")
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.Name, ast.Attribute)):
                yield node.id if isinstance(node, ast.Name) else node.attr


def _loaded(name: str, package: str) -> Any:  # noqa: ANN401 - a class or None
    """A class of that name in the loaded modules of the package."""
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] == package:
            value = attribute(module, name)
            if is_a(value, type) and home_of(value) == module_name:
                return value
    return None


def _called(names: Container[str], package: str) -> Iterator[type]:
    """Loaded classes of the package with these names, whatever their case."""
    for module_name, module in list(sys.modules.items()) if names else ():
        if module_name.partition(".")[0] == package:
            for name, value in members_of(module):
                if name.lower() in names and is_a(value, type) and home_of(value) == module_name:
                    yield value


def subclasses_of(kind: Any, package: str) -> list[Target]:  # noqa: ANN401 - a class
    """Loaded classes of the package that can be built and stand for an abstract class or a mixin."""
    found: list[Target] = []
    pending: list[Any] = type.__subclasses__(kind) if is_a(kind, type) and kind is not type else []
    while pending and len(found) < MAX_SUBCLASSES:
        value = pending.pop(0)
        pending += type.__subclasses__(value) if value is not type else []
        if is_of_package(value, package) and not inspect.isabstract(value) and not value.__name__.startswith("_"):
            found.append(Target(value.__name__, "class", value, NOWHERE))
    return found


def left_over(module: ModuleType, covered: Container[int], targets: Sequence[Target]) -> list[Target]:
    """Private functions and classes that no public call has got into so far."""
    own = {target.name for target in targets}
    found = [target for target in private_targets_of(module) if target.name not in own]
    return [target for target in found if is_left_over(_functions_of(target), covered)][:MAX_PRIVATE]


def left_over_methods(target: Target, package: str, covered: Container[int]) -> list[Method]:
    """A class's private methods that no public one has got into so far."""
    kind: Any = target.value
    found = methods_of(kind, package, is_private=True)
    return [method for method in found if is_left_over([method.value], covered)][:MAX_PRIVATE]


def _functions_of(target: Target) -> Iterable[object]:
    return vars(target.value).values() if target.kind == "class" else [target.value]


def is_left_over(values: Iterable[object], covered: Container[int]) -> bool:
    codes = [value.__code__ for value in values if isinstance(value, FunctionType)]
    lines = {line for code in codes for line in _body(code)}
    return bool(lines) and sum(line in covered for line in lines) < ENOUGH_COVERED * len(lines)


def _body(code: CodeType) -> Iterator[int]:
    yield from (line for _, _, line in lines_of_code(code) if line != code.co_firstlineno)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _body(constant)
