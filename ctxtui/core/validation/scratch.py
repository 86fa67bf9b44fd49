"""A throwaway copy of a worktree, in which the code under test may be changed and do what it likes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ctxtui.core.ports.toolchains import TestReport, TestRun, TestRunner
from ctxtui.core.validation.tree import run_and_tidy

_NOT_COPIED = shutil.ignore_patterns(
    ".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".tox", ".nox", "node_modules"
)


@dataclass(slots=True)
class Scratch:
    """The copy at `tree` of the worktree that `template` names; `source` is the file whose content may be changed."""

    runner: TestRunner
    template: TestRun
    tree: Path
    source: str
    runs: int = 0

    def run(self, content: bytes, *, timeout: float, test_timeout: float) -> TestReport:
        """The tests' run, up to the first that fails, against the source with that content.

        A run that changed or deleted other files spoils the copy, so that a new one is made for the next.
        """
        self.runs += 1
        self._write(content)
        run = replace(
            self.template,
            worktree=self.tree,
            timeout=timeout,
            test_timeout=test_timeout,
            measure=(),
            stop_at_first=True,
        )
        report, effects = run_and_tidy(self.runner, run)
        if set(effects.values()) - {"created"}:
            shutil.rmtree(self.tree, ignore_errors=True)
            copy_tree(self.template.worktree, self.tree)
        return report

    def _write(self, content: bytes) -> None:
        """Every content gets a time of its own: byte code kept from another never passes for this one's."""
        path = self.tree / self.source
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        os.utime(path, (self.runs, self.runs))


@contextmanager
def scratch(runner: TestRunner, template: TestRun, source: str) -> Iterator[Scratch]:
    folder = Path(tempfile.mkdtemp(prefix="ctxtui-mutants-")).resolve()
    try:
        tree = folder / "tree"
        copy_tree(template.worktree, tree)
        yield Scratch(runner, template, tree, source)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_tree(origin: Path, tree: Path) -> None:
    """Without version control and caches, links as links."""
    shutil.copytree(origin, tree, symlinks=True, ignore=_NOT_COPIED, dirs_exist_ok=True)
