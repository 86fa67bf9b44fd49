"""Writes the smallest subclass that can be built of an abstract class or a protocol."""

from __future__ import annotations

import inspect
from typing import Any, Iterator, Mapping

from .callables import is_call_only
from .failing import STAND_IN_PREFIX
from .subjects import INNER_BREAK, Subject
from .targets import Target, is_enumeration, parameters_of, return_annotation

NAME = STAND_IN_PREFIX
STAND_IN = f"class {NAME}"
_GIVEN_BY_TYPE = {
    "int": "1",
    "float": "1.5",
    "str": "'text'",
    "bool": "True",
    "list": "[]",
    "dict": "{}",
    "None": "None",
}


def minimal_subclass_of(target: Target, added: Mapping[str, str] | None = None) -> Subject | None:
    """The construction of a subclass with what an abstract class leaves open, each method giving a constant.

    `added` is what else its methods ask for, with values: a name that ends with `()` is a method.
    """
    kind: Any = target.value
    missing = sorted(getattr(kind, "__abstractmethods__", ()))
    added = added or {}
    is_open = bool(missing or added or getattr(kind, "_is_protocol", False))
    if not is_open or is_enumeration(kind) or is_call_only(kind):
        return None
    name = f"{NAME}{target.name.strip('_')}"
    lines = [f"class {name}({target.name}):", *(line for one, value in added.items() for line in _added(one, value))]
    lines += [line for method in missing for line in _least(kind, method)]
    if not (missing or added):
        lines.append("    pass")
    parameters = parameters_of(kind) or []
    is_own_init = "__init__" in dir(kind) and kind.__init__ is not object.__init__
    return Subject(
        target.name, "", name + "({arguments})", parameters if is_own_init else [], (INNER_BREAK.join(lines),)
    )


def _added(name: str, value: str) -> Iterator[str]:
    if name.endswith("()"):
        yield f"    def {name[:-2]}(self, *args, **kwargs):"
        yield f"        return {value}"
    else:
        yield f"    {name} = {value}"


def _least(kind: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - a class
    """The lines of a method, a property, or a method of the class."""
    member = inspect.getattr_static(kind, name)
    value = _GIVEN_BY_TYPE.get(return_annotation(member), "None") if inspect.isfunction(member) else "None"
    parameters = "self, *args, **kwargs"
    if isinstance(member, property):
        yield "    @property"
        parameters = "self"
    elif isinstance(member, (classmethod, staticmethod)):
        yield f"    @{type(member).__name__}"
        parameters = "*args, **kwargs"
    prefix = "async " if inspect.iscoroutinefunction(member) else ""
    yield f"    {prefix}def {name}({parameters}):"
    yield f"        return {value}"
