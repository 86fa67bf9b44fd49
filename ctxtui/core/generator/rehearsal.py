"""Runs the written file once as it will be judged, so that what only held in the worker never reaches a verdict."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 300.0
"""When the program that runs the tests is given up: it bounds each run by itself, well before."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_GOOD = frozenset({"passed", "skipped"})


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`failed` maps a test (`Class::test`) to why; `passed` are the tests that held in every run.

    `trouble` says why a run as a whole told nothing about single tests, and `lines` at which of the file's it ended.
    """

    failed: Mapping[str, str]
    passed: frozenset[str]
    trouble: str = ""
    lines: frozenset[int] = frozenset()

    def failed_in(self, text: str) -> dict[str, str]:
        """What failed, with the tests of that file at whose lines it could not even be collected."""
        return {**dict.fromkeys(standing_at(text, self.lines), self.trouble), **self.failed}


def rehearse(command: Sequence[str]) -> Rehearsal:
    """Runs the command that reports test runs as lines of JSON."""
    failed: dict[str, str] = {}
    passed: set[str] = set()
    trouble = ""
    lines: set[int] = set()
    for report in _reports(command):
        for case in report["cases"]:
            name = test_name(case["id"])
            if case["outcome"] in _GOOD:
                passed.add(name)
            elif name:
                failed.setdefault(name, case["message"])
            else:
                lines |= _lines_in(case)
        if not any(test_name(case["id"]) for case in report["cases"]):
            trouble = trouble or report["message"] or report["end"]
    return Rehearsal(failed, frozenset(passed - set(failed)), trouble, frozenset(lines))


def _reports(command: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return
    for line in done.stdout.splitlines():
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def test_name(node_id: str) -> str:
    """`tests/test_x.py::TestA::test_b[1-2]` without its file and its parameters; empty for a file."""
    return re.sub(r"\[.*$", "", node_id.partition("::")[2], flags=re.DOTALL)


def standing_at(text: str, lines: Collection[int]) -> list[str]:
    """The tests of a file (`Class::test`) that stand at one of the lines, their tables included."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    classes = [("", tree.body), *((f"{one.name}::", one.body) for one in tree.body if isinstance(one, ast.ClassDef))]
    tests = ((prefix, node) for prefix, body in classes for node in body if isinstance(node, _FUNCTIONS))
    return [prefix + node.name for prefix, node in tests if not _rows_of(node).isdisjoint(lines)]


def _rows_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[int]:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return frozenset(range(first, (node.end_lineno or node.lineno) + 1))


def _lines_in(case: Mapping[str, Any]) -> set[int]:
    """The lines of a file that the way to its error leads through."""
    found = re.findall(rf"^{re.escape(case['id'])}:(\d+): ", case.get("detail", ""), flags=re.MULTILINE)
    return {int(line) for line in found}
