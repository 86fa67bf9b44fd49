"""The door to git: looks at repositories, keeps clones, and opens the workspaces of runs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ctxtui.core.ports.workspaces import Repository, Workspace, WorkspaceView
from ctxtui.core.workspaces.clones import Clones
from ctxtui.core.workspaces.folders import remove_tree, safe_name
from ctxtui.core.workspaces.git_process import INTERNAL, require_git, run_git
from ctxtui.core.workspaces.hub import Hub
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
        self._cache_dir = cache_dir.absolute()
        self._size_limit = size_limit

    def inspect(self, path: Path) -> Repository:
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
        return Clones(self._cache_dir / "clones").fetch(url, revision)

    def open(self, root: Path, run_id: str, base: str, seeds: Mapping[str, str] | None = None) -> Workspace:
        """`seeds` maps a path in the worktrees to a file copied there, beside the ignored modules found by itself."""
        person = PersonRepository(inspect_repository(root).root)
        hub = Hub.of(self._folder(person, run_id), person, person.commit_id(base))
        return RunWorkspace(hub, seeds or {}, self._size_limit)

    def view(self, root: Path, run_id: str, base: str) -> WorkspaceView:
        person = PersonRepository(root)
        return HubView(Hub.of(self._folder(person, run_id), person, base))

    def discard(self, root: Path, run_id: str) -> None:
        if root.is_dir():
            person = PersonRepository(root)
            Hub.of(self._folder(person, run_id), person, "").destroy()
        for left in self._folders_of(run_id):
            remove_tree(left)

    def size(self, run_id: str) -> int:
        files = (path for folder in self._folders_of(run_id) for path in folder.rglob("*"))
        return sum(path.lstat().st_size for path in files)

    def _folder(self, person: PersonRepository, run_id: str) -> Path:
        key = hashlib.sha256(os.fsencode(person.common_dir())).hexdigest()[:16]
        return self._cache_dir / "hubs" / key / safe_name("run id", run_id)

    def _folders_of(self, run_id: str) -> list[Path]:
        """By the run's name alone, for when its repository is gone."""
        return list((self._cache_dir / "hubs").glob(f"*/{safe_name('run id', run_id)}"))
