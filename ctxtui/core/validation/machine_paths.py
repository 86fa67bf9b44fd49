"""Paths of this machine and values of this shell in a test: on another one they are elsewhere, or nowhere."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ctxtui.core.domain.syntax import parse
from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.ports.toolchains import TestReport
from ctxtui.core.ports.validation import Candidate

SHARED = frozenset({"/", "/usr", "/usr/local", "/opt", "/home", "/tmp", "/root"})  # noqa: S108 - compared, never used
"""Folders that every machine has."""
SHORTEST_VALUE = 8
"""A shorter value of a variable may be there by chance."""


def machine_paths(candidate: Candidate, report: TestReport) -> Iterator[Evidence]:
    """Text in the file that names the worktree, the home folder, Python's places, or the value of a variable."""
    places = {str(candidate.worktree), str(Path.home()), *report.machine_places} - SHARED
    try:
        tree = parse((candidate.worktree / candidate.test_path).read_bytes())
    except (SyntaxError, ValueError, OSError):
        return  # another rung says so
    values = {os.environ.get(name, ""): name for name in candidate.test_run.pass_env}
    told: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
            found = _place_in(text, places) or _variable_in(text, values)
            if found and found not in told:
                told.add(found)
                yield Evidence("machine_path", f"line {node.lineno} {found}", candidate.test_path, lines=(node.lineno,))


def _place_in(text: str, places: set[str]) -> str:
    place = next((place for place in places if f"{text}/".startswith(f"{place}/") or f"{place}/" in text), "")
    return f"names {place}, which lies elsewhere on another machine" if place else ""


def _variable_in(text: str, values: Mapping[str, str]) -> str:
    """Which variable's value the text holds; the value itself is not told."""
    name = next((name for value, name in values.items() if len(value) >= SHORTEST_VALUE and value in text), "")
    return f"holds the value that {name} has in your shell; read it from os.environ" if name else ""
