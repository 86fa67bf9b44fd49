"""What earlier attempts taught: which cases to leave out, and which parts of the module to look at again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.generator.protocol.case import Case, case_from
from ctxtui.core.generator.rehearsal import test_name

_POLLUTES = "pollutes"
_UNSTABLE = "unstable"
_SURVIVED = "survived"
_MORE = "more"
_LEFTOVER = "leftover"
HOPELESS = 2
_ABOUT_LINES = re.compile(r"lines?\s+((?:\d+(?:\s*-\s*\d+)?(?:,\s*)?)+)|^@@ -(\d+)|\.py:(\d+)", re.MULTILINE)
_ABOUT_GAPS = re.compile(r"cover|missing_line|missed|mutant|surviv|kill|floor")


@dataclass(slots=True)
class Memory:
    """`tests` maps a test of the last file to the fingerprints of its cases; `banned` fingerprints never come back.

    `cases` are all that held, the ones in the file and the spare ones. A `strict` memory takes no case that changes
    anything in the package, not even what looks like a cache. `unstable` counts, by target, the attempts in which
    one of its tests held here and failed elsewhere; after the second it is left alone. `doubted` are targets of which
    a test held in the worker and failed when the file was run: of those, only cases that are `proved` come back.
    """

    tests: dict[str, list[str]] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    cases: list[Case] = field(default_factory=list)
    is_strict: bool = False
    unstable: dict[str, int] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)
    proved: set[str] = field(default_factory=set)

    def save(self, path: Path) -> None:
        data = {
            "tests": self.tests,
            "banned": sorted(self.banned),
            "cases": [case.as_record() for case in self.cases],
            "is_strict": self.is_strict,
            "unstable": self.unstable,
            "doubted": sorted(self.doubted),
            "proved": sorted(self.proved),
        }
        path.write_text(json.dumps(data), encoding="utf-8")

    def allows(self, case: Case) -> bool:
        is_hopeless = self.unstable.get(case.target, 0) >= HOPELESS
        mark = fingerprint(case)
        is_doubtful = case.target in self.doubted and mark not in self.proved
        return mark not in self.banned and not is_hopeless and not is_doubtful

    def drop(self, names: Iterable[str]) -> None:
        """Bans the cases of tests that failed, and doubts what is like them."""
        banned = {mark for name in names for mark in self.tests.get(name, ())}
        self.banned |= banned
        self.proved -= banned
        self.doubted |= {mark.partition("\n")[0] for mark in banned}

    def prove(self, names: Iterable[str]) -> None:
        """Remembers the cases of tests that passed when the file was run."""
        self.proved |= {mark for name in names for mark in self.tests.get(name, ())} - self.banned


@dataclass(frozen=True, slots=True)
class Mending:
    """What the evidence asks for: tests dropped, lines to reach, and changes to notice."""

    dropped: tuple[str, ...] = ()
    lines: frozenset[int] = frozenset()
    diffs: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether the cases at hand will do."""
        return bool(self.dropped) and not self.lines


def load_memory(path: Path | None) -> Memory:
    if path is None:
        return Memory()
    data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    cases = [case_from(record, record["id"]) for record in data["cases"]]
    return Memory(
        tests=dict(data["tests"]),
        banned=set(data["banned"]),
        cases=cases,
        is_strict=bool(data["is_strict"]),
        unstable=dict(data["unstable"]),
        doubted=set(data["doubted"]),
        proved=set(data["proved"]),
    )


def fingerprint(case: Case) -> str:
    """What a case does, whatever it was found to give."""
    return "\n".join((case.target, *case.setup, case.act))


def mend(memory: Memory, feedback: Sequence[Evidence]) -> Mending:
    """Bans the cases behind the tests that evidence names, and finds the lines that it wants reached."""
    named: list[str] = []
    lines: set[int] = set()
    for item in feedback:
        if item.kind == _SURVIVED:
            lines |= set(item.lines) or lines_in(item.message)
            continue
        if _ABOUT_GAPS.search(item.kind):
            lines |= set(item.lines) or lines_in(f"{item.message}\n{item.detail}")
            continue
        if item.kind == _POLLUTES:
            named += _like(memory, test_name(item.test)) or _suspects(memory)
            continue
        if item.kind == _LEFTOVER:
            named += _tests_that_name(memory, PurePosixPath(item.path).name)
        if test_name(item.test) in memory.tests:
            named.append(test_name(item.test))
    dropped = tuple(dict.fromkeys(named))
    _note_unstable(memory, feedback)
    memory.drop(dropped)
    if dropped and not any(item.kind == _MORE for item in feedback):
        memory.prove(memory.tests.keys() - set(dropped))
    diffs = tuple(item.change or item.detail for item in feedback if item.kind == _SURVIVED)
    return Mending(dropped, frozenset(lines), diffs)


def _note_unstable(memory: Memory, feedback: Sequence[Evidence]) -> None:
    """Counts this attempt for each target that has an unstable test."""
    shaky = {
        print_ for item in feedback if item.kind == _UNSTABLE for print_ in memory.tests.get(test_name(item.test), ())
    }
    for target in {case.target for case in memory.cases if fingerprint(case) in shaky}:
        memory.unstable[target] = memory.unstable.get(target, 0) + 1


def _like(memory: Memory, name: str) -> list[str]:
    """The test of that name and all of the same target: what one value leaves behind another leaves, too."""
    targets = {mark.partition("\n")[0] for mark in memory.tests.get(name, ())}
    return [other for other, marks in memory.tests.items() if targets & {mark.partition("\n")[0] for mark in marks}]


def _suspects(memory: Memory) -> Iterable[str]:
    """Tests that may leave something changed: first whatever a strict replay shows, then all that change state."""
    if not memory.is_strict:
        memory.is_strict = True
        return ()
    changing = {fingerprint(case) for case in memory.cases if case.changes or case.setup or case.is_weak}
    return [name for name, prints in memory.tests.items() if changing & set(prints)]


def _tests_that_name(memory: Memory, file_name: str) -> Iterable[str]:
    """Tests whose cases speak of a file that was left behind; where none does, those that change anything."""
    speaking = [name for name, marks in memory.tests.items() if file_name and file_name in "".join(marks)]
    return speaking or _suspects(memory)


def lines_in(text: str) -> set[int]:
    """Line numbers in `lines 3, 7-9`, in a diff's `@@ -12,4 +12,4 @@` or in `module.py:12`."""
    found: set[int] = set()
    for listed, hunk, place in _ABOUT_LINES.findall(text):
        for first, last in re.findall(r"(\d+)(?:\s*-\s*(\d+))?", listed or hunk or place):
            found.update(range(int(first), min(int(last or first), int(first) + 200) + 1))
    return found
