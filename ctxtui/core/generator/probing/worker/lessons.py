"""Reads from the exception that a call ended with which argument was of the wrong kind, and what to pass instead."""

from __future__ import annotations

import ast
import re
from types import GeneratorType
from typing import Any, Callable, Iterator, Mapping, Sequence

from .callables import ASYNCHRONOUS_BY_ARITY
from .careful import attribute
from .places import Wish, constants_in, literals_of
from .shaping import STANDARD
from .stubs import with_attribute
from .subjects import Arguments, Subject
from .values import ASYNCHRONOUS, BY_TYPE, BYTES, CALLABLES, DICTS, INTEGERS, LISTS, PAIRS, STRINGS, TEXT_FILES

MOST_OF_A_KIND = 4
LONG = 8
_WANTED: Sequence[tuple[str, Sequence[str]]] = (
    (r"'(?P<kind>\w+)' object is not (iterable|reversible)", [*LISTS[:2], *PAIRS[:1], "'abc'"]),
    (r"'(?P<kind>\w+)' object is not an iterator", ["iter([1, 2, 3])"]),
    (r"'(?P<kind>\w+)' object is not callable|must be (a )?callable", CALLABLES[:4]),
    (r"'(?P<kind>\w+)' object is not subscriptable", [*DICTS[:1], *LISTS[:1], "'abc'"]),
    (r"'(?P<kind>\w+)' object does not support item", [*DICTS[:1], *LISTS[:1]]),
    (r"'(?P<kind>\w+)' object is not a mapping", DICTS),
    (r"'(?P<kind>\w+)' object does not support the context manager", TEXT_FILES[:1]),
    (
        r"'(?P<kind>\w+)' object can't be awaited|object (?P<other>\w+) can't be used in 'await'",
        ["asyncio.sleep(0)", *ASYNCHRONOUS_BY_ARITY],
    ),
    (
        r"'async for' requires an object with __aiter__ method, got (?P<kind>\w+)",
        [*ASYNCHRONOUS[:2], ASYNCHRONOUS[0][:-2]],
    ),
    (r"argument of type '(?P<kind>\w+)' is not iterable", [*STRINGS[:1], *LISTS[:1], *DICTS[:1]]),
    (r"object of type '(?P<kind>\w+)' has no len", [*STRINGS[:1], *LISTS[:1]]),
    (r"unhashable type: '(?P<kind>\w+)'", ["'a'", "1", "(1, 2)"]),
    (r"(a bytes-like object is required|must be bytes|expected bytes)\w*,? not '?(?P<kind>\w+)", BYTES),
    (r"(must be|expected|requires|argument of type) '?str\w*'?.*?(not|got|type) '?(?P<kind>\w+)", STRINGS[:4]),
    (r"(must be|expected) (an integer|int|real number).*?(not|got) '?(?P<kind>\w+)", INTEGERS[:4]),
    (r"'(?P<kind>\w+)' object cannot be interpreted as an integer", INTEGERS[:4]),
    (r"can only concatenate str", STRINGS[:2]),
    (r"can only concatenate list", LISTS[:2]),
    (r"must be a (class|type)|arg 1 must be a class", ["int", "str", "ValueError"]),
    (r"not enough values to unpack \(expected 2|cannot unpack non-iterable", [*PAIRS, "(1, 2)", "'ab'"]),
    (r"not enough values to unpack \(expected (at least )?3|dictionary update sequence", ["[(1, 2, 3)]", "(1, 2, 3)"]),
    (r"too many values to unpack \(expected 2", [*PAIRS, "(1, 2)"]),
    (r"index out of range|pop from empty", ["[1, 2, 3]", "[[1, 2], [3, 4]]", "'abc'"]),
    (r"Could not parse (SQLAlchemy|rfc1738) URL", ["'sqlite://'"]),
    (r"invalid literal for int", ["'42'", "42"]),
    (r"could not convert string to float", ["'1.5'", "1.5"]),
    (r"not supported between instances|unsupported operand", ["1", "'abc'", "1.5", "[1, 2]"]),
)
"""What an error's text says, and what to pass then; `kind` is the type of what was passed."""


def lessons_of(
    error: BaseException, subject: Subject, arguments: Arguments, having: Callable[[str], Sequence[str]]
) -> Iterator[Wish]:
    """Calls with an argument of another kind; `having` gives expressions for objects with an attribute."""
    values = dict(literals_of(subject, arguments))
    if isinstance(error, AttributeError):
        name = attribute(error, "name") or _first(r"has no attribute '(\w+)'", str(error))
        kind = _first(r"'(\w+)' object has no", str(error))
        if name and "SimpleNamespace' object has no" in str(error):
            yield from with_attribute(subject, arguments, str(name))
        elif name:
            yield from _exchanged(subject, arguments, values, kind, objects_having(str(name), having))
        return
    if isinstance(error, KeyError) and error.args:
        yield from _with_key(subject, arguments, values, error.args[0])
    if isinstance(error, IndexError):
        yield from _longer(subject, arguments, values)
    text = f"{error}"[:300]
    yield from _with_number(subject, arguments, text)
    for pattern, wanted in _WANTED:
        match = re.search(pattern, text)
        if match:
            yield from _exchanged(subject, arguments, values, match.groupdict().get("kind") or "", wanted)
            return


def _exchanged(
    subject: Subject, arguments: Arguments, values: Mapping[str, Any], kind: str, wanted: Sequence[str]
) -> Iterator[Wish]:
    """Puts the wanted texts in the place of arguments of that kind, or of any when none is of it."""
    of_kind = [name for name, value in values.items() if type(value).__name__ == kind]
    for name in of_kind or list(arguments):
        for text in wanted[:MOST_OF_A_KIND]:
            if arguments.get(name) != text:
                yield subject, {**arguments, name: text}


def _with_key(subject: Subject, arguments: Arguments, values: Mapping[str, Any], key: object) -> Iterator[Wish]:
    """A dictionary with the key that was missed."""
    if type(key) not in (str, int):
        return
    for name, value in values.items():
        if type(value) is dict:
            for item in ("text", 1, [1, 2]):
                yield subject, {**arguments, name: repr({**value, key: item})}


def _longer(subject: Subject, arguments: Arguments, values: Mapping[str, Any]) -> Iterator[Wish]:
    """A list, or a text, with as much again at its end: what was asked for stands further on."""
    for name, value in values.items():
        if type(value) in (list, tuple, str, bytes) and 0 < len(value) <= LONG:
            yield subject, {**arguments, name: repr(_continued(value))}


def _continued(value: Any) -> Any:  # noqa: ANN401 - a list, a tuple, a text or bytes
    """Numbers in a row are counted on."""
    numbers = [*value] if type(value) in (list, tuple) and all(type(item) is int for item in value) else []
    if numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return type(value)(range(numbers[0], numbers[0] + 2 * len(numbers)))
    return value + value


def _with_number(subject: Subject, arguments: Arguments, text: str) -> Iterator[Wish]:
    """A text with a number where one was looked for."""
    match = re.search(r"(?:invalid literal for int|could not convert string to float)[^:]*: (.*)$", text)
    wrong = _read(match[1]) if match else None
    if type(wrong) is not str:
        return
    for place in constants_in(subject, arguments):
        if type(place.value) is str and wrong in place.value:
            yield place.filled(repr(place.value.replace(wrong, "12", 1) if wrong else place.value + "12"))


def _read(literal: str) -> Any:  # noqa: ANN401 - whatever it stands for
    try:
        return ast.literal_eval(literal)
    except (ValueError, SyntaxError):
        return None


def objects_having(name: str, having: Callable[[str], Sequence[str]]) -> Sequence[str]:
    """Expressions for instances of the package's classes, and of standard ones, that have an attribute."""
    standard = [texts[0] for kind, texts in _STANDARD if name in dir(kind)]
    return [*having(name)[:MOST_OF_A_KIND], *standard][: MOST_OF_A_KIND + 2]


_STANDARD: Sequence[tuple[type, Sequence[str]]] = (
    *((value, BY_TYPE[kind]) for kind, value in STANDARD.items()),
    (GeneratorType, ["(value for value in [1, 2, 3])"]),
    (type(iter([])), BY_TYPE["Iterator"]),
)


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else ""
