"""Source files as trees."""

from __future__ import annotations

import ast
from pathlib import Path


def parsed(filename: str) -> ast.Module:
    """The source as a tree; an empty one where there is no source."""
    try:
        return ast.parse(Path(filename).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])
