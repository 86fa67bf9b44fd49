"""Python source read as a tree, by one thread at a time.

Before 3.11.9 and 3.12.3 the interpreter counts for all threads together how deep a tree is, and raises SystemError
where two of them read one at the same time.
"""

from __future__ import annotations

import ast
import threading

ONE_AT_A_TIME = threading.Lock()
"""Held by whoever reads by other means than these functions."""


def parse(source: str | bytes) -> ast.Module:
    """As `ast.parse`: raises SyntaxError, and ValueError for a null byte."""
    with ONE_AT_A_TIME:
        return ast.parse(source)


def parse_or_empty(source: str) -> ast.Module:
    """An empty module for what is no Python, or newer than this one."""
    try:
        return parse(source)
    except (SyntaxError, ValueError):
        return ast.Module([], [])
