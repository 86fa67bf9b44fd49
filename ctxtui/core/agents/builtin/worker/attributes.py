"""Which attributes of an object tell something about it."""

from __future__ import annotations

import inspect
import re
from types import FunctionType

_TELLING = re.compile(r"[a-z]\w*_(info|parameters|stats|count|size)")


def set_by_foreign_bases(kind: type, package: str) -> set[str]:
    """Attributes that the code of bases outside the package deals with: theirs to change."""
    bases = [base for base in kind.__mro__ if (base.__module__ or "").partition(".")[0] not in (package, "builtins")]
    functions = [member for base in bases for member in vars(base).values() if isinstance(member, FunctionType)]
    return {name for function in functions for name in function.__code__.co_names}


def is_wrapped(value: object) -> bool:
    """Whether a value stands for a function that it decorates; asks nothing of the value itself."""
    return inspect.getattr_static(value, "__wrapped__", None) is not None


def told_by(value: object) -> list[str]:
    """Functions of a decorated function that tell about it, such as `cache_info`."""
    names = [name for name, member in getattr(value, "__dict__", {}).items() if callable(member)]
    return sorted(name for name in names if _TELLING.fullmatch(name))


def public_attributes(value: object) -> list[str]:
    """Instance attributes first, then properties and slots, in the order of their definition."""
    names = [name for name in getattr(value, "__dict__", {}) if isinstance(name, str)]
    for kind in type(value).__mro__:
        if kind.__module__ == "builtins":
            continue
        for name, member in vars(kind).items():
            is_readable = isinstance(member, property) or type(member).__name__ in (
                "member_descriptor",
                "cached_property",
            )
            if is_readable and name not in names:
                names.append(name)
    return [name for name in names if not name.startswith("_") and name.isidentifier()]
