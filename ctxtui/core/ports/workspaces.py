"""Git, as the engine needs it: private working areas, accepted files, one commit, and the hand-over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ctxtui.core.domain.artifact import AcceptedFile, Change


@dataclass(frozen=True, slots=True)
class Repository:
    """A person's repository, looked at without touching it. `branch` is empty when HEAD is detached.

    `empty_submodules` are recorded but not checked out: worktrees lack their files as well.
    """

    root: Path
    git_common_dir: Path
    head: str
    branch: str
    uncommitted: tuple[str, ...] = ()
    empty_submodules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """What goes into the run's one commit. Equal plans give the same commit id (unless hooks or signing are on)."""

    branch: str
    base: str
    files: tuple[AcceptedFile, ...]
    message: str
    at: datetime
    session_id: str
    use_hooks: bool = False
    sign: bool = False


class Workspace(Protocol):
    """One run's private hub and its pool of worktrees, outside the person's repository. Safe to use from threads."""

    def branch_names(self) -> frozenset[str]:
        """Local branches of the person's repository."""
        ...

    def reserve_branch(self, wanted: str, remote: str = "") -> str:
        """The free name nearest to the wanted one, which no other run of any account gets from now on.

        Asked again, the same run gets the same name. With a remote, its branches are looked up there, too.
        """
        ...

    def release_branch(self) -> None:
        """Gives the reserved name free; once the branch is handed over, it speaks for itself."""
        ...

    def create_branch(self, name: str) -> None:
        """Makes the run's branch at the base, in the hub; already there is fine."""
        ...

    def checkout(self, slot: str, files: Sequence[AcceptedFile] = ()) -> Path:
        """A pristine worktree at the base with `files` laid on top, in the named slot; made when it is not there."""
        ...

    def path(self, slot: str) -> Path:
        """Where a slot is, whether or not it was checked out."""
        ...

    def is_checked_out(self, slot: str) -> bool:
        """Whether the slot's last checkout was finished, it was not released since, and its folder is still there."""
        ...

    def changes(self, slot: str, within: Sequence[str] = ()) -> tuple[Change, ...]:
        """Every path that differs from the pristine checkout, ignored files included, however well hidden.

        `within` are the files and folders that are looked at instead of everything; what is gone is not told then.
        """
        ...

    def accept(self, slot: str, paths: Sequence[str]) -> tuple[AcceptedFile, ...]:
        """Stores those files for as long as the run is kept. Refuses links and odd modes."""
        ...

    def read(self, file: AcceptedFile) -> bytes: ...

    def take_in(self, digest: str, content: bytes) -> None:
        """Stores content that was accepted at another place. Raises RepositoryError when it is not what it is named."""
        ...

    def snapshot(self) -> bytes:
        """The base commit and the seeds as content, for a place that has no part of this repository."""
        ...

    def has(self, file: AcceptedFile) -> bool:
        """Whether the accepted content is really there."""
        ...

    def base_text(self, path: str) -> str | None:
        """The file's text at the base commit, or None when there is no such file."""
        ...

    def release(self, slot: str) -> None:
        """Gives a slot back: whatever is left in it is no longer wanted."""
        ...

    def commit(self, plan: CommitPlan) -> str:
        """The commit's id; the same plan never makes a second commit."""
        ...

    def hand_over(self, branch: str) -> None:
        """Brings the branch into the person's repository. Raises RepositoryError saying what is in the way."""
        ...

    def push(self, branch: str, remote: str) -> str:
        """Pushes from the person's repository, hooks on; says where to."""
        ...

    def put_away(self) -> None:
        """Removes worktrees and hub of a run that has ended; what was accepted stays, and so does the base commit."""
        ...

    def propose(self, branch: str, remote: str, message: str) -> str:
        """Opens a pull request for the pushed branch, or finds the one that is open; gives its address."""
        ...

    def destroy(self) -> None: ...


class WorkspaceView(Protocol):
    """What a viewer may do with a run's workspace while another process works in it."""

    def path(self, slot: str) -> Path: ...

    def read(self, file: AcceptedFile) -> bytes: ...

    def keep(self, path: str, content: bytes, mode: str = "100644") -> AcceptedFile:
        """Stores a file's content beside the accepted ones, for a request that is to name it."""
        ...

    def base_text(self, path: str) -> str | None: ...


class Workspaces(Protocol):
    """The door to git."""

    def inspect(self, path: Path) -> Repository:
        """Raises RepositoryError in one sentence: no repository, no commit yet, bare, foreign owner, git missing."""
        ...

    def files_at(self, root: Path, revision: str) -> frozenset[str]:
        """Paths of every file in a commit, relative to the root."""
        ...

    def branch_at(self, root: Path, name: str) -> str:
        """The commit of a local branch; empty where there is none. Raises RepositoryError where none can be asked."""
        ...

    def changed_files(self, root: Path, since: str, revision: str) -> frozenset[str]:
        """Paths that differ between two revisions, the first as a person typed it. Raises RepositoryError."""
        ...

    def uncommitted_paths(self, root: Path) -> tuple[str, ...]:
        """Files, and folders with a slash at their end, that the checkout has or may have and no commit holds."""
        ...

    def found(self, folder: Path, message: str) -> None:
        """Makes a folder a repository, with everything in it as its first commit."""
        ...

    def clone(self, url: str, revision: str | None = None) -> Path:
        """A kept clone of a repository that is not on this machine yet, for targets given as a URL."""
        ...

    def open(
        self, root: Path, run_id: str, base: str, seeds: Mapping[str, str] | None = None, *, keeps_base: bool = True
    ) -> Workspace:
        """The run's workspace, made or found again and mended after a crash.

        `keeps_base` writes a ref into the person's repository that keeps the base commit for as long as the run lasts.
        """
        ...

    def unpacked(self, digest: str) -> Path | None:
        """The repository made of that snapshot before, if there is one here."""
        ...

    def unpack(self, digest: str, content: bytes) -> Path:
        """Makes a repository of a snapshot; `digest` is the SHA-256 of its content."""
        ...

    def refuse_push(self, root: Path, remote: str) -> None:
        """Raises RepositoryError where there is no such remote, saying which there are."""
        ...

    def refuse_proposal(self, root: Path, remote: str) -> None:
        """Raises RepositoryError where no pull request can be opened from here, saying what is missing."""
        ...

    def refuse_signing(self, root: Path) -> None:
        """Raises RepositoryError where a commit cannot be signed, with what git says of it."""
        ...

    def view(self, root: Path, run_id: str, base: str) -> WorkspaceView:
        """Looks into a run's workspace and changes nothing. Raises RepositoryError when there is none."""
        ...

    def keep_base(self, root: Path, run_id: str, base: str) -> None:
        """Keeps the commit alive that a run is to work on, whatever is rewritten and pruned until it works."""
        ...

    def kept_bases(self, root: Path) -> frozenset[str]:
        """The ids of the runs whose base commits the repository keeps by a ref; none where it is gone."""
        ...

    def discard(self, root: Path, run_id: str) -> None:
        """Removes a run's private area, and the ref that kept its base alive; none there is fine."""
        ...

    def discard_abandoned(self, is_abandoned: Callable[[str], bool]) -> None:
        """Removes the private areas of what was tried without a run, by its name."""
        ...

    def size(self, run_id: str) -> int:
        """Bytes that a run's private area takes."""
        ...
