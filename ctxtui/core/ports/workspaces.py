"""Git, as the engine needs it: private working areas, accepted files, one commit, and the hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ctxtui.core.domain.artifact import AcceptedFile, Change


@dataclass(frozen=True, slots=True)
class Repository:
    """A person's repository, looked at without touching it. `branch` is empty when HEAD is detached."""

    root: Path
    git_common_dir: Path
    head: str
    branch: str
    uncommitted: tuple[str, ...] = ()


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

    def create_branch(self, name: str) -> None:
        """Makes the run's branch at the base, in the hub; already there is fine."""
        ...

    def checkout(self, slot: str, files: Sequence[AcceptedFile] = ()) -> Path:
        """A pristine worktree at the base with `files` laid on top, in the named slot; made when it is not there."""
        ...

    def path(self, slot: str) -> Path:
        """Where a slot is, whether or not it was checked out."""
        ...

    def changes(self, slot: str) -> tuple[Change, ...]:
        """Every path that differs from the pristine checkout, ignored files included, however well hidden."""
        ...

    def accept(self, slot: str, paths: Sequence[str], session_id: str) -> tuple[AcceptedFile, ...]:
        """Stores those files in the hub, kept alive under a ref of the session. Refuses links and odd modes."""
        ...

    def read(self, file: AcceptedFile) -> bytes: ...

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

    def destroy(self) -> None: ...


class WorkspaceView(Protocol):
    """What a viewer may read of a run's workspace while another process works in it."""

    def path(self, slot: str) -> Path: ...

    def read(self, file: AcceptedFile) -> bytes: ...

    def base_text(self, path: str) -> str | None: ...


class Workspaces(Protocol):
    """The door to git."""

    def inspect(self, path: Path) -> Repository:
        """Raises RepositoryError in one sentence: no repository, no commit yet, bare, foreign owner, git missing."""
        ...

    def files_at(self, root: Path, revision: str) -> frozenset[str]:
        """Paths of every file in a commit, relative to the root."""
        ...

    def found(self, folder: Path, message: str) -> None:
        """Makes a folder a repository, with everything in it as its first commit."""
        ...

    def clone(self, url: str, revision: str | None = None) -> Path:
        """A kept clone of a repository that is not on this machine yet, for targets given as a URL."""
        ...

    def open(self, root: Path, run_id: str, base: str, seeds: Mapping[str, str] | None = None) -> Workspace:
        """The run's workspace, made or found again and mended after a crash."""
        ...

    def view(self, root: Path, run_id: str, base: str) -> WorkspaceView:
        """Looks into a run's workspace and changes nothing. Raises RepositoryError when there is none."""
        ...

    def discard(self, root: Path, run_id: str) -> None:
        """Removes a run's private area, and the ref that kept its base alive; none there is fine."""
        ...

    def size(self, run_id: str) -> int:
        """Bytes that a run's private area takes."""
        ...
