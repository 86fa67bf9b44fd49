"""What earlier attempts taught: which cases to leave out and which targets to look at again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.agents.builtin.cases import Case
from ctxtui.core.domain.verdict import Evidence

_HARMFUL = frozenset(
    {"assertion", "error", "failure", "unstable", "leftover", "pollutes", "polluted", "timeout", "network"}
)


@dataclass(slots=True)
class Memory:
    """`tests` maps a test of the last file to the fingerprints of its cases; `banned` fingerprints never come back."""

    tests: dict[str, list[str]] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"tests": self.tests, "banned": sorted(self.banned)}), encoding="utf-8")


def load_memory(path: Path | None) -> Memory:
    if path is None:
        return Memory()
    data: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8"))
    tests, banned = data["tests"], data["banned"]
    if not isinstance(tests, dict) or not isinstance(banned, list):
        return Memory()
    return Memory(tests, set(banned))


def fingerprint(case: Case) -> str:
    """What a case does, whatever it was found to give."""
    return "\n".join((case.target, *case.setup, case.act))


def mend(memory: Memory, feedback: Sequence[Evidence]) -> list[str]:
    """Bans the cases behind the tests that evidence names; returns those tests' names."""
    named = []
    for item in feedback:
        if not item.test or item.kind not in _HARMFUL:
            continue
        name = _test_name(item.test)
        if name in memory.tests:
            named.append(name)
            memory.banned.update(memory.tests[name])
    return list(dict.fromkeys(named))


def _test_name(node_id: str) -> str:
    """`tests/test_x.py::TestA::test_b[1-2]` without its file and its parameters."""
    return re.sub(r"\[.*$", "", node_id.partition("::")[2], flags=re.DOTALL)
