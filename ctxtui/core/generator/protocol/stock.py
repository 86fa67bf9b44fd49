"""Texts that are tried for want of anything better: they tell a reader nothing about what they are given to."""

from __future__ import annotations

import re

_TEXTS = frozenset(
    {
        "hello world",
        "Hello, World!",
        "foo_bar-baz",
        "CamelCaseText",
        "Ünïcödé",
        " padded ",
        "1.2.3",
        "42",
        "a,b,c",
        "key=value",
    }
)
_MADE_UP = frozenset({"name", "one", "two", "x1", "12", "1", "5", "a"})
"""Words of texts that are put together by chance of what a module looks for."""
_LONG_TEXTS = ("hello world", "Hello, World!", "foo_bar-baz", "CamelCaseText")


def is_stock(text: str) -> bool:
    words = re.findall(r"\w+", text)
    return text in _TEXTS or has_stock_words(text) or (bool(words) and _MADE_UP.issuperset(words))


def has_stock_words(text: str) -> bool:
    return any(stock in text for stock in _LONG_TEXTS)
