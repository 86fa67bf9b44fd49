"""What a module defines itself: what its text defines, wherever `__module__` says that it is from."""

from __future__ import annotations

import ast
import functools
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any, Collection, Iterator, Mapping, Sequence

from .careful import attribute, home_of

_BLOCKS = (ast.If, ast.Try, ast.With)


def defined_names(module: ModuleType) -> Collection[str]:
    """Functions and classes that the module's source defines at its top level, also under a condition."""
    return defined_places(module).keys()


@functools.lru_cache(maxsize=None)
def defined_places(module: ModuleType) -> Mapping[str, tuple[int, int]]:
    """First and last line of each of them."""
    try:
        tree = ast.parse(Path(inspect.getsourcefile(module) or "").read_bytes())
    except (OSError, SyntaxError, ValueError, TypeError):
        return {}
    return dict(_defined(tree.body))


def _defined(statements: Sequence[Any]) -> Iterator[tuple[str, tuple[int, int]]]:
    for statement in statements:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)])
            yield statement.name, (first, statement.end_lineno or statement.lineno)
        elif isinstance(statement, _BLOCKS):
            for part in ("body", "orelse", "finalbody"):
                yield from _defined(getattr(statement, part, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _defined(handler.body)


def is_defined_in(module: ModuleType, value: object) -> bool:
    """Whether a class or function is the module's own."""
    if home_of(value) == module.__name__:
        return True
    name = attribute(value, "__name__")
    return isinstance(name, str) and name in defined_names(module) and vars(module).get(name) is value
