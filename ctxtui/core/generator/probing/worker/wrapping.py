"""Uses what calls give: functions are called, decorators decorate, context managers are entered."""

from __future__ import annotations

import inspect
import linecache
import re
from types import FunctionType
from typing import Callable, Iterator, Sequence

from .attributes import is_wrapped, told_by
from .calls import Call, Runner
from .careful import attribute, enclosed_in, is_a
from .rows import row_of
from .subjects import Subject, call_of, prepared
from .targets import Parameter, is_made_by_a_call, is_required, parameters_of

FURTHER = ("3", "'hello world'", "[1, 2, 3]", "", "2, 5", "{'a': 1, 'b': 2}", "None")
"""Arguments to try on functions that a call gave."""
CHANGEABLE = (prepared("document", "{'a': 1, 'b': 2}"), prepared("items", "[3, 1, 2]"))
WRITTEN = "double"
APPLIED = f"({WRITTEN})"
ARGUMENTS = "({arguments})"
MOST_FITTING = 4
_TAKES_FUNCTION = re.compile(r"f|fn|func|function|method|wrapped|callback|cls|klass")
NAME, CALL = "triple", "triple(3)"
FUNCTION = "def triple(value):\n    return value * 3"
FAILING = "def fail():\n    raise ValueError('boom')"
OTHERS = (("def answer():\n    return 42", "answer()"), (FAILING, "fail()"))
"""Functions to decorate, and a call of each."""
ATTEMPTS = "attempts = []"
LATE = (
    "def answer():\n"
    "    attempts.append('attempt')\n"
    "    if len(attempts) < 2:\n"
    "        raise ValueError('boom')\n"
    "    return 42"
)
"""A function that fails once: what tries again is there for such."""
USUAL_ERRORS = ("ValueError('boom')", "KeyError('key')")
FAILED = "with contextlib.suppress(ValueError):\n    fail()"
OFTEN = 2
"""How many calls come before one that a limit may be in the way of."""
_TELL_NOTHING = ("(lambda value: value)", "=lambda value: value)", "(str)", "=str)", "(bool)", "=bool)")
"""Decorated functions that give much the same whether they are called once, twice or never."""


def is_worth_using(value: object) -> bool:
    """Whether a value only tells something when it is used."""
    if is_a(value, type):
        return False
    return callable(value) or _is_manager(value) or _is_asynchronous(value)


def uses_of(runner: Runner, act: str, value: object, before: Sequence[str] = ()) -> Iterator[Call]:
    """Calls of what the act gave, which is `value`; `before` is what has to be done first."""
    if _is_asynchronous(value):
        yield from _awaited(act, value)
    elif _is_manager(value):
        yield from _entered(act, runner.caught_errors())
    elif is_wrapped(value):
        if not act.endswith(_TELL_NOTHING):
            setup = (f"decorated = {act}",)
            yield Call(setup, "decorated(3)", ("decorated",))
            for name in told_by(value):
                yield Call((*setup, "decorated(3)"), f"decorated.{name}()")
    else:
        yield from _called(runner, act, value, before)


def _called(runner: Runner, act: str, value: object, before: Sequence[str]) -> Iterator[Call]:
    made = runner.run(Call((*before, FUNCTION), f"{act}({NAME})")).value
    if callable(made) and not is_a(made, type) and (is_wrapped(made) or _holds_function(made)):
        yield from decorated_by(act, made, list(runner.pins.later))
        return
    for further in FURTHER:
        yield Call((), f"{act}({further})")
    for text in CHANGEABLE:
        *setup, variable = text.split("\n")
        yield Call(tuple(setup), f"{act}({variable})", (variable,))
    if is_a(value, FunctionType) and inspect.iscoroutinefunction(value):
        yield Call((), f"asyncio.run({act}(3))")


def fitting_calls_of(act: str, value: object, candidates: Callable[[str, Parameter], Sequence[str]]) -> Iterator[Call]:
    """Calls of a function that the act made, with what its body does with its parameters; none for a decorator."""
    required = [one for one in parameters_of(value) or () if is_required(one)] if is_made_by_a_call(value) else []  # type: ignore[arg-type]
    if not required or _holds_function(value) or any(_TAKES_FUNCTION.fullmatch(one.name) for one in required):
        return
    columns = {one.name: candidates(value.__qualname__, one) for one in required}  # type: ignore[attr-defined]
    made = Subject("", "", ARGUMENTS, required)
    for number in range(MOST_FITTING) if all(columns.values()) else ():
        call = call_of(made, row_of(columns, number))
        if call is not None:
            yield call._replace(act=act + call.act)


def decorator_in(call: Call) -> tuple[Sequence[str], str]:
    """What comes before, and the decorator that a call applies to a function which was written for it.

    There is no decorator in any other call.
    """
    before = [line for line in call.setup if not line.startswith(f"def {WRITTEN}(")]
    is_applied = len(before) < len(call.setup) and call.act.endswith(APPLIED)
    return (before, call.act[: -len(APPLIED)]) if is_applied else (call.setup, "")


def decorated_by(act: str, made: object, waits: Sequence[str] = ()) -> Iterator[Call]:
    """Decorated functions called, and what one tells about itself after it was called twice with the same.

    They are called more often too, and again after each of the `waits`.
    """
    setup = (f"@{act}\n{FUNCTION}",)
    yield Call((*setup, CALL) if told_by(made) else setup, CALL, (NAME,))
    if str(attribute(made, "__name__", "?")) in (NAME, *re.findall(r"\w+", act)):
        yield Call(setup, f"{NAME}.__name__")
    for name in told_by(made):
        yield Call((*setup, CALL), f"{NAME}.{name}()")
    for function, call in OTHERS:
        yield Call((f"@{act}\n{function}",), call)
    yield Call((f"@{act}\n{LATE}", ATTEMPTS), "answer()", ("attempts",))
    histories = [(CALL,) * OFTEN, *((CALL, wait) for wait in waits), *((*(CALL,) * OFTEN, wait) for wait in waits)]
    yield from (Call((*setup, *history), CALL, (NAME,)) for history in histories)
    failures = [(FAILED,) * OFTEN, *((*(FAILED,) * OFTEN, wait) for wait in waits)]
    yield from (Call((f"@{act}\n{FAILING}", *history), "fail()") for history in failures)
    if _is_for_coroutines(made):
        setup = (f"@{act}\nasync {FUNCTION}",)
        yield Call(setup, f"asyncio.run({CALL})")
        for name in told_by(made):
            yield Call((*setup, f"asyncio.run({CALL})", f"asyncio.run({CALL})"), f"{NAME}.{name}()")
        for function, call in OTHERS:
            yield Call((f"@{act}\nasync {function}",), f"asyncio.run({call})")


def _is_for_coroutines(made: object) -> bool:
    """Whether what a decorator made of a plain function has to be awaited, or where it is made such are asked for."""
    if inspect.iscoroutinefunction(made) or inspect.iscoroutinefunction(attribute(type(made), "__call__")):
        return True
    filename = attribute(attribute(made, "__code__"), "co_filename", "")
    return any("iscoroutinefunction" in line for line in linecache.getlines(filename)) if filename else False


def _entered(act: str, errors: Sequence[str]) -> Iterator[Call]:
    """What a context manager gives to its block, and what it makes of an error in there."""
    yield Call((f"with {act} as entered:\n    pass",), "entered")
    for error in [*errors, *USUAL_ERRORS]:
        yield Call((f"def fail():\n    with {act}:\n        raise {error}",), "fail()")


def _awaited(act: str, value: object) -> Iterator[Call]:
    if hasattr(type(value), "__aiter__"):
        setup = ("async def collect(items):\n    return [item async for item in items]",)
        yield Call(setup, f"asyncio.run(collect({act}))")
    if hasattr(type(value), "__await__"):
        setup = ("async def outcome_of(awaitable):\n    return await awaitable",)
        yield Call(setup, f"asyncio.run(outcome_of({act}))")
    if hasattr(type(value), "__aenter__") and _is_of_contextlib(value):
        setup = ("async def enter(manager):\n    async with manager as entered:\n        return entered",)
        yield Call(setup, f"asyncio.run(enter({act}))")


def _is_manager(value: object) -> bool:
    return hasattr(type(value), "__enter__") and hasattr(type(value), "__exit__") and _is_of_contextlib(value)


def _is_asynchronous(value: object) -> bool:
    return (
        hasattr(type(value), "__aiter__")
        or hasattr(type(value), "__await__")
        or (hasattr(type(value), "__aenter__") and _is_of_contextlib(value))
    )


def _is_of_contextlib(value: object) -> bool:
    return any(attribute(owner, "__module__") == "contextlib" for owner in type(value).__mro__)


def _holds_function(made: object) -> bool:
    """Whether a function made from another one has it inside."""
    if is_a(made, FunctionType) and made.__name__ == NAME:
        return True
    inside = [*enclosed_in(made), *attribute(made, "__dict__", {}).values()]
    return any(attribute(content, "__name__") == NAME for content in inside)
