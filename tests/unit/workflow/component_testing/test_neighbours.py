"""Imports from the own package are found however they are written, and told as signatures."""

from __future__ import annotations

import pytest

from ctxtui.core.workflow.component_testing.neighbours import MOST_CHARS, Package, neighbours

FILES = {
    "src/shop/__init__.py": "from .money import Money\n",
    "src/shop/money.py": (
        "class Money(tuple):\n    '''An amount.\n\n    Exact.'''\n    cents: int = 0\n    _hidden: int = 1\n"
        "    def __init__(self, cents: int) -> None: ...\n    def plus(self, other: Money) -> Money: ...\n"
        "    def _secret(self): ...\n"
        "async def fetch(url, /, *, tries: int = 3) -> str:\n    'Asks.'\n"
        "def _private(): ...\n"
    ),
    "src/shop/store/__init__.py": "def open_store(path='x'): ...\n",
    "src/shop/store/rows.py": "def row(): ...\n",
}
MONEY = [
    "class Money(tuple):  # An amount.",
    "    cents: int = 0",
    "    def __init__(self, cents: int) -> None",
    "    def plus(self, other: Money) -> Money",
]
FETCH = ["async def fetch(url, /, *, tries: int=3) -> str  # Asks."]


def found(text: str, name: str = "shop.cart", path: str = "src/shop/cart.py") -> dict[str, list[str]]:
    files = {**FILES, path: text}
    told = neighbours(name, path, Package(("src",), files.get))
    return {item["path"]: item["text"].splitlines() for item in told}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from shop.money import fetch", {"src/shop/money.py": FETCH}),
        ("from .money import Money", {"src/shop/money.py": MONEY}),
        ("from . import money", {"src/shop/money.py": [*MONEY, *FETCH]}),
        ("import shop.money", {"src/shop/money.py": [*MONEY, *FETCH]}),
        ("def f():\n    from shop.money import _private", {"src/shop/money.py": ["def _private()"]}),
        ("from .store import open_store", {"src/shop/store/__init__.py": ["def open_store(path='x')"]}),
        ("from .store import rows", {"src/shop/store/rows.py": ["def row()"]}),
        ("import os\nfrom json import loads\nfrom shopping import x", {}),
        ("from shop.nowhere import x", {}),
        ("def broken(:", {}),
    ],
)
def test_what_is_imported_is_told_by_its_signatures(text, expected):
    assert found(text) == expected


def test_dots_count_from_the_package_that_a_module_stands_in():
    text = "from ..money import fetch\nfrom .rows import row"
    expected = {"src/shop/money.py": FETCH, "src/shop/store/rows.py": ["def row()"]}
    assert found(text, "shop.store.index", "src/shop/store/index.py") == expected
    assert found("from ..money import fetch", "shop.store", "src/shop/store/__init__.py") == {
        "src/shop/money.py": FETCH
    }


def test_more_than_fits_is_counted_and_the_next_one_told():
    big = "".join(f"def function_{n}(argument: int) -> int: ...\n" for n in range(500))
    files = {**FILES, "src/shop/big.py": big, "src/shop/cart.py": "import shop.big\nfrom shop.money import fetch"}
    first, second = neighbours("shop.cart", "src/shop/cart.py", Package(("src",), files.get))
    assert first["text"].endswith("characters of signatures: read the file itself)")
    assert len(first["text"]) < MOST_CHARS
    assert second["text"].splitlines() == FETCH
