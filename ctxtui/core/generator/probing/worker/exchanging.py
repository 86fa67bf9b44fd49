"""Says what could stand in the place of a value for a comparison with it to turn out otherwise."""

from __future__ import annotations

import sys
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Sequence, Tuple

from .noting import SAMPLES
from .patterns import is_pattern, varied_samples
from .places import LITERAL

MOST_MEMBERS = 6
MOST_TEXT = 200
LARGEST_BYTE = 255
LONGEST = 100_000
_ITEMS = ("text", 1, [1, 2])
"""What a key that was missed may be given."""
_OF_TYPE: Mapping[Any, Any] = {
    int: 3,
    float: 1.5,
    str: "text",
    bytes: b"text",
    bool: True,
    list: [1, 2],
    tuple: (1, 2),
    dict: {"a": 1},
}
_OF_NO_KIND = "-!"
"""A text that is neither of letters nor of digits."""
Exchange = Tuple[Any, Any]


def _of_equality(left: Any, right: Any) -> Iterator[Exchange]:  # noqa: ANN401 - whatever was compared
    yield left, right
    yield right, left


def _of_identity(left: Any, right: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    if (right is None or type(right) is bool) and left is not right:
        yield left, right


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


def _of_kind(sample: str) -> Callable[[Any, Any], Iterator[Exchange]]:
    """Texts of which a question is true, and one of which it is not; a character for a character."""

    def exchanges(text: Any, _nothing: object) -> Iterator[Exchange]:  # noqa: ANN401 - as above
        for other in (sample, _OF_NO_KIND) if type(text) in (str, bytes) else ():
            new = other[:1] if len(text) == 1 else other
            yield text, new if isinstance(text, str) else new.encode()

    return exchanges


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


def with_length(value: Any, old: Any, new: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """A number that is compared may be a value's length."""
    if type(old) is type(new) is int and type(value) in (str, bytes, list, tuple) and 1 < len(value) == old:
        yield from (other for _, other in _resized(value, new))


class Repeated(NamedTuple):
    """A long text or list, written as `"a" * 126`."""

    member: Any
    times: int

    def __repr__(self) -> str:
        return f"{self.member!r} * {self.times}"


def _of_type(value: Any, kinds: Any) -> Iterator[Exchange]:  # noqa: ANN401 - as above
    """What is of one of the kinds, and where the value is that already what is of none."""
    known = kinds if isinstance(kinds, tuple) else (kinds,)
    if type(value) in known:
        yield from [(value, other) for other in _ITEMS if type(other) not in known][:1]
    for kind in known[:MOST_MEMBERS]:
        if isinstance(kind, type) and kind in _OF_TYPE:
            yield value, _OF_TYPE[kind]


def _members(holder: Any) -> Sequence[Any]:  # noqa: ANN401 - as above
    if isinstance(holder, (str, bytes)):
        return [holder[at : at + 1] for at in range(min(len(holder), MOST_MEMBERS))]
    if isinstance(holder, (list, tuple, set, frozenset, dict)):
        members = [member for member in holder if type(member) in LITERAL]
        spread = max(len(members) // MOST_MEMBERS, 1)
        return sorted(members, key=repr)[::spread][:MOST_MEMBERS]
    return ()


def _holding(holder: Any, member: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - as above
    """The container with the member in it."""
    if _are_texts(holder, member):
        yield holder, holder + member
        yield holder, member + holder
    elif type(holder) in (list, tuple) and type(member) in LITERAL:
        yield holder, type(holder)([*holder, member])
    elif type(holder) is dict and type(member) in LITERAL:
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
    "isinstance": _of_type,
    "type": _of_type,
    "startswith": _of_start,
    "endswith": _of_end,
    **{name: _of_kind(sample) for name, sample in SAMPLES.items()},
    "match": _of_match,
    "found": _of_match,
}
"""By kind of comparison: (what was compared, what it could be instead), the likely ones first."""


def exchanges_of(kind: str, left: Any, right: Any) -> Iterator[Exchange]:  # noqa: ANN401 - whatever was compared
    """What could stand in the place of either side of a comparison."""
    found = _EXCHANGES.get(kind)
    return found(left, right) if found else iter(())


def exchanged(value: Any, old: Any, new: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """The value with the new in the place of the old: as a whole, as a part, or in another form."""
    if type(new) not in (*LITERAL, list, dict, tuple, Repeated):
        return
    if type(value) is type(old) and is_equal(value, old):
        yield new
    elif _are_texts(value, old):
        yield from _exchanged_text(value, old, new)
    elif type(value) in (str, bytes) and type(old) is type(new) is int:
        yield from _with_number_in(value, old, new)
    elif type(value) in (list, tuple):
        for index, item in enumerate(value[:MOST_MEMBERS]):
            for other in exchanged(item, old, new):
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
        for changed in exchanged(item, old, new):
            yield {**rest, key: changed}
        if type(key) is type(old) and key == old and type(new) in LITERAL:
            yield {**rest, new: item}


def _are_bytes_of_text(*numbers: Any) -> bool:  # noqa: ANN401 - as above
    """Whether these are numbers that bytes are made of."""
    return all(type(number) is int and 0 <= number <= LARGEST_BYTE for number in numbers)


def _are_characters(*numbers: int) -> bool:
    return all(0 < number <= sys.maxunicode for number in numbers)


def _are_texts(first: object, second: object) -> bool:
    """Whether both are texts, or both bytes."""
    return type(first) is type(second) and type(first) in (str, bytes)


def is_equal(value: Any, old: Any) -> bool:  # noqa: ANN401 - as above
    return value is old or (type(value) in (*LITERAL, list, tuple, dict) and bool(value == old))
