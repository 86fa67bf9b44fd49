"""Sentences about settings that cannot be used: what, where, and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ctxtui.config.leaves import leaves, sections
from ctxtui.core.domain.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_VALUE = 60


def _number(word: str, kind: Any) -> str:  # noqa: ANN401 - msgspec's int and float types share no base
    if kind.le is None:
        return word
    lowest = f"above {kind.gt:,} and up" if kind.ge is None else f"from {kind.ge:,}"
    return f"{word} {lowest} to {kind.le:,}"


def _list(kind: Any) -> str:  # noqa: ANN401 - as above
    if kind.min_length and kind.min_length == kind.max_length:
        return f"a list of {kind.min_length}"
    return "a list that is not empty and" if kind.min_length else "a list"


def _table(kind: Any) -> str:  # noqa: ANN401 - as above
    value = _each(kind.value_type)
    return f"a table whose values are each {value}" if value else "a table"


def _each(kind: Any) -> str:  # noqa: ANN401 - as above
    return next(words(kind) for known, words in _ALLOWED if isinstance(kind, known))


_ALLOWED: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (msgspec.inspect.BoolType, lambda _: "true or false"),
    (msgspec.inspect.IntType, lambda kind: _number("a whole number", kind)),
    (msgspec.inspect.FloatType, lambda kind: _number("a number", kind)),
    (msgspec.inspect.StrType, lambda kind: "text that is not empty" if kind.min_length else "text"),
    (msgspec.inspect.LiteralType, lambda kind: "one of " + ", ".join(map(str, kind.values))),
    (msgspec.inspect.ListType, lambda kind: f"{_list(kind)} whose entries are each {_each(kind.item_type)}"),
    (msgspec.inspect.DictType, _table),
    (msgspec.inspect.AnyType, lambda _: ""),
)


def allowed(annotation: object) -> str:
    """What a setting of that type may be, in words."""
    kind = msgspec.inspect.type_info(annotation)
    return _each(kind.type if isinstance(kind, msgspec.inspect.Metadata) else kind)


def shown(value: object) -> str:
    """A value as a settings file would have it, cut to a length that fits a sentence."""
    is_number = isinstance(value, float)
    text = str(value) if is_number else msgspec.json.encode(value, enc_hook=str).decode()
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def is_text(word: str) -> bool:
    """Whether a word is text at all: a command line and an environment may hold any bytes."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def unknown_setting(name: str, _value: object, origin: str) -> str:
    """Looks for what was meant beside the name, but the same word in another table is surer."""
    *table, last = name.split(".")
    prefix = ".".join([*table, ""])
    everything = {*leaves(), *sections()}
    beside = {known for known in everything if known.startswith(prefix)}
    moved = next((known for known in leaves() if known.rpartition(".")[2] == last), "")
    meant = moved or nearest(name, beside) or nearest(name, everything)
    hint = f": did you mean `{meant}`?" if meant else "; `ctxtui config schema` lists them all."
    return f"Unknown setting `{name}` in {origin}{hint}"


def unusable_value(name: str, value: object, annotation: object, origin: str) -> str:
    return f"`{name}` in {origin} is {shown(value)}, but must be {allowed(annotation)}."


def no_table(name: str, value: object, origin: str) -> str:
    return f"`{name}` in {origin} is {shown(value)}, but must be a table of settings."
