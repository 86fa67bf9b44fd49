"""Python source read as a tree, by one thread at a time.

Before 3.11.9 and 3.12.3 the interpreter counts for all threads together how deep a tree is, and raises SystemError
where two of them read one at the same time.
"""

from __future__ import annotations

import ast
import threading

_ONE_AT_A_TIME = threading.Lock()


def parse(source: str | bytes, feature_version: tuple[int, int] | None = None) -> ast.Module:
    """As `ast.parse`: raises SyntaxError, and ValueError for a null byte."""
    with _ONE_AT_A_TIME:
        return ast.parse(source, feature_version=feature_version)
