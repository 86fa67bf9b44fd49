"""Paths of this machine in a test: on another one they are elsewhere, or nowhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.ports.toolchains import TestReport
from ctxtui.core.ports.validation import Candidate

SHARED = frozenset({"/", "/usr", "/usr/local", "/opt", "/home", "/tmp", "/root"})  # noqa: S108 - compared, never used
"""Folders that every machine has."""


def machine_paths(candidate: Candidate, report: TestReport) -> Iterator[Evidence]:
    """Text in the test file that names the worktree, the home folder, or where Python and packages are installed."""
    places = {str(candidate.worktree), str(Path.home()), *report.machine_places} - SHARED
    try:
        tree = ast.parse((candidate.worktree / candidate.test_path).read_bytes())
    except (SyntaxError, ValueError, OSError):
        return  # another rung says so
    told: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
            found = next((place for place in places if f"{text}/".startswith(f"{place}/") or f"{place}/" in text), "")
            if found and found not in told:
                told.add(found)
                message = f"line {node.lineno} names {found}, which lies elsewhere on another machine"
                yield Evidence("machine_path", message, candidate.test_path, lines=(node.lineno,))
