"""Makes the arguments of a call simpler, one small step at a time."""

from __future__ import annotations

import ast
from typing import Dict, Iterator, Sequence

from .targets import Parameter

Arguments = Dict[str, str]
SHORT = 14
READABLE = 100_000


def simpler(parameters: Sequence[Parameter], arguments: Arguments) -> Iterator[Arguments]:
    """The same arguments with one left out or one a little simpler, boldest steps first."""
    for parameter in parameters:
        if parameter.name in arguments and (parameter.has_default or parameter.is_variadic):
            yield {name: text for name, text in arguments.items() if name != parameter.name}
    for name, text in arguments.items():
        for replacement in _simpler_literals(text):
            yield {**arguments, name: replacement}


def _simpler_literals(text: str) -> Iterator[str]:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        return
    if type(value) is int and abs(value) > READABLE:  # a smaller one may be the end of a range
        yield from (str(number) for number in (1, 2, 10, value // 10) if abs(number) < abs(value))
    elif isinstance(value, (str, bytes, list, tuple)):
        yield from (repr(piece) for piece in _pieces(value))


def _pieces(value: Sequence[object]) -> Iterator[Sequence[object]]:
    """The halves and quarters that are left when one is taken out; for a short one each item taken out in turn."""
    size = len(value)
    lengths = [size // 2, size // 4] if size > SHORT else [size // 2, 1]
    for length in lengths:
        if length:
            for start in range(0, size, length):
                rest = value[:start] + value[start + length :]  # type: ignore[operator]
                if len(rest):
                    yield rest
