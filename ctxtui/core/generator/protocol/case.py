"""A recorded fact about a module: how to bring it about, and what then holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Origin = tuple[str, str]
INNER_BREAK = "\v"
"""What the worker puts for a break inside a statement, where each statement is a line."""


@dataclass(frozen=True, slots=True)
class Case:
    """`checks` speak of `result`, `changes` of variables in `setup`; `raises` is an exception's name and message.

    `kills` are the changes to the module that the case notices; an example comes from the project's own sources.
    `arguments` are the act's arguments by parameter name, each behind the statements that it needs, a line each; empty
    when the act was taken over whole. A case that `uses_files` looks at or changes the current folder, so its test has
    to run in a temporary one. `shows` is what the case shows for any value, in words that end a test's name. A case at
    an edge has a value beside one that the module compares with.
    """

    id: int
    target: str
    owner: str
    setup: tuple[str, ...]
    act: str
    arguments: Mapping[str, str]
    checks: tuple[str, ...]
    changes: tuple[str, ...] = ()
    raises: tuple[str, str] | None = None
    warns: str = ""
    prints: str = ""
    arcs: frozenset[tuple[int, int]] = frozenset()
    names: Mapping[str, Origin] = field(default_factory=dict)
    is_example: bool = False
    kills: frozenset[int] = frozenset()
    uses_files: bool = False
    shows: str = ""
    is_edge: bool = False

    @property
    def is_plain(self) -> bool:
        """One call, one assertion, nothing else going on."""
        is_more = self.setup or self.changes or self.raises or self.warns or self.prints or self.uses_files
        return not is_more and len(self.checks) == 1

    @property
    def is_weak(self) -> bool:
        """Says only that nothing came back."""
        return self.checks == ("result is None",) and not (self.changes or self.prints or self.warns)

    def with_kills(self, mutants: frozenset[int]) -> Case:
        return replace(self, kills=mutants)

    def without(self, failing: frozenset[str]) -> Case:
        """Without assertions that do not hold everywhere."""
        if not failing:
            return self
        checks = tuple(check for check in self.checks if check not in failing)
        changes = tuple(check for check in self.changes if check not in failing)
        return replace(self, checks=checks, changes=changes)

    def with_id(self, number: int) -> Case:
        return replace(self, id=number)

    def as_json(self) -> Mapping[str, Any]:
        return {
            "id": self.id,
            "target": self.target,
            "setup": self.setup,
            "act": self.act,
            "checks": self.checks,
            "changes": self.changes,
            "raises": self.raises,
            "warns": self.warns,
            "prints": self.prints,
            "arcs": sorted(self.arcs),
            "uses_files": self.uses_files,
        }

    def as_record(self) -> Mapping[str, Any]:
        """Everything, to be read back by `case_from`."""
        return {
            **self.as_json(),
            "owner": self.owner,
            "arguments": self.arguments,
            "names": self.names,
            "is_example": self.is_example,
            "kills": sorted(self.kills),
            "shows": self.shows,
            "is_edge": self.is_edge,
        }


def case_from(record: Mapping[str, Any], number: int) -> Case:
    raises = record["raises"]
    return Case(
        id=number,
        target=record["target"],
        owner=record["owner"],
        setup=tuple(record["setup"]),
        act=record["act"],
        arguments=record["arguments"],
        checks=tuple(record["checks"]),
        changes=tuple(record["changes"]),
        raises=(raises[0], raises[1]) if raises else None,
        warns=record["warns"],
        prints=record["prints"],
        arcs=frozenset((first, second) for first, second in record["arcs"]),
        names={name: (origin[0], origin[1]) for name, origin in record["names"].items()},
        is_example=record["is_example"],
        kills=frozenset(record.get("kills", ())),
        uses_files=bool(record.get("uses_files")),
        shows=record.get("shows", ""),
        is_edge=bool(record.get("is_edge")),
    )
