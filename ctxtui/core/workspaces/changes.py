"""What an agent did to a worktree, found without trusting anything that the agent could have written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.workspaces.folders import is_real_folder
from ctxtui.core.workspaces.git_process import printable
from ctxtui.core.workspaces.hub import Hub, TreeEntry
from ctxtui.core.workspaces.seeds import Seeds

NOISE_FOLDERS = frozenset({".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache"})
NOISE_FILES = (".coverage", ".coverage.*", ".DS_Store")
"""What test runs leave behind: never a change, never taken over. Byte code counts as such only in `__pycache__`."""

LINK = "120000"
NESTED_REPOSITORY = "160000"
FOLDER = "040000"
REGULAR_MODES = frozenset({"100644", "100755"})
PATHS_PER_CALL = 200


@dataclass(frozen=True, slots=True)
class Checkout:
    """A worktree as it was handed out: its folder, the index kept from then, and what its `.git` file said."""

    folder: Path
    pristine: Path
    git_file: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a pristine worktree holds: the base commit's entries, and the seeds."""

    entries: Mapping[str, TreeEntry]
    seeds: Seeds

    def without_seeds(self) -> Baseline:
        return Baseline(self.entries, Seeds(self.seeds.store, frozenset()))


def git_mode(status: os.stat_result) -> str:
    """The mode git would record; for what git cannot record, the file system's own in octal."""
    if stat.S_ISLNK(status.st_mode):
        return LINK
    if stat.S_ISREG(status.st_mode):
        return "100755" if status.st_mode & stat.S_IXUSR else "100644"
    return f"{status.st_mode:06o}"


@dataclass(frozen=True, slots=True)
class _Found:
    """Something in a worktree, as it is now."""

    path: str
    mode: str
    size: int = 0
    links: int = 1

    def as_change(self, kind: ChangeKind) -> Change:
        return Change(printable(self.path), kind, self.mode, self.size, self.links)


def find_changes(hub: Hub, checkout: Checkout, baseline: Baseline) -> tuple[Change, ...]:
    """Everything that differs from the base commit and the seeds, by path. A folder that is gone is one change, `.`."""
    if not is_real_folder(checkout.folder):
        return (Change(".", ChangeKind.DELETED, FOLDER),)
    changes = [*_git_file_changes(checkout), *_tracked_changes(hub, checkout, baseline.entries)]
    present: set[str] = set()
    for found in _walk(checkout.folder):
        present.add(found.path)
        if found.path in baseline.seeds.paths:
            if not baseline.seeds.is_unchanged(checkout.folder, found.path):
                changes.append(found.as_change(ChangeKind.MODIFIED))
        elif found.path not in baseline.entries or found.mode == NESTED_REPOSITORY:
            changes.append(found.as_change(ChangeKind.ADDED))
    changes += (Change(path, ChangeKind.DELETED) for path in baseline.seeds.paths - present)
    return tuple(sorted({change.path: change for change in changes}.values(), key=lambda change: change.path))


def _found(path: str, status: os.stat_result) -> _Found:
    return _Found(path, git_mode(status), status.st_size, status.st_nlink)


def _git_file_changes(checkout: Checkout) -> Iterator[Change]:
    file = checkout.folder / ".git"
    try:
        status = file.lstat()
        is_ours = stat.S_ISREG(status.st_mode) and os.fsdecode(file.read_bytes()) == checkout.git_file
    except FileNotFoundError:
        yield Change(".git", ChangeKind.DELETED)
        return
    if not is_ours:
        yield _found(".git", status).as_change(ChangeKind.MODIFIED)


def _tracked_changes(hub: Hub, checkout: Checkout, entries: Mapping[str, TreeEntry]) -> Iterator[Change]:
    asked = ("diff-files", "--raw", "-z", "--no-renames", "--ignore-submodules=none")
    listed = hub.git_in(checkout.folder, *asked, index=checkout.pristine, doing="Cannot compare a worktree")
    regular: list[_Found] = []
    for described, path in zip(listed.records[0::2], listed.records[1::2], strict=True):
        base = entries[path]
        if described.endswith(" D"):
            yield Change(printable(path), ChangeKind.DELETED, base.mode)
            continue
        found = _found(path, (checkout.folder / path).lstat())
        if base.mode in REGULAR_MODES and found.mode in REGULAR_MODES and found.links == 1:
            regular.append(found)
        elif not _is_same_link(hub, checkout.folder / path, base, found):
            yield found.as_change(ChangeKind.MODIFIED)
    digests = _digests(hub, checkout, [found.path for found in regular])
    for found in regular:
        base = entries[found.path]
        if digests[found.path] != base.digest:
            yield found.as_change(ChangeKind.MODIFIED)
        elif found.mode != base.mode:
            yield found.as_change(ChangeKind.MODE)


def _is_same_link(hub: Hub, link: Path, base: TreeEntry, found: _Found) -> bool:
    if base.mode != LINK or found.mode != LINK:
        return False
    return os.fsencode(link.readlink()) == hub.blob(base.digest)


def _digests(hub: Hub, checkout: Checkout, paths: Sequence[str]) -> Mapping[str, str]:
    """Blob ids as `git add` would make them: a touched file with the same content is no change."""
    digests: dict[str, str] = {}
    for start in range(0, len(paths), PATHS_PER_CALL):
        some = paths[start : start + PATHS_PER_CALL]
        asked = ("hash-object", "--", *some)
        hashed = hub.git_in(checkout.folder, *asked, index=checkout.pristine, doing="Cannot hash a worktree's files")
        digests.update(zip(some, hashed.text.split("\n"), strict=True))
    return digests


def _walk(root: Path) -> Iterator[_Found]:
    """Every file but noise and the worktree's own `.git`, nested repositories, and folders that cannot be read."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as listing:
                inside = sorted(listing, key=lambda entry: entry.name)
        except PermissionError:
            yield _Found(folder.removesuffix("/"), FOLDER)
            continue
        for entry in inside:
            path = f"{folder}{entry.name}"
            if entry.name == ".git":
                if folder:
                    yield _Found(folder.removesuffix("/"), NESTED_REPOSITORY)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in NOISE_FOLDERS:
                    waiting.append(f"{path}/")
            elif not _is_noise(folder, entry.name):
                yield _found(path, entry.stat(follow_symlinks=False))


def _is_noise(folder: str, name: str) -> bool:
    if folder.endswith("__pycache__/"):
        return ".pyc" in name
    return any(fnmatchcase(name, pattern) for pattern in NOISE_FILES)
