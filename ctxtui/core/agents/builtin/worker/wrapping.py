"""Uses the functions that calls give: called as they are, or applied to a function when they decorate."""

from __future__ import annotations

from typing import Iterator

from .attributes import is_wrapped, told_by
from .calls import Call, Runner

FURTHER = ("3", "'hello world'", "[1, 2, 3]", "", "2, 5", "{'a': 1, 'b': 2}", "None")
"""Arguments to try on functions that a call gave."""
DECORATED = ("lambda value: value * 2", "lambda: 42")
VARIABLE = "decorated"
_TELL_NOTHING = ("(lambda value: value)", "=lambda value: value)", "(str)", "=str)", "(bool)", "=bool)")
"""Decorated functions that give much the same whether they are called once, twice or never."""


def uses_of(runner: Runner, act: str, value: object) -> Iterator[Call]:
    """Calls of what the act gave; `value` is that."""
    if is_wrapped(value):
        if not act.endswith(_TELL_NOTHING):
            yield from _uses_of_decorated(act, value)
        return
    applied = f"{act}({DECORATED[0]})"
    made = runner.run(Call((), applied)).value
    if callable(made) and not isinstance(made, type) and (is_wrapped(made) or _is_about(made)):
        yield from _uses_of_decorated(applied, made)
        return
    for further in FURTHER:
        yield Call((), f"{act}({further})")


def _is_about(made: object) -> bool:
    """Whether a function made from a lambda is another one, with the lambda inside."""
    closure = getattr(made, "__closure__", None) or ()
    return any(getattr(cell.cell_contents, "__name__", "") == "<lambda>" for cell in closure if _is_filled(cell))


def _is_filled(cell: object) -> bool:
    try:
        return cell.cell_contents is not None  # type: ignore[attr-defined]
    except ValueError:
        return False


def _uses_of_decorated(source: str, value: object) -> Iterator[Call]:
    """The decorated function called, and what it tells about itself after it was called twice with the same."""
    setup = (f"{VARIABLE} = {source}",)
    arguments = "" if source.endswith(f"({DECORATED[1]})") else "3"
    call = f"{VARIABLE}({arguments})"
    yield Call((*setup, call) if told_by(value) else setup, call, (VARIABLE,))
    for name in told_by(value):
        yield Call((*setup, call), f"{VARIABLE}.{name}()")
