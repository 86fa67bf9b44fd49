"""Says how a call's arguments would have to be for a comparison to turn out otherwise."""

from __future__ import annotations

import ast
import enum
import functools
import re
import sys
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Sequence, Tuple

from .comparing import Comparison
from .other_options import with_other_option
from .patterns import is_pattern, varied_samples
from .subjects import INNER_BREAK, Arguments, Subject, as_statement

MOST_MEMBERS = 6
MOST_TEXT = 200
MOST_CONSTANTS = 4
LARGEST_BYTE = 255
LONGEST = 100_000
SHORT_TEXT, TIMES = 8, (8, 16)
FAR = 4
"""How many times as large a number has to be that a text is to be made longer for."""
LARGEST_STEP = 1 << 40
MOST_STATEMENTS = 3
MOST_FITTING = 2
_ITEMS = ("text", 1, [1, 2])
"""What a key that was missed may be given."""
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
_LITERAL = (str, bytes, int, float, bool, type(None))
_UNKNOWN = object()
Exchange = Tuple[Any, Any]
Wish = Tuple[Subject, Arguments]


class Place(NamedTuple):
    """A value in a call's source; `filled` gives the call with another text there."""

    value: Any
    filled: Callable[[str], Wish]


def _nothing(_: str) -> Sequence[str]:
    return ()


def turned(
    comparison: Comparison,
    subject: Subject,
    arguments: Arguments,
    of_kind: Callable[[type], Sequence[str]],
    fitting: Callable[[str], Sequence[str]] = _nothing,
) -> Iterator[Wish]:
    """The call with one value put in the place of another.

    `of_kind` gives expressions for a class, `fitting` those that are known to be right for a parameter.
    """
    places = list(_places(subject, arguments))
    for old, new in _EXCHANGES.get(comparison.kind, _none)(comparison.left, comparison.right):
        for place in places:
            for changed in (*_exchanged(place.value, old, new), *_with_length(place.value, old, new)):
                text = repr(changed)
                if len(text) <= MOST_TEXT:
                    yield place.filled(text)
    yield from _shifted(comparison, places)
    known = _with_fitting(comparison, subject, arguments, fitting)
    yield from known or _with_other_truth(comparison, places)
    yield from _with_none(comparison, subject, arguments)
    yield from _with_other_member(comparison, subject, arguments)
    for other in with_other_option(comparison, subject, _other_values(comparison)):
        yield other, arguments
    if comparison.kind == "isinstance" and not comparison.is_true:
        values = dict(literals_of(subject, arguments))
        for others in _of_other_kind(comparison, values, arguments, of_kind):
            yield subject, others


def _shifted(comparison: Comparison, places: Sequence[Place]) -> Iterator[Wish]:
    """The call with a number larger or smaller by what is missing: what is compared may be a sum with it."""
    left, right = comparison.left, comparison.right
    if comparison.kind not in ("<", "==") or not (type(left) is type(right) is int):
        return
    if comparison.kind == "<" and right > max(left * FAR, SHORT_TEXT):
        yield from _longer(places)
    numbers = [place for place in places if type(place.value) is int and place.value not in (left, right)]
    for step in (0, -1, 1):
        missing = right + step - left
        if missing and abs(missing) <= LARGEST_STEP:
            for place in numbers[:MOST_CONSTANTS]:
                yield place.filled(repr(place.value + missing))
                yield place.filled(repr(place.value - missing))


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
        exchanges = _EXCHANGES.get(comparison.kind, _none)(left, comparison.right)
        yield from (new for old, new in exchanges if old is left and type(new) in (*_LITERAL, list, dict, tuple))


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
            if type(place.value) is type(old) and _is_equal(place.value, old):
                for new in _untrue(old) if comparison.is_true else _FULL.get(type(old), ()):
                    yield place.filled(repr(new))


def _with_none(comparison: Comparison, subject: Subject, arguments: Arguments) -> Iterator[Wish]:
    """The call with None in the place of what has no literal."""
    if comparison.kind != "is" or comparison.right is not None or comparison.is_true:
        return
    if type(comparison.left) not in (*_LITERAL, list, dict, tuple):
        literals = dict(literals_of(subject, arguments))
        yield from ((subject, {**arguments, name: "None"}) for name in arguments if name not in literals)


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


def _places(subject: Subject, arguments: Arguments) -> Iterator[Place]:
    """Values that are passed, defaults, constants inside of expressions, and constants in what is arranged before."""
    literals = dict(literals_of(subject, arguments))
    for name, value in literals.items():
        yield Place(value, functools.partial(_with_argument, subject, arguments, name))
    for name, text in arguments.items():
        if name not in literals:
            for value, filled in _constants(text):
                yield Place(value, functools.partial(_with_inner, subject, arguments, name, filled))
    for index, statement in enumerate(subject.setup[:MOST_STATEMENTS]):
        for value, filled in _constants(statement):
            yield Place(value, functools.partial(_with_statement, subject, arguments, index, filled))


def constants_in(subject: Subject, arguments: Arguments) -> Iterator[Place]:
    """All constants in what is passed, however deep, and in what is arranged before."""
    for name, text in arguments.items():
        for value, filled in _constants(text):
            yield Place(value, functools.partial(_with_inner, subject, arguments, name, filled))
    for index, statement in enumerate(subject.setup[:MOST_STATEMENTS]):
        for value, filled in _constants(statement):
            yield Place(value, functools.partial(_with_statement, subject, arguments, index, filled))


def _with_argument(subject: Subject, arguments: Arguments, name: str, text: str) -> Wish:
    return subject, {**arguments, name: text}


def _with_inner(subject: Subject, arguments: Arguments, name: str, filled: Callable[[str], str], text: str) -> Wish:
    return subject, {**arguments, name: filled(text)}


def _with_statement(
    subject: Subject, arguments: Arguments, index: int, filled: Callable[[str], str], text: str
) -> Wish:
    put = filled(text).replace("\n", INNER_BREAK)
    setup = (*subject.setup[:index], put, *subject.setup[index + 1 :])
    return subject._replace(setup=setup), arguments


def literals_of(subject: Subject, arguments: Arguments) -> Iterator[tuple[str, Any]]:
    """What is passed by parameter name, as far as it is a literal; defaults too."""
    for parameter in subject.parameters:
        text = arguments.get(parameter.name)
        if text is not None and not parameter.is_variadic:
            try:
                yield parameter.name, ast.literal_eval(text)
            except (ValueError, SyntaxError, MemoryError, TypeError):
                continue
        elif text is None and parameter.has_default and type(parameter.default) in _LITERAL:
            yield parameter.name, parameter.default


def _constants(source: str) -> Iterator[tuple[Any, Callable[[str], str]]]:
    """Constants in a source text, each with a function that writes another text in its place."""
    source = as_statement(source)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    lines = source.split("\n")
    for node, value in list(_values_in(tree))[:MOST_CONSTANTS]:
        if node.end_lineno == node.lineno and node.end_col_offset is not None:
            yield value, functools.partial(_replaced, lines, node.lineno - 1, node.col_offset, node.end_col_offset)


def _values_in(tree: ast.AST) -> Iterator[tuple[Any, Any]]:
    """Constants with their values, a negative number as the one value that it is."""
    signed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = node.operand
            if isinstance(number, ast.Constant) and type(number.value) in (int, float):
                signed.add(number)
                yield node, -number.value  # type: ignore[operator]
        elif isinstance(node, _DISPLAYS):
            value = _literal_of(node)
            if value:
                yield node, value
        elif isinstance(node, ast.Constant) and node not in signed and type(node.value) in (str, bytes, int, float):
            yield node, node.value


_DISPLAYS = (ast.List, ast.Tuple, ast.Dict)


def _literal_of(node: Any) -> Any:  # noqa: ANN401 - a display of items, and what it stands for
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return None


def _replaced(lines: Sequence[str], row: int, start: int, end: int, text: str) -> str:
    line = lines[row].encode()
    return "\n".join([*lines[:row], (line[:start] + text.encode() + line[end:]).decode(), *lines[row + 1 :]])


def _none(_left: object, _right: object) -> Iterator[Exchange]:
    return iter(())


def _of_equality(left: Any, right: Any) -> Iterator[Exchange]:  # noqa: ANN401 - whatever was compared
    yield left, right
    yield right, left


def _of_identity(left: Any, right: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    if right is None and left is not None:
        yield left, None


def _of_order(left: Any, right: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    yield from _around(left, right)
    yield from _around(right, left)


def _of_membership(member: Any, holder: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    for other in _members(holder):
        yield member, other
    yield from _holding(holder, member)


def _of_start(text: Any, edges: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    for edge in edges if isinstance(edges, tuple) else (edges,):
        if _are_texts(edge, text):
            yield text, edge + text
            yield text, edge


def _of_end(text: Any, edges: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    for edge in edges if isinstance(edges, tuple) else (edges,):
        if _are_texts(edge, text):
            yield text, text + edge


def _of_match(pattern: Any, text: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    if is_pattern(pattern) and _are_texts(pattern.pattern, text):
        for matching in varied_samples(pattern):
            yield text, matching if isinstance(text, str) else matching.encode("latin-1")


def _around(old: Any, limit: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - whatever was compared
    if type(limit) in (int, float) and type(old) in (int, float):
        for step in (0, 1, -1):
            yield old, limit + step
    elif _are_texts(limit, old):
        yield old, limit


def _resized(value: Any, length: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - as above
    if type(length) is int and type(value) in (str, bytes, list, tuple):
        for size in (length, length + 1, length - 1):
            if 0 <= size <= LONGEST and len(value):
                yield value, _of_size(value, size)


def _of_size(value: Any, size: int) -> Any:  # noqa: ANN401 - as above
    """The value repeated and cut; what would be long to write is one member repeated."""
    if size <= MOST_TEXT // 4:
        return (value * (size // len(value) + 1))[:size]
    return Repeated(value[:1], size)


def _with_length(value: Any, old: Any, new: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """A number that is compared may be a value's length."""
    if type(old) is type(new) is int and type(value) in (str, bytes, list, tuple) and 1 < len(value) == old:
        yield from (other for _, other in _resized(value, new))


class Repeated(NamedTuple):
    """A long text or list, written as `"a" * 126`."""

    member: Any
    times: int

    def __repr__(self) -> str:
        return f"{self.member!r} * {self.times}"


def _members(holder: Any) -> Sequence[Any]:  # noqa: ANN401 - as above
    if isinstance(holder, (str, bytes)):
        return [holder[at : at + 1] for at in range(min(len(holder), MOST_MEMBERS))]
    if isinstance(holder, (list, tuple, set, frozenset, dict)):
        members = [member for member in holder if type(member) in _LITERAL]
        spread = max(len(members) // MOST_MEMBERS, 1)
        return sorted(members, key=repr)[::spread][:MOST_MEMBERS]
    return ()


def _holding(holder: Any, member: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - as above
    """The container with the member in it."""
    if _are_texts(holder, member):
        yield holder, holder + member
        yield holder, member + holder
    elif type(holder) is list and type(member) in _LITERAL:
        yield holder, [*holder, member]
    elif type(holder) is dict and type(member) in _LITERAL:
        for item in [*list(holder.values())[:1], *_ITEMS]:
            yield holder, {**holder, member: item}


_EXCHANGES: Mapping[str, Callable[[Any, Any], Iterator[Exchange]]] = {
    "==": _of_equality,
    "is": _of_identity,
    "<": _of_order,
    "len": _resized,
    "in": _of_membership,
    "key": lambda holder, key: _of_membership(key, holder),
    "holds": _holding,
    "startswith": _of_start,
    "endswith": _of_end,
    "match": _of_match,
    "found": _of_match,
}
"""By kind of comparison: (what was compared, what it could be instead), the likely ones first."""


def _exchanged(value: Any, old: Any, new: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """The value with the new in the place of the old: as a whole, as a part, or in another form."""
    if type(new) not in (*_LITERAL, list, dict, tuple, Repeated):
        return
    if type(value) is type(old) and _is_equal(value, old):
        yield new
    elif _are_texts(value, old):
        yield from _exchanged_text(value, old, new)
    elif type(value) in (str, bytes) and type(old) is type(new) is int:
        yield from _with_number_in(value, old, new)
    elif type(value) in (list, tuple):
        for index, item in enumerate(value[:MOST_MEMBERS]):
            for other in _exchanged(item, old, new):
                members = [*value[:index], other, *value[index + 1 :]]
                yield members if type(value) is list else tuple(members)
    elif type(value) is dict:
        yield from _exchanged_items(value, old, new)


def _with_number_in(value: Any, old: int, new: int) -> Iterator[Any]:  # noqa: ANN401 - text or bytes
    """A text that says a number, or has a character of that number; bytes have numbers themselves."""
    if type(value) is bytes:
        if _are_bytes_of_text(old, new) and old in value:
            yield value.replace(bytes([old]), bytes([new]), 1)
    elif value.strip().lstrip("+-").isdigit() and int(value) == old:
        yield str(new)
    elif _are_characters(old, new) and chr(old) in value:
        yield value.replace(chr(old), chr(new), 1)


def _exchanged_text(value: Any, old: Any, new: Any) -> Iterator[Any]:  # noqa: ANN401 - texts, or bytes
    if not _are_texts(value, new):
        return
    if old and old in value:
        yield value.replace(old, new, 1)
        if len(old) == 1 and value.rindex(old) != value.index(old):
            at = value.rindex(old)
            yield value[:at] + new + value[at + 1 :]
    elif old in (value.lower(), value.upper(), value.strip(), value[::-1]):
        yield new
    elif not old:
        yield value + new


def _exchanged_items(value: Mapping[Any, Any], old: Any, new: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    for key, item in list(value.items())[:MOST_MEMBERS]:
        rest = {other: member for other, member in value.items() if other != key}
        for changed in _exchanged(item, old, new):
            yield {**rest, key: changed}
        if type(key) is type(old) and key == old and type(new) in _LITERAL:
            yield {**rest, new: item}


def _are_bytes_of_text(*numbers: Any) -> bool:  # noqa: ANN401 - as above
    """Whether these are numbers that bytes are made of."""
    return all(type(number) is int and 0 <= number <= LARGEST_BYTE for number in numbers)


def _are_characters(*numbers: int) -> bool:
    return all(0 < number <= sys.maxunicode for number in numbers)


def _are_texts(first: object, second: object) -> bool:
    """Whether both are texts, or both bytes."""
    return type(first) is type(second) and type(first) in (str, bytes)


def _is_equal(value: Any, old: Any) -> bool:  # noqa: ANN401 - as above
    return value is old or (type(value) in (*_LITERAL, list, tuple, dict) and bool(value == old))


def _of_other_kind(
    comparison: Comparison, values: Mapping[str, Any], arguments: Arguments, of_kind: Callable[[type], Sequence[str]]
) -> Iterator[Arguments]:
    kinds = comparison.right if isinstance(comparison.right, tuple) else (comparison.right,)
    texts = [text for kind in kinds[:3] if isinstance(kind, type) for text in of_kind(kind)[:3]]
    for name in arguments:
        value = values.get(name, _UNKNOWN)
        if value is _UNKNOWN or (type(value) is type(comparison.left) and _is_equal(value, comparison.left)):
            for text in texts:
                if text != arguments[name]:
                    yield {**arguments, name: text}
