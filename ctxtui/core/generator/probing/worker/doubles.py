"""Says what a double was told: the calls that were made on it, in order."""

from __future__ import annotations

from typing import Any, Callable, Sequence

from .careful import home_of

DOUBLE = "mock.Mock()"
"""Stands for an object that is only there to be told something: it notes what it is told."""
ORIGIN = {"mock": ("unittest", "mock")}
_MADE = f" = {DOUBLE}"
MOST_CALLS = 12
LONGEST = 400


def is_double(value: object) -> bool:
    return home_of(type(value)) == "unittest.mock"


def doubles_in(setup: Sequence[str]) -> list[str]:
    """The variables that are doubles: what an object does to one that it was given shows there."""
    return [line[: -len(_MADE)] for line in setup if line.endswith(_MADE)]


def told_to(double: Any, subject: str, literal: Callable[[object], str | None]) -> list[str]:  # noqa: ANN401 - any double
    """The calls with what they were given, where all of that has a literal, else their names alone."""
    calls = double.mock_calls
    names = [name for name, _, _ in calls]
    if len(calls) > MOST_CALLS or any("__" in name for name in names):
        return []
    texts = [_as_call(name, args, kwargs, literal) for name, args, kwargs in calls]
    whole = f"{subject}.mock_calls == [{', '.join(map(str, texts))}]"
    if None not in texts and len(whole) <= LONGEST:
        return [whole]
    return [f"[name for name, _, _ in {subject}.mock_calls] == {names!r}"]


def _as_call(
    name: str, args: Sequence[object], kwargs: dict[str, object], literal: Callable[[object], str | None]
) -> str | None:
    given = [literal(value) for value in args]
    named = {key: literal(value) for key, value in kwargs.items()}
    if None in given or None in named.values() or not all(key.isidentifier() for key in named):
        return None
    words = [*map(str, given), *(f"{key}={text}" for key, text in named.items())]
    return f"mock.call{'.' if name else ''}{name}({', '.join(words)})"
