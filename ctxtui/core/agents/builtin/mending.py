"""What earlier attempts taught: which cases to leave out, and which parts of the module to look at again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctxtui.core.agents.builtin.cases import Case, case_from
from ctxtui.core.domain.verdict import Evidence

_POLLUTES = "pollutes"
_UNSTABLE = "unstable"
_SURVIVED = "survived"
HOPELESS = 2
_ABOUT_LINES = re.compile(r"lines?\s+((?:\d+(?:\s*-\s*\d+)?(?:,\s*)?)+)|^@@ -(\d+)|\.py:(\d+)", re.MULTILINE)
_ABOUT_GAPS = re.compile(r"cover|missing_line|missed|mutant|surviv|kill|floor")


@dataclass(slots=True)
class Memory:
    """`tests` maps a test of the last file to the fingerprints of its cases; `banned` fingerprints never come back.

    `cases` are all that held, the ones in the file and the spare ones. A `strict` memory takes no case that changes
    anything in the package, not even what looks like a cache. `unstable` counts, by target, the attempts in which
    one of its tests held here and failed elsewhere; after the second it is left alone.
    """

    tests: dict[str, list[str]] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    cases: list[Case] = field(default_factory=list)
    is_strict: bool = False
    unstable: dict[str, int] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        data = {
            "tests": self.tests,
            "banned": sorted(self.banned),
            "cases": [case.as_record() for case in self.cases],
            "is_strict": self.is_strict,
            "unstable": self.unstable,
        }
        path.write_text(json.dumps(data), encoding="utf-8")

    def allows(self, case: Case) -> bool:
        is_hopeless = self.unstable.get(case.target, 0) >= HOPELESS
        return fingerprint(case) not in self.banned and not is_hopeless


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
    return Memory(dict(data["tests"]), set(data["banned"]), cases, bool(data["is_strict"]), dict(data["unstable"]))


def fingerprint(case: Case) -> str:
    """What a case does, whatever it was found to give."""
    return "\n".join((case.target, *case.setup, case.act))


def mend(memory: Memory, feedback: Sequence[Evidence]) -> Mending:
    """Bans the cases behind the tests that evidence names, and finds the lines that it wants reached."""
    named: list[str] = []
    lines: set[int] = set()
    for item in feedback:
        if item.kind == _SURVIVED:
            lines |= lines_in(item.message)
            continue
        if _ABOUT_GAPS.search(item.kind):
            lines |= lines_in(f"{item.message}\n{item.detail}")
            continue
        if item.kind == _POLLUTES:
            named += _suspects(memory)
        if _test_name(item.test) in memory.tests:
            named.append(_test_name(item.test))
    dropped = tuple(dict.fromkeys(named))
    _note_unstable(memory, feedback)
    for name in dropped:
        memory.banned.update(memory.tests[name])
    diffs = tuple(item.detail for item in feedback if item.kind == _SURVIVED)
    return Mending(dropped, frozenset(lines), diffs)


def _note_unstable(memory: Memory, feedback: Sequence[Evidence]) -> None:
    """Counts this attempt for each target that has an unstable test."""
    shaky = {
        print_ for item in feedback if item.kind == _UNSTABLE for print_ in memory.tests.get(_test_name(item.test), ())
    }
    for target in {case.target for case in memory.cases if fingerprint(case) in shaky}:
        memory.unstable[target] = memory.unstable.get(target, 0) + 1


def _suspects(memory: Memory) -> Iterable[str]:
    """Tests that may leave something changed: first whatever a strict replay shows, then all that change state."""
    if not memory.is_strict:
        memory.is_strict = True
        return ()
    changing = {fingerprint(case) for case in memory.cases if case.changes or case.setup or case.is_weak}
    return [name for name, prints in memory.tests.items() if changing & set(prints)]


def _test_name(node_id: str) -> str:
    """`tests/test_x.py::TestA::test_b[1-2]` without its file and its parameters."""
    return re.sub(r"\[.*$", "", node_id.partition("::")[2], flags=re.DOTALL)


def lines_in(text: str) -> set[int]:
    """Line numbers in `lines 3, 7-9`, in a diff's `@@ -12,4 +12,4 @@` or in `module.py:12`."""
    found: set[int] = set()
    for listed, hunk, place in _ABOUT_LINES.findall(text):
        for first, last in re.findall(r"(\d+)(?:\s*-\s*(\d+))?", listed or hunk or place):
            found.update(range(int(first), min(int(last or first), int(first) + 200) + 1))
    return found
