"""Which coverage.py measures a run, and what it says about the files that were to be measured."""

from __future__ import annotations

import configparser
import importlib.util
import json
import os
import tomllib
from collections.abc import Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from ctxtui.core.ports.toolchains import Coverage, TestRun
from ctxtui.core.toolchains.interpreter import Interpreter

OLDEST_COVERAGE = 5
WAYS_TO_RUN_AT_ONCE = frozenset({"thread", "greenlet", "gevent", "eventlet"})


def has_own_coverage(interpreter: Interpreter) -> bool:
    major = interpreter.coverage.split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_COVERAGE


def can_borrow_coverage(interpreter: Interpreter) -> bool:
    """This program's own coverage.py runs on the Python versions that its release names, and no others."""
    return interpreter.grammar >= _oldest_for_ours()


def _oldest_for_ours() -> tuple[int, int]:
    wanted = metadata("coverage")["Requires-Python"] or ">=3.11"
    numbers = wanted.partition(">=")[2].split(",")[0].strip().split(".")[:2]
    return (int(numbers[0]), int(numbers[1]))


def lent_coverage(interpreter: Interpreter) -> str | None:
    """The folder of this program's coverage.py where the project has none that will do, else an empty text.

    None where nothing can measure.
    """
    if has_own_coverage(interpreter):
        return ""
    spec = importlib.util.find_spec("coverage")
    if spec is None or not spec.submodule_search_locations or not can_borrow_coverage(interpreter):
        return None
    return str(spec.submodule_search_locations[0])


def concurrency(project: Path) -> list[str]:
    """How the project's own coverage settings say that its code runs at once: without it coverage.py sees little."""
    found: object = None
    for name, section in ((".coveragerc", "run"), ("setup.cfg", "coverage:run"), ("tox.ini", "coverage:run")):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read(project / name, "utf-8")
        except (OSError, ValueError, configparser.Error):
            continue
        found = found or parser.get(section, "concurrency", fallback=None)
    if not found:
        try:
            tools = tomllib.loads((project / "pyproject.toml").read_text("utf-8")).get("tool", {})
            found = tools.get("coverage", {}).get("run", {}).get("concurrency")
        except (OSError, ValueError, AttributeError):
            found = None
    words = found if isinstance(found, list) else str(found or "").replace(",", " ").split()
    return [word for word in words if word in WAYS_TO_RUN_AT_ONCE]


def read_coverage(result: Path, test_run: TestRun, worktree: Path, started_in: Path) -> tuple[Coverage, ...]:
    """Files that no test loaded count as uncovered; a run that died before it could say anything has none."""
    if not result.exists():
        return ()
    try:
        measured: Mapping[str, Any] = json.loads(result.read_text("utf-8"))["files"]
    except (ValueError, KeyError):
        return ()
    by_path = {os.path.realpath(started_in / path): facts for path, facts in measured.items()}
    return tuple(_of_file(path, by_path.get(os.path.realpath(worktree / path))) for path in test_run.measure)


def _of_file(path: str, facts: Mapping[str, Any] | None) -> Coverage:
    if facts is None:
        return Coverage(path, 0.0)
    return Coverage(
        path=path,
        percent=facts["summary"]["percent_covered"],
        missing=tuple(facts["missing_lines"]),
        reached=tuple(facts["executed_lines"]),
        missing_branches=tuple((source, target) for source, target in facts.get("missing_branches", ())),
    )
