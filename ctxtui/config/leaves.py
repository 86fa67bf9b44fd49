"""The schema seen as a flat table: one row per setting, named by its dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard, get_args, get_origin

import msgspec

from ctxtui.config.schema import Section, Settings

PREFIX = "CTXTUI_"
"""What the environment variables begin with."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One setting: `type` is its annotation, bounds included."""

    name: str
    type: Any
    description: str = ""

    @property
    def _base(self) -> object:
        """The type without its bounds, and without its parameters: `list` for a list of anything."""
        bare = _bare(self.type)
        return get_origin(bare) or bare

    @property
    def is_map(self) -> bool:
        return self._base is dict

    @property
    def is_flat_map(self) -> bool:
        """Whether a table within can only be a key with dots that was not quoted: `a.b = 1` for `"a.b" = 1`."""
        return self.is_map and get_origin(_bare(get_args(_bare(self.type))[1])) is not dict

    @property
    def is_scalar(self) -> bool:
        """Whether one word can say it, as an environment variable does."""
        return self._base not in {dict, list}

    @property
    def variable(self) -> str:
        return PREFIX + self.name.replace(".", "_").upper()


def _bare(annotation: Any) -> Any:  # noqa: ANN401 - any type
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _is_section(annotation: object) -> TypeGuard[type[Section]]:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _description(annotation: object) -> str:
    notes = getattr(annotation, "__metadata__", ())
    return next((note.description for note in reversed(notes) if note.description), "")


def _walk(section: type[Section], prefix: str) -> Iterator[Leaf]:
    for entry in msgspec.structs.fields(section):
        name = prefix + entry.name
        if _is_section(entry.type):
            yield from _walk(entry.type, name + ".")
        else:
            yield Leaf(name, entry.type, _description(entry.type))


@cache
def leaves() -> Mapping[str, Leaf]:
    """Every setting by its dotted name, in the order they are declared."""
    return {leaf.name: leaf for leaf in _walk(Settings, "")}


@cache
def sections() -> frozenset[str]:
    """The dotted names of the tables that settings stand in."""
    names = [name.split(".") for name in leaves()]
    return frozenset(".".join(parts[:depth]) for parts in names for depth in range(1, len(parts)))


def flat_values(settings: Settings) -> dict[str, object]:
    """A settings object as dotted names and plain values, in the order they are declared."""
    values: dict[str, object] = {}
    for name in leaves():
        value: object = settings
        for part in name.split("."):
            value = getattr(value, part)
        values[name] = value
    return values


def nested(values: Mapping[str, object]) -> dict[str, Any]:
    """Dotted names as tables within tables, the way a settings file has them."""
    tables: dict[str, Any] = {}
    for name, value in values.items():
        *path, last = name.split(".")
        table = tables
        for part in path:
            table = table.setdefault(part, {})
        table[last] = value
    return tables
