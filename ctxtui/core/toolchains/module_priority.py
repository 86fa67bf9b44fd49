"""Which modules go first: those that others depend on, then the larger ones."""

from __future__ import annotations

import fnmatch
import math
from collections import Counter
from collections.abc import Iterator, Mapping

from ctxtui.core.toolchains.module_selection import Module, Selection

FAN_IN_SHARE = 800
SIZE_SHARE = 200


def priorities(selection: Selection, overrides: Mapping[str, int]) -> dict[str, int]:
    """By module path: 0 to 1000, unless a person said otherwise by exact name or by glob (the exact name wins)."""
    fan_in = _fan_in(selection)
    most_wanted = max(fan_in.values(), default=0)
    largest = max((module.survey.lines for module in selection.modules), default=0)
    found: dict[str, int] = {}
    for module in selection.modules:
        share = FAN_IN_SHARE * _relative(fan_in[module.path], most_wanted)
        computed = round(share + SIZE_SHARE * _relative(module.survey.lines, largest))
        found[module.path] = _override(module.name, overrides, computed)
    return found


def _relative(value: int, largest: int) -> float:
    return math.log1p(value) / math.log1p(largest) if largest else 0.0


def _override(name: str, overrides: Mapping[str, int], computed: int) -> int:
    if name in overrides:
        return overrides[name]
    return next((value for pattern, value in overrides.items() if fnmatch.fnmatchcase(name, pattern)), computed)


def _fan_in(selection: Selection) -> Counter[str]:
    """How many modules of the package import each module, by path."""
    by_name = {module.name: module for module in selection.all_modules}
    count: Counter[str] = Counter()
    for module in selection.all_modules:
        for path in {imported.path for imported in imported_modules(module, by_name)} - {module.path}:
            count[path] += 1
    return count


def imported_modules(module: Module, by_name: Mapping[str, Module]) -> Iterator[Module]:
    """Modules of the package that a module imports; a name taken from a package is traced to where it comes from."""
    for level, target, names in module.survey.imports:
        base = _resolve(module, level, target)
        if not names and base in by_name:
            yield by_name[base]
        for name in names:
            found = by_name.get(f"{base}.{name}" if base else name) or origin_of(base, name, by_name)
            if found is not None:
                yield found


def _resolve(module: Module, level: int, target: str) -> str:
    if not level:
        return target
    parts = module.name.split(".")
    kept = parts[: len(parts) - level + (1 if module.is_init else 0)]
    return ".".join([*kept, target] if target else kept)


def origin_of(base: str, name: str, by_name: Mapping[str, Module]) -> Module | None:
    """`from package import name`: the module that the package itself takes the name from, else the package."""
    package = by_name.get(base)
    if package is None or not package.is_init:
        return package
    for level, target, names in package.survey.imports:
        inner = _resolve(package, level, target)
        source = by_name.get(inner)
        if source is None or source is package:
            continue
        # A package within may only pass it on; it lies deeper, so that this ends.
        origin = origin_of(inner, name, by_name) if inner.startswith(base + ".") else source
        if name in names or ("*" in names and (origin is not source or name in source.survey.defined)):
            return origin
    return package
