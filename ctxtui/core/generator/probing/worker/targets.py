"""What a module offers to be tested: its functions, its classes, and how each is called."""

from __future__ import annotations

import builtins
import enum
import inspect
from collections import Counter
from types import FunctionType, ModuleType
from typing import Callable, Collection, Container, Iterable, Iterator, NamedTuple

from .careful import attribute, enclosed_in, home_of, is_a, is_of_package, members_of
from .options import options_of
from .ownership import defined_names, defined_places


class Parameter(NamedTuple):
    """One parameter of a callable; `annotation` is its source text, empty when there is none."""

    name: str
    annotation: str
    default: object
    has_default: bool
    is_keyword_only: bool
    is_variadic: bool


def is_required(parameter: Parameter) -> bool:
    return not (parameter.has_default or parameter.is_variadic)


class Target(NamedTuple):
    """Something public to be tested. `kind` is `function` or `class`; `lines` are its first and last source line."""

    name: str
    kind: str
    value: Callable[..., object]
    lines: tuple[int, int]


class Method(NamedTuple):
    """A class's member: `kind` is `method`, `property`, `setter`, `class`, `static`, `inherited` or `descriptor`."""

    name: str
    kind: str
    value: Callable[..., object]


MOST_ALIKE = 3
NOWHERE = (1 << 30, 1 << 30)
"""The lines of what has none, or whose lines do not matter."""


def targets_of(module: ModuleType) -> list[Target]:
    """Public functions and classes that the module itself defines; private ones only when nothing else is there."""
    found = [target for name in _names(module) for target in _target(module, name)]
    public = [target for target in found if not target.name.startswith("_")]
    return sorted(_without_more_alike(public or found, defined_names(module)), key=lambda target: target.lines)


def _without_more_alike(targets: Iterable[Target], defined: Container[str]) -> Iterator[Target]:
    """Of what one and the same function makes a few are enough: the others run the same lines."""
    alike: Counter[object] = Counter()
    for target in targets:
        code = target.name if target.name in defined else attribute(target.value, "__code__", target.name)
        alike[code] += 1
        if alike[code] <= MOST_ALIKE:
            yield target


def private_targets_of(module: ModuleType) -> list[Target]:
    """Private functions and classes that the module itself defines."""
    found = [target for name in _names(module) for target in _target(module, name)]
    return sorted((target for target in found if target.name.startswith("_")), key=lambda target: target.lines)


def _names(module: ModuleType) -> list[str]:
    listed = [name for name in attribute(module, "__all__", ()) if isinstance(name, str) and name in vars(module)]
    return listed + [name for name, _ in members_of(module) if name not in listed and not name.startswith("__")]


def _target(module: ModuleType, name: str) -> list[Target]:
    value = vars(module).get(name)
    if is_a(value, ModuleType) or not callable(value) or vars(builtins).get(name) is value:
        return []
    is_own = home_of(value) == module.__name__ or name in defined_names(module)
    called = attribute(value, "__qualname__", attribute(value, "__name__", name))
    if not is_own or not (called == name or is_made_by_a_call(value) or _is_hidden(module, value, called)):
        return []
    lines = defined_places(module).get(name) or lines_of(value)
    return [Target(name, "class" if is_a(value, type) else "function", value, lines)]


def is_made_by_a_call(value: object) -> bool:
    """Whether it is what a decorator or another function of the module made: it has no name of its own."""
    return is_a(value, FunctionType) and "<locals>" in value.__qualname__


def _is_hidden(module: ModuleType, value: object, called: str) -> bool:
    """Whether something else stands under its own name, as what is compiled does in place of what is not."""
    return (
        home_of(value) == module.__name__ and called in defined_names(module) and vars(module).get(called) is not value
    )


def lines_of(value: object) -> tuple[int, int]:
    try:
        source, first = inspect.getsourcelines(inspect.unwrap(value))  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - what stands for a function may answer anything
        return NOWHERE
    return (first, first + len(source) - 1)


def parameters_of(value: Callable[..., object], *, skip_first: bool = False) -> list[Parameter] | None:
    """The parameters as a caller sees them, or None when Python cannot tell."""
    signature = _signature_of(_wrapped_in(value))
    if signature is None:
        return None
    if is_a(value, type):
        signature = _of_making(value, signature)
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
        if parameter.kind is parameter.VAR_KEYWORD:
            given = options_of(value, parameter.name)
            found += [Parameter(name, "", given[name], True, True, False) for name in given]  # noqa: FBT003 - as above
    return found


def _signature_of(value: Callable[..., object]) -> inspect.Signature | None:
    try:
        return inspect.signature(value)
    except Exception:  # noqa: BLE001 - a signature that the project made itself may raise anything
        return None


def _wrapped_in(value: Callable[..., object]) -> Callable[..., object]:
    """The one function that a wrapper without a name for anything passes on to; what is no such wrapper, as it is."""
    code = attribute(value, "__code__")
    is_open = code is not None and code.co_argcount <= 1 and code.co_flags & inspect.CO_VARARGS
    if not is_open or attribute(value, "__wrapped__") is not None:
        return value
    functions = [one for one in enclosed_in(value) if is_a(one, FunctionType)]
    return functions[0] if len(functions) == 1 else value


def _of_making(kind: object, signature: inspect.Signature) -> inspect.Signature:
    """That of `__init__` where `__new__` only passes on whatever it is given."""
    made, given = attribute(kind, "__init__"), signature.parameters.values()
    if not given or not isinstance(made, FunctionType) or any(one.kind not in _VARIADIC for one in given):
        return signature
    own = _signature_of(made)
    return signature if own is None else signature.replace(parameters=list(own.parameters.values())[1:])


def deciding_options(kind: object) -> Collection[str]:
    """The keywords that a class's own `__new__` looks for: with them it may give what it does not give without."""
    made = attribute(kind, "__new__")
    signature = _signature_of(made) if isinstance(made, FunctionType) else None
    if signature is None:
        return ()
    holders = [one.name for one in signature.parameters.values() if one.kind is one.VAR_KEYWORD]
    return dict.fromkeys(name for holder in holders for name in options_of(made, holder))


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def return_annotation(value: Callable[..., object]) -> str:
    try:
        annotation = inspect.signature(value).return_annotation
    except (TypeError, ValueError):
        return ""
    return "" if annotation is inspect.Signature.empty else inspect.formatannotation(annotation).strip("'\"")


def methods_of(kind: type, package: str, *, is_private: bool = False) -> list[Method]:
    """Public (or else only private) members that the class or a base from the same package defines, in order.

    What a base from another module defines is told there, but for what calls something that the class has itself; a
    few others are tried, for what they get into may be looked up in a table. Where a class only says how it is made,
    what it inherits shows that, and first what can be read of it.
    """
    found: list[Method] = []
    elsewhere: list[Method] = []
    read: list[Method] = []
    home = home_of(kind)
    own = {name for owner in kind.__mro__ if home_of(owner) == home for name in vars(owner)} - _OF_ANY_CLASS
    for owner in kind.__mro__:
        if not is_of_package(owner, package):
            continue
        for name, member in vars(owner).items():
            is_hidden = name.startswith("_") and name not in OPERATORS
            if name in [method.name for method in (*found, *elsewhere)] or is_hidden != is_private:
                continue
            if is_hidden and (name.startswith("__") or name.endswith("_")):
                continue
            if name in attribute(kind, "__abstractmethods__", ()):
                continue
            is_told = not owner.__name__.startswith("_") and owner.__name__ != kind.__name__
            if owner is not kind and name in OPERATORS and is_told:
                continue  # told with the class that has them, where that is one to be told
            members = _method(name, member)
            is_at_home = home_of(owner) == home
            found += [one for one in members if is_at_home or _names_in(one.value) & own]
            others = [one for one in members if one not in found]
            elsewhere += [one._replace(kind="inherited") for one in others if one.kind == "method"]
            read += [one for one in others if one.kind == "property"]
    found += elsewhere[:MOST_INHERITED] if found else [*read, *elsewhere][:MOST_INHERITED]
    is_pickled_twice = {"__reduce__", "__setstate__"} <= {method.name for method in found}
    return [method for method in found if not (is_pickled_twice and method.name == "__setstate__")]


def _names_in(value: object) -> set[str]:
    """The names that a function uses, through what wraps it."""
    code = attribute(inspect.unwrap(value) if callable(value) else value, "__code__")
    return set(attribute(code, "co_names", ()))


def inherited_methods_of(kind: type, package: str) -> list[Method]:
    """Public methods of bases from outside the package, where the class changes what they do."""
    is_changed = any(isinstance(member, _FUNCTIONS) for name, member in vars(kind).items() if name != "__init__")
    bases = [
        owner for owner in kind.__mro__ if not is_of_package(owner, package) and home_of(owner) not in _PLAIN_HOMES
    ]
    found: dict[str, Method] = {}
    for owner in bases if is_changed else ():
        for name, member in vars(owner).items():
            if not name.startswith("_") and inspect.isfunction(member) and name not in vars(kind):
                found.setdefault(name, Method(name, "inherited", member))
    return list(found.values())[:MOST_INHERITED]


_OF_ANY_CLASS = frozenset({"__init__", "__new__", "__module__", "__doc__", "__qualname__", "__dict__", "__class__"})
_FUNCTIONS = (FunctionType, staticmethod, classmethod)
_PLAIN_HOMES = frozenset({"builtins", "abc", "typing", "enum", "collections.abc", "object"})
MOST_INHERITED = 8


def _method(name: str, member: object) -> list[Method]:
    if isinstance(member, property):
        kinds = (("property", member.fget), ("setter", member.fset))
        return [Method(name, kind, function) for kind, function in kinds if function]
    if type(member).__name__ == "cached_property":
        return [Method(name, "property", member.func)]  # type: ignore[attr-defined]
    if isinstance(member, (classmethod, staticmethod)):
        return [Method(name, "class" if isinstance(member, classmethod) else "static", member.__func__)]
    is_descriptor = attribute(type(member), "__get__") is not None and not callable(member)
    if is_descriptor and home_of(type(member)) != "builtins":
        return [Method(name, "descriptor", member)]  # type: ignore[arg-type]
    if inspect.isroutine(member) or attribute(member, "__wrapped__") is not None:
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
    "__iter__": "iter({subject})",
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
    "__hash__": "hash({subject}) == hash({subject})",
    "__next__": "next({subject})",
    "__getattr__": "getattr({subject}, {0})",
    "__pow__": "{subject} ** {0}",
    "__matmul__": "{subject} @ {0}",
    "__divmod__": "divmod({subject}, {0})",
    "__round__": "round({subject})",
    "__pos__": "+{subject}",
    "__index__": "operator.index({subject})",
    "__lshift__": "{subject} << {0}",
    "__rshift__": "{subject} >> {0}",
    "__iadd__": "operator.iadd({subject}, {0})",
    "__isub__": "operator.isub({subject}, {0})",
    "__imul__": "operator.imul({subject}, {0})",
    "__iand__": "operator.iand({subject}, {0})",
    "__ior__": "operator.ior({subject}, {0})",
    "__ixor__": "operator.ixor({subject}, {0})",
    "__rmod__": "{0} % {subject}",
    "__rtruediv__": "{0} / {subject}",
    "__rfloordiv__": "{0} // {subject}",
    "__rxor__": "{0} ^ {subject}",
    "__rpow__": "{0} ** {subject}",
    "__dir__": "dir({subject})",
    "__exit__": "with {subject}: pass",
    "__get__": "{subject}.member",
    "__setattr__": "setattr({subject}, {arguments})",
    "__delattr__": "delattr({subject}, {arguments})",
    "__length_hint__": "operator.length_hint({subject})",
}
"""How a special method is written when a person uses it."""


ROUNDTRIPS = frozenset({"__copy__", "__deepcopy__", "__reduce__", "__setstate__"})
"""Special methods that only say something when what comes back equals what went in."""


COMPARING = frozenset(name for name, shape in OPERATORS.items() if shape.startswith("{subject} ") and "{0}" in shape)
"""Special methods whose other operand is likely to be of the same class."""


def is_enumeration(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, enum.Enum)
