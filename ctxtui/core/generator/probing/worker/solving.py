"""Says how a call's arguments would have to be for a comparison to turn out otherwise."""

from __future__ import annotations

import enum
import re
from typing import Any, Callable, Iterator, Mapping, Sequence

from .comparing import Comparison
from .exchanging import MOST_MEMBERS, MOST_TEXT, exchanged, exchanges_of, is_equal, with_length
from .other_options import with_other_option
from .places import LITERAL, MOST_CONSTANTS, MOST_STATEMENTS, Place, Wish, literals_of, places_in
from .subjects import Arguments, Subject
from .values import CALLABLES

SHORT_TEXT, TIMES = 8, (8, 16)
DIGITS = 4
"""After the point: what lacks more is no round bound, and nobody would write such a number."""
EXACT = 1e-9
FAR = 4
"""How many times as large a number has to be that a text is to be made longer for."""
LARGEST_STEP = 1 << 40
MOST_FITTING = 2
MOST_TABLE = 600
MOST_HAVING = 3
_FULL: Mapping[type, Sequence[Any]] = {
    str: ["text"],
    bytes: [b"text"],
    int: [1],
    float: [1.5],
    bool: [True],
    list: [[1, 2]],
    dict: [{"a": 1}],
    tuple: [(1, 2)],
    type(None): ["text", 1, [1, 2]],
}
"""What is not empty, by the type of what is."""
_NUMBERS = (int, float)
_UNKNOWN = object()


def _nothing(_: str) -> Sequence[str]:
    return ()


def turned(
    comparison: Comparison,
    subject: Subject,
    arguments: Arguments,
    of_kind: Callable[[type], Sequence[str]],
    fitting: Callable[[str], Sequence[str]] = _nothing,
    having: Callable[[str], Sequence[str]] = _nothing,
) -> Iterator[Wish]:
    """The call with one value put in the place of another.

    `of_kind` gives expressions for a class, `fitting` those that are known to be right for a parameter, `having` those
    for objects with an attribute.
    """
    places = list(places_in(subject, arguments))
    for old, new in exchanges_of(comparison.kind, comparison.left, comparison.right):
        for place in places:
            for changed in (*exchanged(place.value, old, new), *with_length(place.value, old, new)):
                text = repr(changed)
                if len(text) <= (MOST_TABLE if type(changed) is dict else MOST_TEXT):
                    yield place.filled(text)
    yield from _shifted(comparison, places)
    known = _with_fitting(comparison, subject, arguments, fitting)
    yield from known or _with_other_truth(comparison, places)
    yield from _with_none(comparison, subject, arguments)
    yield from _with_other_member(comparison, subject, arguments)
    yield from _with_other_type(comparison, subject, arguments)
    for other in with_other_option(comparison, subject, _other_values(comparison)):
        yield other, arguments
    texts = [] if comparison.is_true else list(_of_other_kind(comparison, of_kind, having))
    for others in _with_texts(texts, comparison, subject, arguments) if texts else ():
        yield subject, others


def _shifted(comparison: Comparison, places: Sequence[Place]) -> Iterator[Wish]:
    """The call with a number larger or smaller by what is missing: what is compared may be a sum with it."""
    left, right = comparison.left, comparison.right
    if comparison.kind not in ("<", "==") or not (type(left) in _NUMBERS and type(right) in _NUMBERS):
        return
    if comparison.kind == "<" and right > max(left * FAR, SHORT_TEXT):
        yield from _longer(places)
    numbers = [place for place in places if type(place.value) in _NUMBERS and place.value not in (left, right)]
    for step in (0, -1, 1):
        lacking = right + step - left
        missing = round(lacking, DIGITS) if abs(lacking) <= LARGEST_STEP else 0
        if missing and abs(missing - lacking) < EXACT:
            for place in numbers[:MOST_CONSTANTS]:
                yield place.filled(repr(round(place.value + missing, DIGITS)))
                yield place.filled(repr(round(place.value - missing, DIGITS)))


def _longer(places: Sequence[Place]) -> Iterator[Wish]:
    """The call with a short text several times over: what is too small may be counted from its length."""
    texts = [place for place in places if type(place.value) in (str, bytes) and 0 < len(place.value) <= SHORT_TEXT]
    for place in texts[:MOST_CONSTANTS]:
        yield from (place.filled(repr(place.value * times)) for times in TIMES)


def _other_values(comparison: Comparison) -> Iterator[Any]:
    """What the left side of a comparison could be instead."""
    left = comparison.left
    if comparison.kind == "truth":
        yield from _untrue(left) if comparison.is_true else _FULL.get(type(left), ())
    else:
        exchanges = exchanges_of(comparison.kind, left, comparison.right)
        yield from (new for old, new in exchanges if old is left and type(new) in (*LITERAL, list, dict, tuple))


def _untrue(value: Any) -> Sequence[Any]:  # noqa: ANN401 - whatever was compared
    if type(value) is bool:
        return (False,)
    return (type(value)(), None) if type(value) in _FULL else (None,)


def _with_fitting(
    comparison: Comparison, subject: Subject, arguments: Arguments, fitting: Callable[[str], Sequence[str]]
) -> list[Wish]:
    """The call with what is right for a parameter that was None."""
    if comparison.kind != "truth" or comparison.left is not None:
        return []
    empty = [name for name, value in literals_of(subject, arguments) if value is None]
    found = [(name, text) for name in empty for text in fitting(name)[:MOST_FITTING] if text != "None"]
    return [(subject, {**arguments, name: text}) for name, text in found]


def _with_other_truth(comparison: Comparison, places: Sequence[Place]) -> Iterator[Wish]:
    """The call with something empty in the place of what is not, or the other way round."""
    if comparison.kind == "truth":
        old = comparison.left
        for place in places:
            if type(place.value) is type(old) and is_equal(place.value, old):
                for new in _untrue(old) if comparison.is_true else _FULL.get(type(old), ()):
                    yield place.filled(repr(new))


def _with_none(comparison: Comparison, subject: Subject, arguments: Arguments) -> Iterator[Wish]:
    """The call with None in the place of what has no literal."""
    if comparison.kind != "is" or comparison.right is not None or comparison.is_true:
        return
    if type(comparison.left) not in (*LITERAL, list, dict, tuple):
        literals = dict(literals_of(subject, arguments))
        yield from ((subject, {**arguments, name: "None"}) for name in arguments if name not in literals)


def _with_other_type(comparison: Comparison, subject: Subject, arguments: Arguments) -> Iterator[Wish]:
    """The call with the built-in type that a parameter was compared with, where it is another one or None."""
    left, right = comparison.left, comparison.right
    if comparison.is_true or not isinstance(right, type) or right.__module__ != "builtins":
        return
    name = getattr(left, "__name__", repr(left)) if left is None or isinstance(left, type) else ""
    for parameter in subject.parameters:
        is_left_out = parameter.name not in arguments and parameter.has_default and parameter.default is left
        if is_left_out or (name and arguments.get(parameter.name) == name):
            yield subject, {**arguments, parameter.name: right.__name__}


def _with_other_member(comparison: Comparison, subject: Subject, arguments: Arguments) -> Iterator[Wish]:
    """The call with another member of an enumeration, wherever the source names the one that was compared."""
    left, right = comparison.left, comparison.right
    wanted = right if isinstance(right, (tuple, list, set, frozenset)) else (right,)
    for old, new in [(left, member) for member in list(wanted)[:MOST_MEMBERS]] + [(right, left)]:
        if isinstance(old, enum.Enum) and isinstance(new, enum.Enum) and old is not new:
            pattern = re.compile(rf"\b{type(old).__name__}\.{old.name}\b")
            text = f"{type(new).__name__}.{new.name}"
            for name, source in arguments.items():
                if pattern.search(source):
                    yield subject, {**arguments, name: pattern.sub(text, source, count=1)}
            for index, statement in enumerate(subject.setup[:MOST_STATEMENTS]):
                if pattern.search(statement):
                    put = pattern.sub(text, statement)
                    setup = (*subject.setup[:index], put, *subject.setup[index + 1 :])
                    yield subject._replace(setup=setup), arguments


def _of_other_kind(
    comparison: Comparison, of_kind: Callable[[type], Sequence[str]], having: Callable[[str], Sequence[str]]
) -> Iterator[str]:
    """Expressions for what is of the kind that was asked for."""
    if comparison.kind in ("isinstance", "type"):
        kinds = comparison.right if isinstance(comparison.right, (tuple, list)) else (comparison.right,)
        yield from (text for kind in kinds[:3] if isinstance(kind, type) for text in of_kind(kind)[:3])
    elif comparison.kind == "hasattr" and isinstance(comparison.right, str):
        yield from having(comparison.right)[:MOST_HAVING]
    elif comparison.kind == "callable":
        yield from CALLABLES[:MOST_HAVING]


def _with_texts(
    texts: Sequence[str], comparison: Comparison, subject: Subject, arguments: Arguments
) -> Iterator[Arguments]:
    """The arguments with one of the texts in the place of what was compared, or may have been."""
    values = dict(literals_of(subject, arguments))
    for name in arguments:
        value = values.get(name, _UNKNOWN)
        if value is _UNKNOWN or (type(value) is type(comparison.left) and is_equal(value, comparison.left)):
            yield from ({**arguments, name: text} for text in texts if text != arguments[name])
