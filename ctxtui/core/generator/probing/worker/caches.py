"""Results that functions of a module remember: a call that is answered from there runs nothing."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, Iterator, Sequence

from .careful import attribute, is_a, members_of
from .ownership import is_defined_in

_CACHED: Any = type(functools.lru_cache(maxsize=1)(len))


def cached_functions(module: ModuleType) -> Sequence[Any]:
    """The module's functions and methods that `functools.lru_cache` or `functools.cache` stands before."""
    return list(_cached(module))


def forget(functions: Sequence[Any]) -> None:
    for function in functions:
        function.cache_clear()


def _cached(module: ModuleType) -> Iterator[Any]:
    for _, value in members_of(module):
        if is_a(value, type) and is_defined_in(module, value):
            for _, member in members_of(value):
                inner = attribute(member, "__func__", member)
                if type(inner) is _CACHED:
                    yield inner
        elif type(value) is _CACHED:
            yield value
