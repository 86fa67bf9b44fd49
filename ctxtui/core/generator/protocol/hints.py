"""What the project's own sources suggest about calling a module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_EXPRESSION = 160
MAX_CALLS = 40
MAX_LITERALS = 30
MAX_TYPES = 4
MAX_FILES = 120
MAX_FILE_BYTES = 400_000
MAX_TEXT = 60

Origin = tuple[str, str]


@dataclass(slots=True)
class Hints:
    """What was found, by target name; `names` says where the names in expressions are imported from.

    `scenarios` are calls behind the statements that they need, a line each. `types` are those that the code checks
    for, `documented` those that stand for an annotation.
    """

    calls: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    scenarios: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    parameters: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    types: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    documented: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    literals: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, Origin] = field(default_factory=dict)
    constants: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def as_json(self) -> Mapping[str, Mapping[str, list[str]]]:
        return {
            "calls": self.calls,
            "scenarios": self.scenarios,
            "parameters": self.parameters,
            "types": self.types,
            "documented": self.documented,
            "literals": self.literals,
            "constants": {"module": self.constants},
            "texts": {"module": self.texts},
        }


@dataclass(frozen=True, slots=True)
class Surface:
    """A module's callables by the names that call sites use; methods are found by their bare name."""

    parameters: Mapping[str, tuple[str, ...]]
    methods: Mapping[str, tuple[str, ...]]
    globals: frozenset[str]


def add(found: list[str], text: str, most: int) -> None:
    if text and text not in found and len(found) < most:
        found.append(text)
