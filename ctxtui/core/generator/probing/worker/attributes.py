"""Which attributes of an object tell something about it."""

from __future__ import annotations

import functools
import inspect
import re
from types import FunctionType
from typing import Any

from .careful import attribute, home_of

_TELLING = re.compile(r"[a-z]\w*_(info|parameters|stats|count|size)")


@functools.lru_cache(maxsize=None)
def set_by_foreign_bases(kind: Any, package: str) -> frozenset[str]:  # noqa: ANN401 - a class, hashable
    """Attributes that the code of bases outside the package deals with: theirs to change."""
    bases = [base for base in kind.__mro__ if home_of(base).partition(".")[0] not in (package, "builtins")]
    functions = [member for base in bases for member in vars(base).values() if isinstance(member, FunctionType)]
    return frozenset(name for function in functions for name in function.__code__.co_names)


def is_wrapped(value: object) -> bool:
    """Whether a value stands for a function that it decorates; asks nothing of the value itself."""
    return inspect.getattr_static(value, "__wrapped__", None) is not None


def told_by(value: object) -> list[str]:
    """Functions of a decorated function that tell about it, such as `cache_info`."""
    names = [name for name, member in attribute(value, "__dict__", {}).items() if callable(member)]
    return sorted(name for name in names if _TELLING.fullmatch(name))


def public_attributes(value: object) -> list[str]:
    """Instance attributes first, then properties and slots, in the order of their definition."""
    names = [name for name in attribute(value, "__dict__", {}) if isinstance(name, str)]
    kind: Any = type(value)
    names += [name for name in _readable_names(kind) if name not in names]
    return [name for name in names if not name.startswith("_") and name.isidentifier()]


@functools.lru_cache(maxsize=None)
def _readable_names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    """Properties and slots of a class and its bases."""
    members = [
        (name, member) for owner in kind.__mro__ if home_of(owner) != "builtins" for name, member in vars(owner).items()
    ]
    return tuple(
        dict.fromkeys(
            name
            for name, member in members
            if isinstance(member, property) or type(member).__name__ in ("member_descriptor", "cached_property")
        )
    )
