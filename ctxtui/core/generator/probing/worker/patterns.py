"""Texts that the module's regular expressions match: inputs for what parses them."""

from __future__ import annotations

import importlib
import random
import re
import sys
from types import ModuleType
from typing import Any, Iterator, Sequence

from .careful import attribute, members_of
from .ownership import is_defined_in

_PARSER = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

MOST_SAMPLES = 16
MOST_PATTERNS = 40
MAX_SAMPLE = 60
MAX_REPEATS = 2
MOST_TURNS = 4
_FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.ASCII
_BREAKS = {ord("\n"): "", ord("\t"): ""}
_LOOKS_LIKE_PATTERN = re.compile(r"\\[dwsb]|\[.+\]|\(.+\)|[$^]")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_CLASSES = {"CATEGORY_DIGIT": "1234567890", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "abcdefgh"}
_CATEGORIES = {
    "CATEGORY_DIGIT": re.compile(r"\d"),
    "CATEGORY_SPACE": re.compile(r"\s"),
    "CATEGORY_WORD": re.compile(r"\w"),
}
WORDS = ("name", "value", "plum", "pear", "NAME", "VALUE", "PLUM", "42", "12", "7", " ")
_OPPOSITES = {"CATEGORY_NOT_DIGIT": "a", "CATEGORY_NOT_SPACE": "x", "CATEGORY_NOT_WORD": "-"}


def samples_of(module: ModuleType) -> list[str]:
    """Literals of short texts, a spare and a rich one for each pattern that the module holds."""
    found: dict[str, None] = {}
    for number, pattern in enumerate(_patterns(module)):
        if number >= MOST_PATTERNS or len(found) >= MOST_SAMPLES:
            break
        for is_rich in (True, False):
            text = sample(pattern, is_rich=is_rich)
            if text:
                found[repr(text if isinstance(pattern.pattern, str) else text.encode("latin-1"))] = None
    return list(found)[:MOST_SAMPLES]


def is_pattern(value: Any) -> bool:  # noqa: ANN401 - anything at all
    """Whether a value is a compiled pattern, of `re` or of a library that is used like it."""
    source = attribute(value, "pattern")
    return isinstance(source, (str, bytes)) and isinstance(attribute(value, "flags"), int) and hasattr(value, "search")


def varied_samples(pattern: Any) -> list[str]:  # noqa: ANN401 - as above
    """Texts that the pattern matches, which differ in the alternatives that they take."""
    ways = [(True, 0), (False, 0), *((True, turn) for turn in range(1, MOST_TURNS))]
    texts = (sample(pattern, is_rich=is_rich, turn=turn) for is_rich, turn in ways)
    return list(dict.fromkeys(text for text in texts if text))


def sample(pattern: Any, *, is_rich: bool, turn: int = 0) -> str:  # noqa: ANN401 - typeshed's Pattern is no class on 3.8
    """A text that the pattern matches, empty when none was found; `turn` says which alternatives it takes."""
    is_text = isinstance(pattern.pattern, str)
    try:
        parsed = _PARSER.parse(pattern.pattern, pattern.flags & _FLAGS)
        text = _Writing(is_rich=is_rich, turn=turn).text(parsed)
        searched = text if is_text else text.encode("latin-1")
        is_match = len(text) <= MAX_SAMPLE and pattern.search(searched) is not None
    except Exception:  # noqa: BLE001 - a pattern may hold what the writer does not know; it then gives no sample
        return ""
    return text if is_match and text.translate(_BREAKS).isprintable() else ""


def _patterns(module: ModuleType) -> Iterator[Any]:
    for name, value in members_of(module):
        if name.startswith("__"):
            continue
        yield from _within(value)
        if isinstance(value, type) and is_defined_in(module, value):
            for member in [value for _, value in members_of(value)]:
                yield from _within(member)


def _within(value: object) -> Iterator[Any]:
    """The value itself when it is a compiled pattern; texts in tables that look like patterns."""
    if is_pattern(value):
        yield value
    elif isinstance(value, (list, tuple)) and len(value) < MOST_PATTERNS * 4:
        for item in value:
            first = item[0] if isinstance(item, tuple) and item else item
            if is_pattern(first):
                yield first
            elif isinstance(first, str) and _LOOKS_LIKE_PATTERN.search(first):
                try:
                    yield re.compile(first)
                except (re.error, RecursionError, OverflowError):
                    continue


class _Writing:
    """Walks a parsed pattern and writes something it matches."""

    def __init__(self, *, is_rich: bool, turn: int) -> None:
        self._is_rich = is_rich
        self._turn = turn
        self._random = random.Random(3)  # noqa: S311 - a text that can be repeated, no secret
        self._groups: dict[int, str] = {}
        self._words = -1

    def text(self, parsed: Sequence[Any]) -> str:
        written, pending = "", list(parsed)
        while pending:
            word = self._begun_word(pending) if self._is_rich else ""
            operation, argument = pending.pop(0)
            if word:
                del pending[0]
            written += word or self._one(str(operation), argument)
        return written

    def _begun_word(self, parsed: Sequence[Any]) -> str:
        """A word for a sign of a kind that repeated ones follow, as names of things are made; empty for all else."""
        if len(parsed) == 1 or str(parsed[0][0]) != "IN" or str(parsed[1][0]) not in _REPEATS:
            return ""
        least, most, repeated = parsed[1][1]
        if len(repeated) != 1 or str(repeated[0][0]) != "IN":
            return ""
        first, rest = parsed[0][1], repeated[0][1]
        return self._next_of(
            word
            for word in WORDS
            if least < len(word) <= most + 1
            and _accepts(first, word[0])
            and all(_accepts(rest, sign) for sign in word[1:])
        )

    def _one(self, operation: str, argument: Any) -> str:  # noqa: ANN401, PLR0911 - what the parser gives, one return a kind
        if operation == "LITERAL":
            return chr(argument)
        if operation == "NOT_LITERAL":
            return "a" if argument != ord("a") else "b"
        if operation == "ANY":
            return "x"
        if operation == "IN":
            return self._random.choice(_members(argument))
        if operation == "BRANCH":
            return self.text(argument[1][(self._turn - self._is_rich) % len(argument[1])])
        if operation == "SUBPATTERN":
            inner = self.text(argument[-1])
            self._groups[argument[0]] = inner
            return inner
        if operation == "ASSERT" and self._is_rich and argument[0] > 0:
            return self.text(argument[1])
        if operation == "ATOMIC_GROUP":
            return self.text(argument)
        if operation in _REPEATS:
            return self._repeated(*argument)
        return self._groups.get(argument, "") if operation == "GROUPREF" else ""

    def _repeated(self, least: int, most: Any, parsed: Sequence[Any]) -> str:  # noqa: ANN401 - a number or MAXREPEAT
        times = least
        word = self._word(parsed, least, most) if self._is_rich else ""
        if word:
            return word
        if self._is_rich:
            times = max(least, min(int(most), MAX_REPEATS if len(parsed) == 1 else 1))
        return "".join(self.text(parsed) for _ in range(times))

    def _word(self, parsed: Sequence[Any], least: int, most: Any) -> str:  # noqa: ANN401 - a number or MAXREPEAT
        """What a person would write where a sign of a kind is repeated, each time another; empty where nothing fits."""
        operation, argument = parsed[0] if len(parsed) == 1 else ("", ())
        if str(operation) == "NOT_LITERAL":
            argument = [("NEGATE", None), ("LITERAL", argument)]
        elif str(operation) == "ANY":
            argument = [("NEGATE", None)]
        elif str(operation) != "IN":
            return ""
        return self._next_of(
            word for word in WORDS if least <= len(word) <= most and all(_accepts(argument, sign) for sign in word)
        )

    def _next_of(self, words: Iterator[str]) -> str:
        """Another word of the first one's kind each time."""
        fitting = list(words)
        kinds = [(word.isalpha(), word.islower()) for word in fitting]
        same = [word for word, kind in zip(fitting, kinds) if kind == kinds[0]]
        self._words += bool(same) and same[0] != " "
        return same[self._words % len(same)] if same else ""


def _accepts(items: Sequence[Any], character: str) -> bool:
    """Whether a set of a pattern has the character."""
    is_negated = bool(items) and str(items[0][0]) == "NEGATE"
    is_in = any(_is_of(str(operation), argument, character) for operation, argument in items)
    return is_in != is_negated


def _is_of(operation: str, argument: Any, character: str) -> bool:  # noqa: ANN401 - what the parser gives
    if operation == "LITERAL":
        return bool(ord(character) == argument)
    if operation == "RANGE":
        return bool(argument[0] <= ord(character) <= argument[1])
    category = _CATEGORIES.get(str(argument).replace("_NOT_", "_")) if operation == "CATEGORY" else None
    return category is not None and (category.match(character) is None) == ("_NOT_" in str(argument))


def _members(items: Sequence[Any]) -> str:
    found = ""
    is_negated = bool(items) and str(items[0][0]) == "NEGATE"
    for operation, argument in items:
        kind = str(operation)
        if kind == "LITERAL":
            found += chr(argument)
        elif kind == "RANGE":
            found += "".join(chr(code) for code in range(argument[0], min(argument[1], argument[0] + 12) + 1))
        elif kind == "CATEGORY":
            found += _CLASSES.get(str(argument), "") or _OPPOSITES.get(str(argument), "")
    if is_negated:
        return "".join(character for character in "xyz123 -" if character not in found) or "~"
    return found or "a"
