"""The known names that a misspelt one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

_LIKENESS = 0.6
"""From 0 to 1: how alike two names have to be."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty where none is near."""
    return next(iter(nearest_few(word, known, 1)), "")


def nearest_few(word: str, known: Iterable[str], most: int) -> tuple[str, ...]:
    """The known names that may have been meant, the nearest first."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a slip of the pen needs it

    return tuple(get_close_matches(word, sorted(known), n=most, cutoff=_LIKENESS))
