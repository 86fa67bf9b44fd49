"""The door to git: looks at repositories, keeps clones, and opens the workspaces of runs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.ports.workspaces import Repository, Workspace, WorkspaceView
from ctxtui.core.workspaces.clones import Clones
from ctxtui.core.workspaces.delivery import refuse_push
from ctxtui.core.workspaces.folders import bytes_in, disk_errors, remove_tree, safe_name
from ctxtui.core.workspaces.git_process import INTERNAL, require_git, run_git, without_credentials
from ctxtui.core.workspaces.hub import Hub, keep_base, kept_bases, release_base, remove_area
from ctxtui.core.workspaces.ignored_files import uncommitted_paths
from ctxtui.core.workspaces.person_repository import (
    FALLBACK_EMAIL,
    FALLBACK_NAME,
    PersonRepository,
    inspect_repository,
)
from ctxtui.core.workspaces.pull_request import opener_for
from ctxtui.core.workspaces.reservations import release_reservation
from ctxtui.core.workspaces.run_workspace import RunWorkspace
from ctxtui.core.workspaces.signing import refuse_signing
from ctxtui.core.workspaces.snapshots import unpack
from ctxtui.core.workspaces.viewing import HubView

SIZE_LIMIT = 1 << 20
"""Bytes of one accepted file: tests and their fixtures are text, and a repository keeps them for ever."""


class GitWorkspaces:
    """Implements the Workspaces port.

    What can be made again is below `cache_dir`, which somebody may clear at any time; accepted files are below
    `data_dir`.
    """

    def __init__(self, cache_dir: Path, data_dir: Path, size_limit: int = SIZE_LIMIT) -> None:
        # Real paths: git writes those into a worktree's files, which are compared with ours.
        self._cache_dir = cache_dir.resolve()
        self._accepted_dir = data_dir.resolve() / "accepted"
        self._size_limit = size_limit

    def inspect(self, path: Path) -> Repository:
        with disk_errors(f"Cannot look at {path}"):
            return inspect_repository(path)

    def files_at(self, root: Path, revision: str) -> frozenset[str]:
        listed = PersonRepository(root).look(
            "ls-tree", "-r", "-z", "--name-only", "--full-tree", revision, doing=f"Cannot list the files of {revision}"
        )
        return frozenset(listed.records)

    def branch_at(self, root: Path, name: str) -> str:
        return PersonRepository(root).branches().get(name, ("", ""))[0]

    def changed_files(self, root: Path, since: str, revision: str) -> frozenset[str]:
        person = PersonRepository(root)
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}")
        found = person.look(*asked, doing=f"Cannot read {since}", accepted=(0, 1, 128))
        if found.status:
            raise RepositoryError(f"There is no revision {since} in {root}: name a branch, a tag or a commit.")
        compared = ("diff", "--name-only", "-z", "--no-renames", found.text, revision)
        return frozenset(person.look(*compared, doing=f"Cannot compare with {since}").records)

    def refuse_push(self, root: Path, remote: str) -> None:
        refuse_push(PersonRepository(root), remote)

    def refuse_proposal(self, root: Path, remote: str) -> None:
        opener_for(PersonRepository(root), remote)

    def refuse_signing(self, root: Path) -> None:
        refuse_signing(PersonRepository(root))

    def uncommitted_paths(self, root: Path) -> tuple[str, ...]:
        return uncommitted_paths(PersonRepository(root))

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

    def open(
        self, root: Path, run_id: str, base: str, seeds: Mapping[str, str] | None = None, *, keeps_base: bool = True
    ) -> Workspace:
        """`seeds` maps a path in the worktrees to a file copied there, beside the ignored modules found by itself."""
        person = PersonRepository(self.inspect(root).root)
        hub = self._hub(person, run_id, person.commit_id(base))
        with disk_errors(f"Cannot make the working area of run {run_id}"):
            return RunWorkspace(hub, seeds or {}, self._size_limit, keeps_base=keeps_base)

    def unpacked(self, digest: str) -> Path | None:
        folder = self._snapshot(digest)
        return folder if folder.is_dir() else None

    def unpack(self, digest: str, content: bytes) -> Path:
        if hashlib.sha256(content).hexdigest() != digest:
            raise RepositoryError("The base commit was damaged on its way here: start the run again.")
        with disk_errors("Cannot unpack the base commit"):
            return unpack(content, self._snapshot(digest))

    def view(self, root: Path, run_id: str, base: str) -> WorkspaceView:
        person = PersonRepository(root)
        return HubView(self._hub(person, run_id, base))

    def keep_base(self, root: Path, run_id: str, base: str) -> None:
        keep_base(PersonRepository(root), safe_name("run id", run_id), base)

    def kept_bases(self, root: Path) -> frozenset[str]:
        person = PersonRepository(root)
        return kept_bases(person) if person.is_there() else frozenset()

    def discard(self, root: Path, run_id: str) -> None:
        person = PersonRepository(root)
        if person.is_there():
            # Runs put their areas away when they end, and keep their bases.
            release_base(person, safe_name("run id", run_id))
            release_reservation(person, run_id)
        for folder in self._folders_of(run_id):
            with disk_errors(f"Cannot remove {folder}"):
                remove_area(folder)
        with disk_errors(f"Cannot remove the accepted files of run {run_id}"):
            remove_tree(self._accepted(run_id))

    def discard_abandoned(self, is_abandoned: Callable[[str], bool]) -> None:
        areas = (*(self._cache_dir / "hubs").glob("*/*"), *self._accepted_dir.glob("*"))
        for folder in areas:
            if is_abandoned(folder.name):
                with disk_errors(f"Cannot remove {folder}"):
                    remove_tree(folder)

    def size(self, run_id: str) -> int:
        return sum(bytes_in(folder) for folder in (*self._folders_of(run_id), self._accepted(run_id)))

    def _hub(self, person: PersonRepository, run_id: str, base: str) -> Hub:
        key = hashlib.sha256(os.fsencode(person.common_dir())).hexdigest()[:16]
        folder = self._cache_dir / "hubs" / key / safe_name("run id", run_id)
        return Hub.of(folder, person, base, self._accepted(run_id))

    def _snapshot(self, digest: str) -> Path:
        return self._cache_dir / "snapshots" / safe_name("snapshot", digest)

    def _accepted(self, run_id: str) -> Path:
        return self._accepted_dir / safe_name("run id", run_id)

    def _folders_of(self, run_id: str) -> list[Path]:
        """By the run's name alone, for when its repository is gone."""
        return list((self._cache_dir / "hubs").glob(f"*/{safe_name('run id', run_id)}"))
