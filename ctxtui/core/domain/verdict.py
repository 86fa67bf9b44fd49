"""What the verdict ladder found: one rung at a time, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from ctxtui.core.domain.json import JsonMap
from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.statuses import RungOutcome

__all__ = ["Evidence", "LineRanges", "MarkedLines", "RungOutcome", "RungVerdict", "in_words", "line_ranges", "lines_in"]

LineRanges: TypeAlias = tuple[tuple[int, int], ...]
"""First and last line of each stretch, both included."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason behind a rung's outcome.

    `kind` is a stable word such as `assertion`, `collection`, `outside_fence`, `missing_file`, `unstable`,
    `leftover`, `timeout`, `foreign_import`; `test` is a pytest node id; `detail` is the excerpt that proves it.
    `lines` are the lines of `path` that it is about; `change` is the unified diff of a mutant that no test noticed.
    """

    kind: str
    message: str
    path: str = ""
    test: str = ""
    detail: str = ""
    component_id: str = ""
    lines: tuple[int, ...] = ()
    change: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Evidence:
        """The evidence that `asdict` and JSON made this of; keys of another version are left out."""
        known = {name: data[name] for name in _EVIDENCE_FIELDS if name in data}
        return cls(**{**known, "lines": tuple(known.get("lines", ()))})


_EVIDENCE_FIELDS = tuple(item.name for item in fields(Evidence))


@dataclass(frozen=True, slots=True)
class MarkedLines:
    """What is known of a source file's lines. A line that is `survived` holds a mutant that no test noticed.

    `reached` and `missed` are what the tests reach and leave out; `partial` lines never took every way.
    """

    path: str
    reached: LineRanges = ()
    missed: LineRanges = ()
    partial: LineRanges = ()
    survived: LineRanges = ()


@dataclass(frozen=True, slots=True)
class RungVerdict:
    """The outcome of one rung. `duration` is in seconds; `metrics` holds numbers such as tests or lines covered.

    `lines` marks the component's source, where the rung looked at it.
    """

    rung: Rung
    outcome: RungOutcome
    summary: str
    evidence: tuple[Evidence, ...] = ()
    duration: float = 0.0
    metrics: JsonMap = field(default_factory=dict)
    lines: MarkedLines | None = None

    @property
    def is_failed(self) -> bool:
        return self.outcome is RungOutcome.FAILED


def line_ranges(lines: Iterable[int]) -> LineRanges:
    """Neighbouring lines as stretches: 1, 2, 3, 7 are (1, 3), (7, 7)."""
    stretches: list[tuple[int, int]] = []
    for line in sorted(set(lines)):
        if stretches and stretches[-1][1] == line - 1:
            stretches[-1] = (stretches[-1][0], line)
        else:
            stretches.append((line, line))
    return tuple(stretches)


def in_words(ranges: LineRanges) -> str:
    """3, 7-9."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def lines_in(ranges: LineRanges) -> frozenset[int]:
    return frozenset(line for first, last in ranges for line in range(first, last + 1))
