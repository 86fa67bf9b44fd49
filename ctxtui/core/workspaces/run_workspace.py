"""One run's workspace: the hub, its pool of worktrees, the accepted files, the commit and the hand-over."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile, Change
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.ports.workspaces import CommitPlan
from ctxtui.core.workspaces.acceptance import accept_files
from ctxtui.core.workspaces.changes import Baseline
from ctxtui.core.workspaces.commits import commit_files, require_branch_name
from ctxtui.core.workspaces.conversions import Conversions
from ctxtui.core.workspaces.delivery import hand_over, push_branch
from ctxtui.core.workspaces.folders import disk_errors
from ctxtui.core.workspaces.hub import Hub
from ctxtui.core.workspaces.pool import Pool
from ctxtui.core.workspaces.pull_request import open_pull_request
from ctxtui.core.workspaces.reservations import release_reservation, reserve_branch
from ctxtui.core.workspaces.seeds import gather_seeds
from ctxtui.core.workspaces.snapshots import pack


class RunWorkspace:
    """Implements the Workspace port; made by GitWorkspaces, safe to use from threads."""

    def __init__(self, hub: Hub, seeds: Mapping[str, str], size_limit: int, *, keeps_base: bool = True) -> None:
        self._hub = hub
        self._seeds = seeds
        self._size_limit = size_limit
        self._keeps_base = keeps_base
        self._preparing = threading.Lock()
        self._prepare()

    def _prepare(self) -> None:
        hub = self._hub
        hub.prepare(keeps_base=self._keeps_base)
        self._entries = hub.base_entries()
        self._conversions = Conversions.of(hub, self._entries)
        gathered = gather_seeds(hub.person, self._seeds, hub.folder / "seeds", self._conversions)
        self._pool = Pool(hub, Baseline(self._entries, gathered, self._conversions))

    def branch_names(self) -> frozenset[str]:
        return frozenset(self._hub.person.branches())

    def reserve_branch(self, wanted: str, remote: str = "") -> str:
        return reserve_branch(self._hub.person, wanted, self._hub.folder.name, remote)

    def release_branch(self) -> None:
        release_reservation(self._hub.person, self._hub.folder.name)

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

    def is_checked_out(self, slot: str) -> bool:
        return self._pool.is_checked_out(slot)

    def changes(self, slot: str, within: Sequence[str] = ()) -> tuple[Change, ...]:
        """Against the base commit: files that the checkout laid on top are changes too, seeds are not."""
        with self._mended(f"Cannot tell what changed in the worktree {slot!r}"):
            return self._pool.changes(slot, within)

    def accept(self, slot: str, paths: Sequence[str]) -> tuple[AcceptedFile, ...]:
        folder = self._pool.require(slot)
        with self._mended(f"Cannot take over files of the worktree {slot!r}"):
            return accept_files(self._conversions, folder, paths, self._size_limit)

    def read(self, file: AcceptedFile) -> bytes:
        return self._hub.blob(file.digest)

    def take_in(self, digest: str, content: bytes) -> None:
        if self._hub.accepted.write(content, len(digest)) != digest:
            raise RepositoryError(f"What came as the file {digest} is something else: it was damaged on its way.")

    def snapshot(self) -> bytes:
        with self._mended("Cannot pack the base commit"):
            return pack(self._hub)

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
        self.release_branch()

    def push(self, branch: str, remote: str) -> str:
        return push_branch(self._hub.person, branch, remote)

    def put_away(self) -> None:
        with disk_errors(f"Cannot remove {self._hub.folder}"):
            self._hub.remove()

    def propose(self, branch: str, remote: str, message: str) -> str:
        return open_pull_request(self._hub.person, branch, remote, message)

    def destroy(self) -> None:
        with disk_errors(f"Cannot remove {self._hub.folder}"):
            self._hub.destroy()

    @contextmanager
    def _mended(self, doing: str) -> Iterator[None]:
        """Agents share the hub's settings with us, so they are put right before anything depends on them.

        Whoever clears the cache takes the whole hub away: it is made anew.
        """
        with disk_errors(doing):
            with self._preparing:
                if not self._hub.git_dir.exists():
                    self._prepare()
            self._hub.mend()
            yield
