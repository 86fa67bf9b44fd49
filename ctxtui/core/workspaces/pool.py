"""The pool of worktrees: made once, handed out pristine again and again, and made anew when they were tampered with."""

from __future__ import annotations

import shutil
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile, Change
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.changes import REGULAR_MODES, Baseline, Checkout, find_changes
from ctxtui.core.workspaces.folders import (
    discard_tree,
    is_real_folder,
    locked,
    safe_name,
    write_inside,
)
from ctxtui.core.workspaces.git_process import GitFailure
from ctxtui.core.workspaces.hub import Hub

ADMIN_FILES = frozenset({"HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "commondir", "gitdir", "index", "logs", "refs"})
"""What git keeps about a worktree nobody did more than edit in; anything else (a rebase, a config) is not kept."""


@dataclass(slots=True)
class Pool:
    """Worktrees by slot name. A slot is used by one thread at a time; different slots do not wait for each other."""

    hub: Hub
    baseline: Baseline
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _locks: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def folder(self, slot: str) -> Path:
        return self.hub.folder / "worktrees" / safe_name("slot name", slot)

    def checkout(self, slot: str, files: Sequence[AcceptedFile]) -> Path:
        folder = self.folder(slot)
        with self._held(slot):
            if not self._is_sound(slot) or not self._was_reset(slot):
                self._make(slot)
            self.baseline.seeds.lay(folder)
            for file in files:
                self._lay(slot, file)
        return folder

    def changes(self, slot: str) -> tuple[Change, ...]:
        with self._held(slot):
            self.require(slot)
            return find_changes(self.hub, self._checkout(slot), self.baseline)

    def release(self, slot: str) -> None:
        """Gives the disk space back; the worktree itself stays, since a reset is cheaper than another one."""
        with self._held(slot):
            if not (self._is_sound(slot) and self._was_reset(slot)):
                discard_tree(self.folder(slot), self.hub.trash)

    def require(self, slot: str) -> Path:
        """The folder of a slot that was checked out. Raises RepositoryError when it never was."""
        if not self.pristine(slot).is_file():
            raise RepositoryError(f"The worktree {slot!r} was never checked out in {self.hub.folder}: check it out.")
        return self.folder(slot)

    def pristine(self, slot: str) -> Path:
        """The index from the moment of the checkout, kept where the worktree's own git does not look."""
        return self.hub.folder / "pristine" / f"{safe_name('slot name', slot)}.index"

    def _held(self, slot: str) -> threading.Lock:
        with self._guard:
            return self._locks[slot]

    def _admin(self, slot: str) -> Path:
        return self.hub.git_dir / "worktrees" / slot

    def _checkout(self, slot: str) -> Checkout:
        return Checkout(self.folder(slot), self.pristine(slot), f"gitdir: {self._admin(slot)}\n")

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
        """Resets the worktree from the pristine index; whether nothing of what was done to it is left."""
        folder, admin = self.folder(slot), self._admin(slot)
        shutil.copy2(self.pristine(slot), admin / "index")
        try:
            self._fill(slot)
            words = ("clean", "-ffdxq")
            self.hub.git_in(folder, *words, git_dir=admin, doing=f"Cannot clean the worktree {slot}")
        except GitFailure:
            return False
        return not find_changes(self.hub, self._checkout(slot), self.baseline.without_seeds())

    def _make(self, slot: str) -> None:
        folder, admin = self.folder(slot), self._admin(slot)
        self.pristine(slot).unlink(missing_ok=True)
        discard_tree(folder, self.hub.trash)
        # git lists and prunes all worktrees whenever it adds one, and fails when another appears meanwhile.
        with locked(self.hub.lock):
            discard_tree(admin, self.hub.trash)
            folder.parent.mkdir(exist_ok=True)
            words = ("worktree", "add", "-q", "-f", "--detach", "--no-checkout", str(folder), self.hub.base)
            self.hub.git(*words, doing=f"Cannot make the worktree {slot}")
        self._fill(slot)

    def _fill(self, slot: str) -> None:
        folder, admin = self.folder(slot), self._admin(slot)
        words = ("reset", "-q", "--hard", self.hub.base)
        self.hub.git_in(folder, *words, git_dir=admin, doing=f"Cannot fill the worktree {slot}")
        pristine = self.pristine(slot)
        pristine.parent.mkdir(exist_ok=True)
        # With its times: git compares a file's content when the file is not older than the index.
        shutil.copy2(admin / "index", pristine)

    def _lay(self, slot: str, file: AcceptedFile) -> None:
        if file.mode not in REGULAR_MODES:
            raise RepositoryError(f"{file.path!r} has the mode {file.mode}: only plain files can be laid out.")
        folder = self.folder(slot)
        words = ("cat-file", "--filters", f"--path={file.path}", file.digest)
        content = self.hub.git_in(folder, *words, index=self.pristine(slot), doing=f"Cannot lay out {file.path!r}")
        write_inside(folder, file.path, content.stdout, int(file.mode[-3:], 8))
