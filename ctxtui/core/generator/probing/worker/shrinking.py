"""Makes the arguments of a call simpler, one small step at a time."""

from __future__ import annotations

import ast
import re
from typing import Any, Dict, Iterator, Sequence

from .targets import Parameter

Arguments = Dict[str, str]
SHORT = 24
"""Texts up to this length stay as they are: somebody may have meant something by them."""
FEW = 3
MANY = 14
READABLE = 100_000


def simpler(parameters: Sequence[Parameter], arguments: Arguments) -> Iterator[Arguments]:
    """The same arguments with one left out or one a little simpler, boldest steps first."""
    for parameter in parameters:
        if parameter.name in arguments and (parameter.has_default or parameter.is_variadic):
            yield {name: text for name, text in arguments.items() if name != parameter.name}
    for name, text in arguments.items():
        for replacement in _simpler_literals(text):
            yield {**arguments, name: replacement}


_STREAM = re.compile(r"(\w+ = io\.(?:StringIO|BytesIO)\()[^)].*?(\)\n\w+)")


def _simpler_literals(text: str) -> Iterator[str]:
    if _STREAM.fullmatch(text):
        yield _STREAM.sub(r"\1\2", text)
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        return
    if type(value) is int and abs(value) > READABLE:  # a smaller one may be the end of a range
        yield from (str(number) for number in (1, 2, 10, value // 10) if abs(number) < abs(value))
    elif isinstance(value, (str, bytes)):
        yield from (repr(piece) for piece in _shorter_texts(value))
    elif isinstance(value, (list, tuple)) and len(value) > FEW:
        yield from (repr(piece) for piece in _pieces(value))
    elif isinstance(value, dict) and len(value) > 1:
        yield from (repr({key: value[key] for key in value if key != left_out}) for left_out in value)


def _shorter_texts(value: Any) -> Iterator[Any]:  # noqa: ANN401 - text or bytes
    """A long text without some of its lines, or of its words; a word is never cut, for it means something."""
    if len(value) <= SHORT:
        return
    blank: Any = " " if isinstance(value, str) else b" "
    lines = value.splitlines(keepends=True)
    if len(lines) > 1:
        yield from (blank[:0].join(rest) for rest in _pieces(lines))
        return
    words = value.split(blank)
    if len(words) > 1:
        yield from (blank.join(rest) for rest in _pieces(words))


def _pieces(value: Sequence[Any]) -> Iterator[Any]:
    """The halves and quarters that are left when one is taken out; of few items each taken out in turn."""
    size = len(value)
    lengths = [size // 2, size // 4] if size > MANY else [size // 2, 1]
    for length in lengths:
        if length:
            for start in range(0, size, length):
                rest = [*value[:start], *value[start + length :]]
                if rest:
                    yield rest if isinstance(value, list) else tuple(rest)
