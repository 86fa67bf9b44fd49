"""Texts that are tried for want of anything better: they tell a reader nothing about what they are given to."""

from __future__ import annotations

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
_LONG_TEXTS = ("hello world", "Hello, World!", "foo_bar-baz", "CamelCaseText")


def is_stock(text: str) -> bool:
    return text in _TEXTS or has_stock_words(text)


def has_stock_words(text: str) -> bool:
    return any(stock in text for stock in _LONG_TEXTS)
