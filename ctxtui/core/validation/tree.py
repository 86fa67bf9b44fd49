"""What a test run does to the files of its worktree."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from ctxtui.core.ports.toolchains import Blame, TestReport, TestRun, TestRunner
from ctxtui.core.ports.validation import Effect
from ctxtui.core.validation.canaries import planted
from ctxtui.core.workflow.paths import matches

Snapshot: TypeAlias = Mapping[str, tuple[int, int, int]]
"""Size, modification time (ns) and mode of each file and link, and of folders that they are there.

By POSIX path relative to the tree.
"""

NOISE = (
    ".git",
    ".git/**",
    ".ctxtui/**",
    "**/__pycache__/*.pyc",
    "**/.pytest_cache/**",
    "**/.mypy_cache/**",
    "**/.ruff_cache/**",
    "**/.hypothesis/**",
    "**/.coverage",
    "**/.coverage.*",
    "**/.DS_Store",
)
"""Paths that tools leave behind by themselves: they never count, neither against an agent nor against a test."""

TOUCHED = "touched"
_FOLDER = (0, 0, 0)
_NOISE_FOLDERS = frozenset(
    {".git", ".ctxtui", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
)


def is_noise(path: str) -> bool:
    return matches(path, NOISE)


def run_and_tidy(runner: TestRunner, test_run: TestRun) -> tuple[TestReport, list[Effect]]:
    """Runs tests, says what they did to files, and undoes it.

    Undone, so that it neither changes the next run's outcome nor looks like the agent's work.
    """
    with planted(test_run.worktree, test_run.canaries):
        before = _snapshot(test_run.worktree)
        report = runner.run(test_run)
        after = _snapshot(test_run.worktree)
        created = sorted(after.keys() - before.keys())
        for path in reversed(created):
            _remove(test_run.worktree, path)
    changed = [path for path in sorted(after.keys() & before.keys()) if after[path] != before[path]]
    deleted = sorted(before.keys() - after.keys())
    if (changed or deleted) and test_run.put_back is not None:
        test_run.put_back()
    shown = [path for path in created if not any(other.startswith(path + "/") for other in created)]
    seen = dict.fromkeys(shown, "created") | dict.fromkeys(changed, "changed") | dict.fromkeys(deleted, "deleted")
    effects = [effect for path, what in seen.items() for effect in _attributed(path, what, report)]
    known = {effect.path for effect in effects}
    effects += [
        Effect(touch.path, TOUCHED, touch.blame, touch.test)
        for touch in report.touched
        if touch.path not in known and not is_noise(touch.path)
    ]
    return report, [effect for effect in effects if effect.path not in test_run.tolerated]


def _attributed(path: str, what: str, report: TestReport) -> list[Effect]:
    """The effect once for each test that had a hand in it; else for what did; tests are to blame for the rest."""
    hands = [
        touch
        for touch in report.touched
        if path == touch.path or path.startswith(touch.path + "/") or touch.path.startswith(path + "/")
    ]
    by_tests = list(dict.fromkeys(touch.test for touch in hands if touch.blame is Blame.TESTS))
    if by_tests or not hands:
        return [Effect(path, what, Blame.TESTS, test) for test in by_tests or [""]]
    return [Effect(path, what, hands[0].blame)]


def _snapshot(root: Path) -> Snapshot:
    return dict(_files(root, ""))


def _files(root: Path, folder: str) -> Iterator[tuple[str, tuple[int, int, int]]]:
    queue = [folder]
    while queue:
        folder = queue.pop()
        with contextlib.suppress(OSError), os.scandir(root / folder) as entries:
            for entry in entries:
                path = folder + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _NOISE_FOLDERS:
                        queue.append(path + "/")
                        yield path, _FOLDER
                elif not is_noise(path):
                    status = entry.stat(follow_symlinks=False)
                    yield path, (status.st_size, status.st_mtime_ns, status.st_mode)


def _remove(root: Path, path: str) -> None:
    place = root / path
    with contextlib.suppress(OSError):
        if place.is_dir() and not place.is_symlink():
            place.rmdir()
        else:
            place.unlink()
