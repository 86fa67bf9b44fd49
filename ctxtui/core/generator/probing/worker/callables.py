"""Functions to pass to code that calls them: by how many arguments they are called with and what they should give."""

from __future__ import annotations

from typing import Sequence

from .values import CALLABLES

MOST_GIVEN = 3
_NAMES = ("", "value", "left, right", "first, second, third")
_BY_ARITY: Sequence[Sequence[str]] = (
    ["lambda: 42"],
    CALLABLES[:2],
    ["operator.add", "lambda left, right: left + right"],
)
_OF_ANY_ARITY = ["lambda *args, **kwargs: (args, kwargs)"]
_NEVER_FAILING = ("lambda: 42", "str", "lambda left, right: right", "lambda first, second, third: third")


def callables_of(arity: int) -> Sequence[str]:
    """Functions that take so many arguments."""
    return _BY_ARITY[arity] if arity < len(_BY_ARITY) else _OF_ANY_ARITY


def never_failing(arity: int) -> str:
    """A function that gives something back whatever it is given."""
    return _NEVER_FAILING[arity] if arity < len(_NEVER_FAILING) else "lambda *args: args[-1]"


def giving(arity: int, values: Sequence[str]) -> list[str]:
    """Functions that take so many arguments and give these values."""
    names = _NAMES[arity] if arity < len(_NAMES) else "*args"
    return [f"lambda {names}: {value}".replace("lambda :", "lambda:") for value in values if "\n" not in value]
