"""The names a test may use: the module's own, the package's, and a few from the standard library."""

from __future__ import annotations

import ast
import builtins
import importlib
import pathlib
import sys
from types import ModuleType
from typing import Dict, Mapping, Tuple

from .careful import attribute, home_of, is_a, members_of

Origin = Tuple[str, str]
"""(module, attribute); an empty attribute stands for the module itself."""

STDLIB = (
    "argparse",
    "asyncio",
    "collections",
    "contextlib",
    "contextvars",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "io",
    "ipaddress",
    "itertools",
    "logging",
    "math",
    "operator",
    "pathlib",
    "pickle",
    "re",
    "string",
    "types",
    "typing",
    "uuid",
)
MAX_NAME = 60


class Approx:
    """Stands for `pytest.approx` where pytest may not be installed."""

    def __init__(self, expected: object) -> None:
        self._expected = expected

    def __eq__(self, actual: object) -> bool:
        return _is_close(actual, self._expected)

    __hash__ = None  # type: ignore[assignment]


def _is_close(actual: object, expected: object) -> bool:
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(actual, (list, tuple))
            and len(actual) == len(expected)
            and all(_is_close(a, e) for a, e in zip(actual, expected))
        )
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and set(actual) == set(expected)
            and all(_is_close(actual[key], value) for key, value in expected.items())
        )
    if isinstance(expected, float) and isinstance(actual, (int, float)):
        return actual == expected or abs(actual - expected) <= max(1e-6 * abs(expected), 1e-12)
    return actual == expected


class _Pytest:
    approx = Approx


def _origin(module: ModuleType, name: str, value: object) -> Origin:
    """Where a person would import a name of the module from: from where it is defined, if that is public."""
    if is_a(value, ModuleType):
        is_foreign = value.__name__.partition(".")[0] != module.__name__.partition(".")[0]
        is_itself = value.__name__ == name or (is_foreign and sys.modules.get(value.__name__) is value)
        return (value.__name__, "") if is_itself else (module.__name__, name)
    home = home_of(value)
    is_public = bool(home) and not any(part.startswith("_") for part in home.split("."))
    if is_public and home != module.__name__ and attribute(sys.modules.get(home), name) is value:
        return (home, name)
    return (module.__name__, name)


class Names(Dict[str, object]):
    """A namespace for `eval` that remembers where each name comes from."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__()
        self.module = module
        self.package = module.__name__.partition(".")[0]
        self.origins: dict[str, Origin] = {}
        self["pytest"] = _Pytest
        for name in STDLIB:
            self[name] = importlib.import_module(name)
            self.origins[name] = (name, "")
        for name, value in members_of(module):
            is_own = attribute(value, "__module__", module.__name__) == module.__name__ and not is_a(value, ModuleType)
            if not name.startswith("__") and (is_own or name not in self):
                self[name] = value
                self.origins[name] = _origin(module, name, value)

    def adopt(self, origins: Mapping[str, Origin]) -> None:
        """Takes over names that harvested expressions use, where they can be imported and clash with nothing."""
        for name, (module_name, member) in origins.items():
            if name in self or hasattr(builtins, name):
                continue
            try:
                module = importlib.import_module(module_name)
                if member and not hasattr(module, member):
                    importlib.import_module(f"{module_name}.{member}")
                value = getattr(module, member) if member else module
            except Exception:  # noqa: BLE001, S112 - foreign imports fail in any way; the name is then not offered
                continue
            self[name] = value
            self.origins[name] = (module_name, member)

    def path_maker(self) -> str:
        """How a test calls `pathlib.Path`."""
        self.adopt({"Path": ("pathlib", "Path")})
        return "Path" if self.get("Path") is pathlib.Path else "pathlib.Path"

    def file_check(self, path: str, content: str | bytes | None) -> str:
        """An assertion that a file of the working folder holds this, or that a folder (without content) is there."""
        made = f"{self.path_maker()}({path!r})"
        if content is None:
            return f"{made}.is_dir()"
        read = "read_bytes()" if isinstance(content, bytes) else 'read_text(encoding="utf-8")'
        return f"{made}.{read} == {content!r}"

    def name_of(self, value: object) -> str | None:  # noqa: PLR0911 - each place a name may live
        """An expression that gives this very class, function or module-level object, or None."""
        name = attribute(value, "__qualname__") or attribute(value, "__name__")
        home = home_of(value)
        if not isinstance(name, str) or not home or "<" in name or len(name) > MAX_NAME:
            return None
        first = name.partition(".")[0]
        if self._resolves(self.get(first), name, value):
            return name
        if home == "builtins":
            return name if getattr(builtins, name, None) is value else None
        if any(part.startswith("_") for part in name.split(".")):
            return None
        if home.partition(".")[0] in STDLIB and self._resolves(self.get(home.partition(".")[0]), "_." + name, value):
            return home.partition(".")[0] + "." + name
        if home.partition(".")[0] != self.package or first in self or hasattr(builtins, first):
            return None
        owner = attribute(sys.modules.get(home), first)
        if not self._resolves(owner, name, value):
            return None
        self[first] = owner
        self.origins[first] = (home, first)
        return name

    def imported_name_of(self, kind: type) -> str | None:
        """The name of a public class of another library, which is then imported by it."""
        name, home = kind.__name__, home_of(kind)
        is_public = not any(part.startswith("_") for part in (name, *home.split(".")))
        if is_public and name not in self and attribute(sys.modules.get(home), name) is kind:
            self.adopt({name: (home, name)})
        return name if self.get(name) is kind else None

    @staticmethod
    def _resolves(start: object, dotted: str, value: object) -> bool:
        current = start
        for part in dotted.split(".")[1:]:
            current = attribute(current, part)
        return current is not None and current is value

    def knows_all(self, source: str) -> bool:
        """Whether an expression or statement uses only names that are known here or bound by itself."""
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            return False
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        bound = {node.id for node in nodes if not isinstance(node.ctx, ast.Load)}
        bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        return all(node.id in bound or node.id in self or hasattr(builtins, node.id) for node in nodes)
