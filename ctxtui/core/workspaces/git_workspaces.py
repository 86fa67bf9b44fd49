"""The door to git: looks at repositories, keeps clones, and opens the workspaces of runs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ctxtui.core.ports.workspaces import Repository, Workspace, WorkspaceView
from ctxtui.core.workspaces.clones import Clones
from ctxtui.core.workspaces.folders import bytes_in, disk_errors, safe_name
from ctxtui.core.workspaces.git_process import INTERNAL, require_git, run_git, without_credentials
from ctxtui.core.workspaces.hub import Hub, remove_area
from ctxtui.core.workspaces.person_repository import (
    FALLBACK_EMAIL,
    FALLBACK_NAME,
    PersonRepository,
    inspect_repository,
)
from ctxtui.core.workspaces.run_workspace import RunWorkspace
from ctxtui.core.workspaces.viewing import HubView

SIZE_LIMIT = 1 << 20
"""Bytes of one accepted file: tests and their fixtures are text, and a repository keeps them for ever."""


class GitWorkspaces:
    """Implements the Workspaces port; everything it makes is below `cache_dir`."""

    def __init__(self, cache_dir: Path, size_limit: int = SIZE_LIMIT) -> None:
        # Real paths: git writes those into a worktree's files, which are compared with ours.
        self._cache_dir = cache_dir.resolve()
        self._size_limit = size_limit

    def inspect(self, path: Path) -> Repository:
        with disk_errors(f"Cannot look at {path}"):
            return inspect_repository(path)

    def files_at(self, root: Path, revision: str) -> frozenset[str]:
        listed = PersonRepository(root).look(
            "ls-tree", "-r", "-z", "--name-only", "--full-tree", revision, doing=f"Cannot list the files of {revision}"
        )
        return frozenset(listed.records)

    def found(self, folder: Path, message: str) -> None:
        """The commit is by the fallback identity, unsigned and without hooks: nobody's settings are asked."""
        doing = f"Cannot make a repository in {folder}"
        author = (
            "-c",
            f"user.name={FALLBACK_NAME}",
            "-c",
            f"user.email={FALLBACK_EMAIL}",
            "-c",
            "commit.gpgsign=false",
        )
        commit = (*author, "commit", "-q", "--no-verify", "-m", message)
        for command in (("init", "-q"), ("add", "."), commit):
            run_git((*INTERNAL, "-C", str(folder), *command), doing=doing)

    def clone(self, url: str, revision: str | None = None) -> Path:
        require_git()
        with disk_errors(f"Cannot keep a clone of {without_credentials(url)}"):
            return Clones(self._cache_dir / "clones").fetch(url, revision)

    def open(self, root: Path, run_id: str, base: str, seeds: Mapping[str, str] | None = None) -> Workspace:
        """`seeds` maps a path in the worktrees to a file copied there, beside the ignored modules found by itself."""
        person = PersonRepository(self.inspect(root).root)
        hub = Hub.of(self._folder(person, run_id), person, person.commit_id(base))
        with disk_errors(f"Cannot make the working area of run {run_id}"):
            return RunWorkspace(hub, seeds or {}, self._size_limit)

    def view(self, root: Path, run_id: str, base: str) -> WorkspaceView:
        person = PersonRepository(root)
        return HubView(Hub.of(self._folder(person, run_id), person, base))

    def discard(self, root: Path, run_id: str) -> None:
        for folder in self._folders_of(run_id):
            with disk_errors(f"Cannot remove {folder}"):
                remove_area(folder, PersonRepository(root))

    def size(self, run_id: str) -> int:
        return sum(bytes_in(folder) for folder in self._folders_of(run_id))

    def _folder(self, person: PersonRepository, run_id: str) -> Path:
        key = hashlib.sha256(os.fsencode(person.common_dir())).hexdigest()[:16]
        return self._cache_dir / "hubs" / key / safe_name("run id", run_id)

    def _folders_of(self, run_id: str) -> list[Path]:
        """By the run's name alone, for when its repository is gone."""
        return list((self._cache_dir / "hubs").glob(f"*/{safe_name('run id', run_id)}"))
