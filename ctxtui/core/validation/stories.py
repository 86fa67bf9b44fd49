"""The seventh rung: each criterion of the module's specs is named by a test. It tells, and lets pass."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.rung import Rung
from ctxtui.core.domain.syntax import parse_or_empty
from ctxtui.core.domain.verdict import Evidence, RungOutcome, RungVerdict
from ctxtui.core.ports.validation import Candidate
from ctxtui.core.validation.evidence import limited, skipped
from ctxtui.core.workflow.component_testing.criteria import Criterion, criteria_in

RUNG = Rung.STORIES


@dataclass(frozen=True, slots=True)
class Stories:
    """A test names a criterion by its id: in its name, its docstring, a marker or a comment of its own."""

    rung: Rung = RUNG

    def judge(self, candidate: Candidate) -> RungVerdict:
        started = time.monotonic()
        criteria = [(path, one) for path in candidate.specs for one in criteria_in(_text(candidate.worktree / path))]
        if not criteria:
            return skipped(RUNG, started, "no spec of the module lists criteria with an id")
        written = [words for path in candidate.test_run.files for words in _tests(_text(candidate.worktree / path))]
        missing = [(path, one) for path, one in criteria if not any(one.is_named_in(words) for words in written)]
        named = len(criteria) - len(missing)
        return RungVerdict(
            RUNG,
            RungOutcome.PASSED,
            f"{named} of {len(criteria)} {'criterion' if len(criteria) == 1 else 'criteria'} named by a test",
            limited([_evidence(path, one) for path, one in missing]),
            time.monotonic() - started,
            {"criteria": len(criteria), "named": named},
        )


def _evidence(path: str, criterion: Criterion) -> Evidence:
    return Evidence("story", f"no test names {criterion.id}: {criterion.text}", path)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _tests(text: str) -> Iterator[str]:
    """The words of each test: from its first marker to its end, and of the class that it stands in."""
    lines = text.splitlines()
    for node in ast.walk(parse_or_empty(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and "test" in node.name.lower():
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield "\n".join(lines[first - 1 : node.end_lineno])
