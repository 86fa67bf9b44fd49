"""A worktree that is gone afterwards, in which something is tried before a run, or without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ctxtui.core.engine.parts import Parts
from ctxtui.core.ports.toolchains import Package, TestRun
from ctxtui.core.ports.workspaces import Repository, Workspace
from ctxtui.core.processes.temporary import is_abandoned, name_of_ours

SLOT = "trial"
SUITE_SECONDS = 900.0
"""How long the project's whole suite may take."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`tree` holds the last commit: what the checkout has and that lacks is not there."""

    parts: Parts
    package: Package
    workspace: Workspace
    tree: Path

    def put_back(self) -> None:
        """The last commit again, whatever was done to the worktree."""
        self.workspace.checkout(SLOT)

    def test_run(self, files: tuple[str, ...], timeout: float) -> TestRun:
        package = self.package
        return TestRun(
            worktree=self.tree,
            files=files,
            package_name=package.prefix,
            import_roots=package.import_roots,
            interpreter=package.interpreter,
            timeout=timeout,
            pytest_plugins=package.pytest_plugins,
            pass_env=package.pass_env,
            naming=package.naming,
        )

    def coverage(self, paths: tuple[str, ...], existing: tuple[str, ...]) -> Mapping[str, float]:
        """Percent of lines and branches of those sources that the project's own tests reach, by path."""
        if not existing:
            return dict.fromkeys(paths, 0.0)
        report = self.parts.toolchain.run(replace(self.test_run(existing, SUITE_SECONDS), measure=paths))
        return {one.path: one.percent for one in report.coverage}


@contextmanager
def trial(parts: Parts, repository: Repository, package: Package) -> Iterator[Trial]:
    run_id = f"{name_of_ours('trial')}{parts.new_id()}"
    parts.workspaces.discard_abandoned(is_abandoned)
    try:
        workspace = parts.workspaces.open(repository.root, run_id, repository.head, keeps_base=False)
        yield Trial(parts, package, workspace, workspace.checkout(SLOT))
    finally:
        parts.workspaces.discard(repository.root, run_id)
