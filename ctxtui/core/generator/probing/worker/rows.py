"""Rows of values for the first calls: values of one kind that stand in step, and none of them twice."""

from __future__ import annotations

import ast
import functools
from typing import Mapping, Sequence

ORDINARY = 100


def row_of(columns: Mapping[str, Sequence[str]], number: int) -> dict[str, str]:
    """The values at one place of all columns; another number or text like it where one would stand there twice.

    What is mixed up inside, or kept in the wrong place, shows only where no two values are the same.
    """
    row: dict[str, str] = {}
    for name, column in columns.items():
        text = column[number % len(column)]
        kind = _kind_of(text)
        if kind and text in row.values():
            others = [other for other in column if _kind_of(other) == kind and other not in row.values()]
            text = min(others, key=_is_far_off, default=text)
        row[name] = text
    return row


@functools.lru_cache(maxsize=1000)
def _kind_of(text: str) -> str:
    """The type of a number above zero or of a text of some letters; empty for all else."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError):
        return ""
    is_number = type(value) in (int, float) and value > 0
    is_text = isinstance(value, (str, bytes)) and bool(value.strip())
    return type(value).__name__ if is_number or is_text else ""


@functools.lru_cache(maxsize=1000)
def _is_far_off(text: str) -> bool:
    """Whether it is a number that nobody counts or measures with at first."""
    value = ast.literal_eval(text)
    return type(value) in (int, float) and not 1 <= value <= ORDINARY
