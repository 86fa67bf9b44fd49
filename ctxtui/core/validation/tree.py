"""What a test run does to the files of its worktree."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from ctxtui.core.ports.toolchains import TestReport, TestRun, TestRunner
from ctxtui.core.workflow.paths import matches

Snapshot: TypeAlias = Mapping[str, tuple[int, int, int]]
"""Size, modification time (ns) and mode of each file and link, by POSIX path relative to the tree."""

NOISE = (
    ".git",
    ".git/**",
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

_NOISE_FOLDERS = frozenset({".git", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"})


def is_noise(path: str) -> bool:
    return matches(path, NOISE)


def run_and_tidy(runner: TestRunner, test_run: TestRun) -> tuple[TestReport, dict[str, str]]:
    """Runs tests, says which files they `created`, `changed` or `deleted`, and removes the created ones.

    Removed, so that they neither change the next run's outcome nor look like the agent's work.
    """
    before = _snapshot(test_run.worktree)
    report = runner.run(test_run)
    after = _snapshot(test_run.worktree)
    effects = dict.fromkeys(sorted(after.keys() - before.keys()), "created")
    for path in effects:
        _remove(test_run.worktree, path)
    effects |= {path: "changed" for path in sorted(after.keys() & before.keys()) if after[path] != before[path]}
    effects |= dict.fromkeys(sorted(before.keys() - after.keys()), "deleted")
    return report, effects


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
                elif not is_noise(path):
                    status = entry.stat(follow_symlinks=False)
                    yield path, (status.st_size, status.st_mtime_ns, status.st_mode)


def _remove(root: Path, path: str) -> None:
    """The file, and the folders that only it kept alive."""
    with contextlib.suppress(OSError):
        (root / path).unlink()
        for folder in (root / path).parents:
            if folder == root:
                break
            folder.rmdir()
