"""What an agent did to a worktree, found without trusting anything that the agent could have written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ctxtui.core.domain.artifact import Change, ChangeKind
from ctxtui.core.workspaces.conversions import Conversions
from ctxtui.core.workspaces.folders import is_real_folder
from ctxtui.core.workspaces.git_process import printable
from ctxtui.core.workspaces.hub import Hub, TreeEntry
from ctxtui.core.workspaces.objects import blob_id
from ctxtui.core.workspaces.seeds import Seeds
from ctxtui.core.workspaces.tree_scan import Stamp, TreeScan, packed, scan_tree

LINK = "120000"
NESTED_REPOSITORY = "160000"
FOLDER = "040000"
REGULAR_MODES = frozenset({"100644", "100755"})
PATHS_PER_CALL = 200


@dataclass(frozen=True)
class Baseline:
    """What a pristine worktree holds: the base commit's entries, and the seeds, which come before them."""

    entries: Mapping[str, TreeEntry]
    seeds: Seeds
    conversions: Conversions

    @cached_property
    def paths(self) -> frozenset[str]:
        tracked = (path for path, entry in self.entries.items() if entry.mode != NESTED_REPOSITORY)
        return frozenset((*tracked, *self.seeds.paths))

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that a pristine worktree has; git makes an empty one for a submodule."""
        found = {path for path, entry in self.entries.items() if entry.mode == NESTED_REPOSITORY}
        for path in (*self.paths, *found):
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)


@dataclass(slots=True)
class Checkout:
    """A worktree as it was handed out: its folder, the index kept from then, and what its `.git` file said.

    `known` holds the packed stamps of files that were seen to be pristine: those are not read again.
    """

    folder: Path
    pristine: Path
    git_file: str
    known: dict[str, bytes | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Differences:
    """A worktree against its baseline: what is there now, and every change by path."""

    scan: TreeScan
    changes: tuple[Change, ...]
    wrong: frozenset[str]
    """Paths of the baseline that are gone or differ."""


def git_mode(mode: int) -> str:
    """The mode git would record; for what git cannot record, the file system's own in octal."""
    if stat.S_ISLNK(mode):
        return LINK
    if stat.S_ISREG(mode):
        return "100755" if mode & stat.S_IXUSR else "100644"
    return f"{mode:06o}"


def find_changes(hub: Hub, checkout: Checkout, baseline: Baseline) -> tuple[Change, ...]:
    """Everything that differs from the base commit and the seeds, by path. A folder that is gone is one change, `.`."""
    if not is_real_folder(checkout.folder):
        return (Change(".", ChangeKind.DELETED, FOLDER),)
    return compare(hub, checkout, baseline).changes


def changes_within(hub: Hub, checkout: Checkout, baseline: Baseline, paths: Sequence[str]) -> tuple[Change, ...]:
    """Of those files and folders alone, what is there and differs: not what is gone."""
    scan = scan_tree(checkout.folder, baseline.paths, baseline.folders, within=paths)
    changed = _there(hub, checkout, baseline, scan)
    return tuple(changed[path] for path in sorted(changed))


def compare(hub: Hub, checkout: Checkout, baseline: Baseline) -> Differences:
    """The whole comparison. Files with a stamp that was pristine before are not read; plain ones need no git."""
    scan, gone = _scan(checkout, baseline)
    changed = _there(hub, checkout, baseline, scan)
    changed |= {path: Change(printable(path), ChangeKind.DELETED, _base_mode(baseline, path)) for path in gone}
    wrong = frozenset(changed.keys() & baseline.paths)
    for path in scan.repositories:
        changed[path] = Change(printable(path), ChangeKind.ADDED, NESTED_REPOSITORY)
    for path in scan.unreadable:
        changed[path] = Change(printable(path), ChangeKind.ADDED, FOLDER)
    changes = [*_git_file_changes(checkout), *changed.values()]
    return Differences(scan, tuple(sorted(changes, key=lambda change: change.path)), wrong)


def _scan(checkout: Checkout, baseline: Baseline) -> tuple[TreeScan, frozenset[str]]:
    """What lies in the worktree, and what of the baseline does not. Only where files are gone is every file listed."""
    expected = baseline.paths
    scan = scan_tree(checkout.folder, expected, baseline.folders, checkout.known)
    if scan.unchanged + sum(path in expected for path in scan.files) == len(expected):
        return scan, frozenset()
    scan = scan_tree(checkout.folder, expected, baseline.folders)
    return scan, expected - scan.files.keys()


def _there(hub: Hub, checkout: Checkout, baseline: Baseline, scan: TreeScan) -> dict[str, Change]:
    """The files of a scan that differ from the baseline, or are none of it."""
    known, expected = checkout.known, baseline.paths
    unknown = [path for path, stamp in scan.files.items() if known.get(path) != packed(stamp)]
    touched = [path for path in unknown if path in expected]
    changed = dict(_compared(hub, checkout, baseline, scan, touched))
    for path in touched:
        if path not in changed and scan.is_settled(scan.files[path]):
            known[path] = packed(scan.files[path])
    for path in unknown:
        if path not in expected:
            changed[path] = _as_found(checkout.folder, path, scan.files[path], ChangeKind.ADDED)
    return changed


def _base_mode(baseline: Baseline, path: str) -> str:
    entry = baseline.entries.get(path)
    return entry.mode if entry else "100644"


def _as_found(folder: Path, path: str, stamp: Stamp, kind: ChangeKind) -> Change:
    try:
        links = (folder / path).lstat().st_nlink
    except OSError:
        links = 1
    return Change(printable(path), kind, git_mode(stamp[0]), stamp[1], links)


def _git_file_changes(checkout: Checkout) -> Iterator[Change]:
    file = checkout.folder / ".git"
    try:
        status = file.lstat()
        is_ours = stat.S_ISREG(status.st_mode) and os.fsdecode(file.read_bytes()) == checkout.git_file
    except FileNotFoundError:
        yield Change(".git", ChangeKind.DELETED)
        return
    if not is_ours:
        yield Change(".git", ChangeKind.MODIFIED, git_mode(status.st_mode), status.st_size, status.st_nlink)


def _compared(
    hub: Hub, checkout: Checkout, baseline: Baseline, scan: TreeScan, paths: Sequence[str]
) -> Iterator[tuple[str, Change]]:
    """The changes of files that belong there. Where git converts content, it says which of them really differ."""
    differing: list[str] = []
    for path in paths:
        found = _as_found(checkout.folder, path, scan.files[path], ChangeKind.MODIFIED)
        entry = baseline.entries.get(path)
        if path in baseline.seeds.paths:
            if not baseline.seeds.is_unchanged(checkout.folder, path):
                yield path, found
        elif entry is None or found.mode != entry.mode or found.links > 1:
            is_mode_only = entry is not None and {found.mode, entry.mode} <= REGULAR_MODES and found.links == 1
            if is_mode_only and entry is not None and _has_content(checkout.folder / path, entry):
                yield path, _as_found(checkout.folder, path, scan.files[path], ChangeKind.MODE)
            else:
                yield path, found
        elif not _has_content(checkout.folder / path, entry):
            differing.append(path)
    if differing and baseline.conversions.are_possible:
        digests = _digests(hub, checkout, [path for path in differing if baseline.entries[path].mode in REGULAR_MODES])
        differing = [path for path in differing if digests.get(path) != baseline.entries[path].digest]
    for path in differing:
        yield path, _as_found(checkout.folder, path, scan.files[path], ChangeKind.MODIFIED)


def _has_content(file: Path, entry: TreeEntry) -> bool:
    try:
        content = os.fsencode(file.readlink()) if entry.mode == LINK else file.read_bytes()
    except OSError:
        return False
    return blob_id(content, len(entry.digest)) == entry.digest


def _digests(hub: Hub, checkout: Checkout, paths: Sequence[str]) -> Mapping[str, str]:
    """Blob ids as `git add` would make them: a file that git converted when it laid it out is no change."""
    digests: dict[str, str] = {}
    for start in range(0, len(paths), PATHS_PER_CALL):
        some = paths[start : start + PATHS_PER_CALL]
        asked = ("-c", "core.safecrlf=false", "hash-object", "--", *some)
        hashed = hub.git_in(checkout.folder, *asked, index=checkout.pristine, doing="Cannot hash a worktree's files")
        digests.update(zip(some, hashed.text.split("\n"), strict=True))
    return digests
