"""The door to git: looks at repositories, keeps clones, and opens the workspaces of runs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ctxtui.core.ports.workspaces import Repository, Workspace
from ctxtui.core.workspaces.clones import Clones
from ctxtui.core.workspaces.folders import safe_name
from ctxtui.core.workspaces.git_process import require_git
from ctxtui.core.workspaces.hub import Hub
from ctxtui.core.workspaces.person_repository import PersonRepository, inspect_repository
from ctxtui.core.workspaces.run_workspace import RunWorkspace

SIZE_LIMIT = 1 << 20
"""Bytes of one accepted file: tests and their fixtures are text, and a repository keeps them for ever."""


class GitWorkspaces:
    """Implements the Workspaces port; everything it makes is below `cache_dir`."""

    def __init__(self, cache_dir: Path, size_limit: int = SIZE_LIMIT) -> None:
        self._cache_dir = cache_dir.absolute()
        self._size_limit = size_limit

    def inspect(self, path: Path) -> Repository:
        return inspect_repository(path)

    def clone(self, url: str, revision: str | None = None) -> Path:
        require_git()
        return Clones(self._cache_dir / "clones").fetch(url, revision)

    def open(self, root: Path, run_id: str, base: str, seeds: Mapping[str, str] | None = None) -> Workspace:
        """`seeds` maps a path in the worktrees to a file copied there, beside the ignored modules found by itself."""
        safe_name("run id", run_id)
        person = PersonRepository(inspect_repository(root).root)
        commit = person.commit_id(base)
        key = hashlib.sha256(os.fsencode(person.common_dir())).hexdigest()[:16]
        hub = Hub.of(self._cache_dir / "hubs" / key / run_id, person, commit)
        return RunWorkspace(hub, seeds or {}, self._size_limit)
