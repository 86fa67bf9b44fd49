"""The pool of worktrees: made once, handed out pristine again and again, and made anew when they were tampered with."""

from __future__ import annotations

import shutil
import stat
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile, Change
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.changes import (
    REGULAR_MODES,
    Baseline,
    Checkout,
    Differences,
    changes_within,
    compare,
    find_changes,
)
from ctxtui.core.workspaces.folders import (
    discard_tree,
    is_real_folder,
    locked,
    remove_tree,
    safe_name,
    write_inside,
)
from ctxtui.core.workspaces.git_process import GitFailure
from ctxtui.core.workspaces.hub import Hub
from ctxtui.core.workspaces.tree_scan import TreeScan, packed, settled_scan

ADMIN_FILES = frozenset({"HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "commondir", "gitdir", "index", "logs", "refs"})
"""What git keeps about a worktree nobody did more than edit in; anything else (a rebase, a config) is not kept."""


MOST_NAMED = 3


@dataclass(slots=True)
class Pool:
    """Worktrees by slot name. A slot is used by one thread at a time; different slots do not wait for each other."""

    hub: Hub
    baseline: Baseline
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _locks: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _checkouts: dict[str, Checkout] = field(default_factory=dict)
    _scanning: threading.Lock = field(default_factory=threading.Lock)

    def folder(self, slot: str) -> Path:
        return self.hub.folder / "worktrees" / safe_name("slot name", slot)

    def checkout(self, slot: str, files: Sequence[AcceptedFile]) -> Path:
        folder = self.folder(slot)
        with self._held(slot):
            self._mark(slot).unlink(missing_ok=True)
            self._make_pristine(slot)
            for file in files:
                self._lay(slot, file)
            self._mark(slot).touch()
        return folder

    def is_checked_out(self, slot: str) -> bool:
        """Whether the last checkout of the slot was finished and its folder is still there."""
        with self._held(slot):
            return self._mark(slot).is_file() and is_real_folder(self.folder(slot))

    def changes(self, slot: str, within: Sequence[str]) -> tuple[Change, ...]:
        with self._held(slot):
            self.require(slot)
            if within:
                return changes_within(self.hub, self._checkout(slot), self.baseline, within)
            return find_changes(self.hub, self._checkout(slot), self.baseline)

    def release(self, slot: str) -> None:
        """Whatever is in the worktree may go: the next checkout clears it, which is cheaper than another one."""
        with self._held(slot):
            self._mark(slot).unlink(missing_ok=True)

    def require(self, slot: str) -> Path:
        """The folder of a slot that was checked out. Raises RepositoryError when it never was."""
        if not self.pristine(slot).is_file():
            raise RepositoryError(f"The worktree {slot!r} was never checked out in {self.hub.folder}: check it out.")
        return self.folder(slot)

    def pristine(self, slot: str) -> Path:
        """The index from the moment of the checkout, kept where the worktree's own git does not look."""
        return self.hub.folder / "pristine" / f"{safe_name('slot name', slot)}.index"

    def _mark(self, slot: str) -> Path:
        """There from the end of a checkout to the next release: a failed checkout is never taken for a worktree."""
        return self.hub.folder / "pristine" / f"{safe_name('slot name', slot)}.out"

    def _held(self, slot: str) -> threading.Lock:
        with self._guard:
            return self._locks[slot]

    def _admin(self, slot: str) -> Path:
        return self.hub.git_dir / "worktrees" / slot

    def _checkout(self, slot: str) -> Checkout:
        if slot not in self._checkouts:
            git_file = f"gitdir: {self._admin(slot)}\n"
            self._checkouts[slot] = Checkout(self.folder(slot), self.pristine(slot), git_file)
        return self._checkouts[slot]

    def _make_pristine(self, slot: str) -> None:
        if self._is_sound(slot) and self._was_reset(slot):
            return
        self._make(slot)
        differences = compare(self.hub, self._checkout(slot), self.baseline)
        if differences.changes:
            named = ", ".join(change.path for change in differences.changes[:MOST_NAMED])
            raise RepositoryError(
                f"A worktree in {self.hub.folder} differs from the base commit as soon as it is made ({named}): "
                f"check that `git clone` of {self.hub.person.root} gives these files on this file system."
            )

    def _is_sound(self, slot: str) -> bool:
        """Whether git's own files about the worktree are as they were made, but for leftover locks."""
        folder, admin = self.folder(slot), self._admin(slot)
        expected = {
            folder / ".git": f"gitdir: {admin}\n",
            admin / "gitdir": f"{folder}/.git\n",
            admin / "commondir": "../..\n",
            admin / "HEAD": f"{self.hub.base}\n",
        }
        if not (is_real_folder(folder) and is_real_folder(admin) and self.pristine(slot).is_file()):
            return False
        for lock in admin.glob("*.lock"):
            lock.unlink()
        try:
            as_made = all(not file.is_symlink() and file.read_text() == text for file, text in expected.items())
        except (OSError, UnicodeDecodeError):
            return False
        return as_made and {file.name for file in admin.iterdir()} <= ADMIN_FILES

    def _was_reset(self, slot: str) -> bool:
        """Puts the worktree back as the baseline is; whether nothing of what was done to it is left."""
        shutil.copy2(self.pristine(slot), self._admin(slot) / "index")
        differences = compare(self.hub, self._checkout(slot), self.baseline)
        try:
            self._clear(slot, differences.scan)
            if differences.wrong:
                self._restore(slot, differences)
        except (GitFailure, OSError):
            return False
        return not (differences.wrong and compare(self.hub, self._checkout(slot), self.baseline).wrong)

    def _clear(self, slot: str, scan: TreeScan) -> None:
        """Removes whatever does not belong to the baseline, noise and empty folders too."""
        folder, wanted = self.folder(slot), self.baseline.folders
        for path, mode in scan.folders.items():
            if path in wanted and mode & stat.S_IRWXU != stat.S_IRWXU:
                (folder / path).chmod(0o755)
        foreign = [path for path in scan.folders if path not in wanted]
        files = (path for path in scan.files if path not in self.baseline.paths)
        inside = [f"{path}/.git" for path in scan.repositories]
        for path in (*foreign, *scan.unreadable, *scan.noise, *inside, *files):
            if path.rpartition("/")[0] in wanted or "/" not in path:
                remove_tree(folder / path)

    def _restore(self, slot: str, differences: Differences) -> None:
        seeds = self.baseline.seeds
        if differences.wrong - seeds.paths:
            self._fill(slot)
            wrong = {path for path in seeds.paths if not seeds.is_unchanged(self.folder(slot), path)}
        else:
            wrong = set(differences.wrong)
        for path in sorted(wrong):
            seeds.lay(self.folder(slot), path)

    def _make(self, slot: str) -> None:
        folder, admin = self.folder(slot), self._admin(slot)
        self._discard(slot)
        # git lists and prunes all worktrees whenever it adds one, and fails when another appears meanwhile.
        with locked(self.hub.lock):
            discard_tree(admin, self.hub.trash)
            folder.parent.mkdir(exist_ok=True)
            words = ("worktree", "add", "-q", "-f", "--detach", "--no-checkout", str(folder), self.hub.base)
            self.hub.git(*words, doing=f"Cannot make the worktree {slot}")
        self._fill(slot)
        for path in sorted(self.baseline.seeds.paths):
            self.baseline.seeds.lay(folder, path)

    def _discard(self, slot: str) -> None:
        self._checkouts.pop(slot, None)
        self.pristine(slot).unlink(missing_ok=True)
        discard_tree(self.folder(slot), self.hub.trash)

    def _fill(self, slot: str) -> None:
        folder, admin = self.folder(slot), self._admin(slot)
        words = ("reset", "-q", "--hard", self.hub.base)
        self.hub.git_in(folder, *words, git_dir=admin, doing=f"Cannot fill the worktree {slot}")
        pristine = self.pristine(slot)
        pristine.parent.mkdir(exist_ok=True)
        # With its times: git compares a file's content when the file is not older than the index.
        shutil.copy2(admin / "index", pristine)
        # What git has just written is not read once more: its stamps will tell later changes.
        known: dict[str, bytes | None] = dict.fromkeys(self.baseline.paths)  # its names are kept once for all worktrees
        with self._scanning:  # one whole list of files at a time
            scan = settled_scan(folder, self.baseline.paths, self.baseline.folders)
            tracked = scan.files.keys() & self.baseline.entries.keys() - self.baseline.seeds.paths
            known |= {path: packed(scan.files[path]) for path in tracked}
        self._checkout(slot).known = known

    def _lay(self, slot: str, file: AcceptedFile) -> None:
        if file.mode not in REGULAR_MODES:
            raise RepositoryError(f"{file.path!r} has the mode {file.mode}: only plain files can be laid out.")
        content = self.baseline.conversions.laid(file.path, file.digest)
        write_inside(self.folder(slot), file.path, content, int(file.mode[-3:], 8))
