"""What a module offers to be tested: its functions, its classes, and how each is called."""

from __future__ import annotations

import enum
import inspect
from types import ModuleType
from typing import Callable, NamedTuple


class Parameter(NamedTuple):
    """One parameter of a callable; `annotation` is its source text, empty when there is none."""

    name: str
    annotation: str
    default: object
    has_default: bool
    is_keyword_only: bool
    is_variadic: bool


class Target(NamedTuple):
    """Something public to be tested. `kind` is `function` or `class`; `lines` are its first and last source line."""

    name: str
    kind: str
    value: Callable[..., object]
    lines: tuple[int, int]


class Method(NamedTuple):
    """How a class's member is reached: `kind` is `method`, `property`, `class` or `static`."""

    name: str
    kind: str
    value: Callable[..., object]


def targets_of(module: ModuleType) -> list[Target]:
    """Public functions and classes that the module itself defines; private ones only when nothing else is there."""
    found = [target for name in _names(module) for target in _target(module, name)]
    public = [target for target in found if not target.name.startswith("_")]
    return sorted(public or found, key=lambda target: target.lines)


def _names(module: ModuleType) -> list[str]:
    listed = [name for name in getattr(module, "__all__", ()) if isinstance(name, str) and hasattr(module, name)]
    return listed + [name for name in vars(module) if name not in listed and not name.startswith("__")]


def _target(module: ModuleType, name: str) -> list[Target]:
    value = vars(module).get(name)
    if isinstance(value, ModuleType) or not callable(value) or getattr(value, "__module__", None) != module.__name__:
        return []
    if getattr(value, "__qualname__", getattr(value, "__name__", name)) != name:
        return []
    return [Target(name, "class" if isinstance(value, type) else "function", value, lines_of(value))]


def lines_of(value: object) -> tuple[int, int]:
    try:
        source, first = inspect.getsourcelines(inspect.unwrap(value))  # type: ignore[arg-type]
    except (OSError, TypeError, ValueError, IndexError, SyntaxError):
        return (1 << 30, 1 << 30)
    return (first, first + len(source) - 1)


def parameters_of(value: Callable[..., object], *, skip_first: bool = False) -> list[Parameter] | None:
    """The parameters as a caller sees them, or None when Python cannot tell."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    found = []
    for parameter in list(signature.parameters.values())[1 if skip_first else 0 :]:
        annotation = parameter.annotation
        text = "" if annotation is parameter.empty else inspect.formatannotation(annotation).strip("'\"")
        found.append(
            Parameter(
                parameter.name,
                text,
                parameter.default,
                parameter.default is not parameter.empty,
                parameter.kind is parameter.KEYWORD_ONLY,
                parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD),
            )
        )
    return found


def return_annotation(value: Callable[..., object]) -> str:
    try:
        annotation = inspect.signature(value).return_annotation
    except (TypeError, ValueError):
        return ""
    return "" if annotation is inspect.Signature.empty else inspect.formatannotation(annotation).strip("'\"")


def methods_of(kind: type, package: str) -> list[Method]:
    """Public members that the class or a base from the same package defines, in order."""
    found: list[Method] = []
    for owner in kind.__mro__:
        if (owner.__module__ or "").partition(".")[0] != package:
            continue
        for name, member in vars(owner).items():
            if name in [method.name for method in found] or (name.startswith("_") and name not in OPERATORS):
                continue
            if owner is not kind and name in OPERATORS:
                continue
            found += _method(name, member)
    is_pickled_twice = {"__reduce__", "__setstate__"} <= {method.name for method in found}
    return [method for method in found if not (is_pickled_twice and method.name == "__setstate__")]


def _method(name: str, member: object) -> list[Method]:
    if isinstance(member, property):
        return [Method(name, "property", member.fget)] if member.fget else []
    if type(member).__name__ == "cached_property":
        return [Method(name, "property", member.func)]  # type: ignore[attr-defined]
    if isinstance(member, (classmethod, staticmethod)):
        return [Method(name, "class" if isinstance(member, classmethod) else "static", member.__func__)]
    if inspect.isroutine(member) or hasattr(member, "__wrapped__"):
        return [Method(name, "method", member)]  # type: ignore[arg-type]
    return []


OPERATORS = {
    "__eq__": "{subject} == {0}",
    "__ne__": "{subject} != {0}",
    "__lt__": "{subject} < {0}",
    "__le__": "{subject} <= {0}",
    "__gt__": "{subject} > {0}",
    "__ge__": "{subject} >= {0}",
    "__add__": "{subject} + {0}",
    "__radd__": "{0} + {subject}",
    "__sub__": "{subject} - {0}",
    "__rsub__": "{0} - {subject}",
    "__mul__": "{subject} * {0}",
    "__rmul__": "{0} * {subject}",
    "__truediv__": "{subject} / {0}",
    "__floordiv__": "{subject} // {0}",
    "__mod__": "{subject} % {0}",
    "__and__": "{subject} & {0}",
    "__rand__": "{0} & {subject}",
    "__or__": "{subject} | {0}",
    "__ror__": "{0} | {subject}",
    "__xor__": "{subject} ^ {0}",
    "__contains__": "{0} in {subject}",
    "__getitem__": "{subject}[{0}]",
    "__len__": "len({subject})",
    "__bool__": "bool({subject})",
    "__int__": "int({subject})",
    "__float__": "float({subject})",
    "__neg__": "-{subject}",
    "__abs__": "abs({subject})",
    "__invert__": "~{subject}",
    "__str__": "str({subject})",
    "__repr__": "repr({subject})",
    "__bytes__": "bytes({subject})",
    "__iter__": "list({subject})",
    "__reversed__": "list(reversed({subject}))",
    "__call__": "{subject}({arguments})",
    "__format__": "format({subject}, {0})",
    "__setitem__": "{subject}.__setitem__({arguments})",
    "__delitem__": "{subject}.__delitem__({arguments})",
    "__copy__": "copy.copy({subject}) == {subject}",
    "__deepcopy__": "copy.deepcopy({subject}) == {subject}",
    "__reduce__": "pickle.loads(pickle.dumps({subject})) == {subject}",
    "__setstate__": "pickle.loads(pickle.dumps({subject})) == {subject}",
    "__missing__": "{subject}[{0}]",
}
"""How a special method is written when a person uses it."""


ROUNDTRIPS = frozenset({"__copy__", "__deepcopy__", "__reduce__", "__setstate__"})
"""Special methods that only say something when what comes back equals what went in."""


COMPARING = frozenset(name for name, shape in OPERATORS.items() if shape.startswith("{subject} ") and "{0}" in shape)
"""Special methods whose other operand is likely to be of the same class."""


def is_enumeration(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, enum.Enum)
