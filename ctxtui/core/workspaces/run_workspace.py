"""One run's workspace: the hub, its pool of worktrees, the accepted files, the commit and the hand-over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile, Change
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.ports.workspaces import CommitPlan
from ctxtui.core.workspaces.acceptance import accept_files
from ctxtui.core.workspaces.changes import Baseline
from ctxtui.core.workspaces.commits import commit_files, require_branch_name
from ctxtui.core.workspaces.delivery import hand_over, push_branch
from ctxtui.core.workspaces.folders import disk_errors
from ctxtui.core.workspaces.hub import Hub
from ctxtui.core.workspaces.pool import Pool
from ctxtui.core.workspaces.seeds import gather_seeds


class RunWorkspace:
    """Implements the Workspace port; made by GitWorkspaces, safe to use from threads."""

    def __init__(self, hub: Hub, seeds: Mapping[str, str], size_limit: int) -> None:
        hub.prepare()
        entries = hub.base_entries()
        self._hub = hub
        self._entries = entries
        self._size_limit = size_limit
        self._pool = Pool(hub, Baseline(entries, gather_seeds(hub.person, seeds, hub.folder / "seeds", entries)))

    def branch_names(self) -> frozenset[str]:
        return frozenset(self._hub.person.branches())

    def create_branch(self, name: str) -> None:
        require_branch_name(self._hub, name)
        ref = f"refs/heads/{name}"
        if not self._hub.ref(ref):
            self._hub.set_ref(ref, self._hub.base, "")

    def checkout(self, slot: str, files: Sequence[AcceptedFile] = ()) -> Path:
        with self._mended(f"Cannot check out the worktree {slot!r}"):
            return self._pool.checkout(slot, files)

    def path(self, slot: str) -> Path:
        return self._pool.folder(slot)

    def changes(self, slot: str) -> tuple[Change, ...]:
        """Against the base commit: files that the checkout laid on top are changes too, seeds are not."""
        with self._mended(f"Cannot tell what changed in the worktree {slot!r}"):
            return self._pool.changes(slot)

    def accept(self, slot: str, paths: Sequence[str], session_id: str) -> tuple[AcceptedFile, ...]:
        folder, pristine = self._pool.require(slot), self._pool.pristine(slot)
        with self._mended(f"Cannot take over files of the worktree {slot!r}"):
            return accept_files(self._hub, folder, pristine, paths, session_id, self._size_limit)

    def read(self, file: AcceptedFile) -> bytes:
        return self._hub.blob(file.digest)

    def has(self, file: AcceptedFile) -> bool:
        """Read back and checked against its id: a name without intact content does not count."""
        try:
            self._hub.blob(file.digest)
        except RepositoryError:
            return False
        return True

    def base_text(self, path: str) -> str | None:
        entry = self._entries.get(path)
        if entry is None or not entry.mode.startswith("100"):
            return None
        return self._hub.blob(entry.digest).decode("utf-8", "replace")

    def release(self, slot: str) -> None:
        with self._mended(f"Cannot clear the worktree {slot!r}"):
            self._pool.release(slot)

    def commit(self, plan: CommitPlan) -> str:
        with self._mended(f"Cannot commit {plan.branch!r}"):
            return commit_files(self._hub, plan)

    def hand_over(self, branch: str) -> None:
        with self._mended(f"Cannot hand {branch!r} over"):
            hand_over(self._hub, branch)

    def push(self, branch: str, remote: str) -> str:
        return push_branch(self._hub.person, branch, remote)

    def destroy(self) -> None:
        with disk_errors(f"Cannot remove {self._hub.folder}"):
            self._hub.destroy()

    @contextmanager
    def _mended(self, doing: str) -> Iterator[None]:
        """Agents share the hub's settings with us, so they are put right before anything depends on them."""
        with disk_errors(doing):
            self._hub.mend()
            yield
