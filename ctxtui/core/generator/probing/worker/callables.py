"""Functions to pass to code that calls them: by how many arguments they are called with and what they should give."""

from __future__ import annotations

import inspect
from typing import Any, Sequence

from .careful import attribute, members_of
from .values import CALLABLES

MOST_GIVEN = 3
_NAMES = ("", "value", "left, right", "first, second, third")
_BY_ARITY: Sequence[Sequence[str]] = (
    ["lambda: 42"],
    CALLABLES[:2],
    ["operator.add", "lambda left, right: left + right"],
)
ASYNCHRONOUS_BY_ARITY: Sequence[str] = (
    "async def fetch():\v    return 42\nfetch",
    "async def fetch_twice(value):\v    return value * 2\nfetch_twice",
    "async def fetch_both(left, right):\v    return left + right\nfetch_both",
)
_OF_ANY_ARITY = ["lambda *args, **kwargs: (args, kwargs)"]
_NEVER_FAILING = ("lambda: 42", "str", "lambda left, right: right", "lambda first, second, third: third")


def callables_of(arity: int) -> Sequence[str]:
    """Functions that take so many arguments."""
    return _BY_ARITY[arity] if arity < len(_BY_ARITY) else _OF_ANY_ARITY


def failing(arity: int) -> str:
    """For code that does something when what it calls fails."""
    return "lambda *args: 1 / 0" if arity else "lambda: 1 / 0"


def awaited_of(arity: int) -> Sequence[str]:
    """Coroutine functions that take so many arguments."""
    return ASYNCHRONOUS_BY_ARITY[arity : arity + 1]


def is_call_only(kind: object) -> bool:
    """Whether a class is a protocol that says nothing but how a function is called."""
    return attribute(kind, "_is_protocol") is True and "__call__" in dict(members_of(kind))


def standing_for(kind: Any) -> Sequence[str]:  # noqa: ANN401 - a protocol that only says how it is called
    """Functions for what a protocol's `__call__` takes."""
    member = dict(members_of(kind))["__call__"]
    try:
        parameters = list(inspect.signature(member).parameters.values())[1:]
    except (TypeError, ValueError):
        return []
    arity = sum(one.default is one.empty and one.kind in _BY_POSITION for one in parameters)
    return awaited_of(arity) if inspect.iscoroutinefunction(member) else callables_of(arity)


_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def never_failing(arity: int) -> str:
    """A function that gives something back whatever it is given."""
    return _NEVER_FAILING[arity] if arity < len(_NEVER_FAILING) else "lambda *args: args[-1]"


def giving(arity: int, values: Sequence[str]) -> list[str]:
    """Functions that take so many arguments and give these values."""
    names = _NAMES[arity] if arity < len(_NAMES) else "*args"
    return [f"lambda {names}: {value}".replace("lambda :", "lambda:") for value in values if "\n" not in value]
