"""Everything that lies in a worktree, read in one pass without git: an index that an agent wrote cannot hide a file."""

from __future__ import annotations

import os
import stat
import struct
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

NOISE_FOLDERS = frozenset({".ctxtui", ".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache"})
NOISE_FILES = (".coverage", ".coverage.*", ".DS_Store")
"""What test runs leave behind: never a change, never taken over. Byte code counts as such only in `__pycache__`."""

Stamp: TypeAlias = tuple[int, int, int, int, int]
"""Mode, size, modification and change time (ns) and inode: nobody can change a file and keep all five."""

_PACKED = struct.Struct("<Iqqqq")

FINE_TICK = 20_000_000
COARSE_TICK = 2_000_000_000
"""Nanoseconds within which two writes can bear one time: on usual file systems, and on those that count seconds."""


@dataclass(slots=True)
class TreeScan:
    """Paths are relative and POSIX. `folders` holds modes; noise is listed apart, its folders without their content.

    `unchanged` counts the files whose stamps were known: those are not among `files`.
    """

    at: int
    unchanged: int = 0
    files: dict[str, Stamp] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    noise: list[str] = field(default_factory=list)
    repositories: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def is_settled(self, stamp: Stamp) -> bool:
        """Whether a later write would show in the stamp: the last write was long enough before the scan."""
        tick = COARSE_TICK if _is_coarse(stamp) else FINE_TICK
        return stamp[3] < self.at - tick


def stamp_of(status: os.stat_result) -> Stamp:
    return (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def packed(stamp: Stamp) -> bytes:
    """A third of its size, for those that are kept: a run keeps one for each file in each of its worktrees."""
    try:
        return _PACKED.pack(*stamp)
    except struct.error:  # a time beyond the year 2262, or an inode beyond 63 bits
        return repr(stamp).encode("ascii")


def scan_tree(
    root: Path,
    expected: Container[str] = (),
    folders: Container[str] = (),
    known: Mapping[str, bytes | None] = MappingProxyType({}),
    within: Sequence[str] = (),
) -> TreeScan:
    """Follows no link. `expected` files and `folders` belong to the project, whatever their names look like.

    Expected files with the packed stamp that is `known` of them are counted only: most projects have many of those.
    `within` are the files and folders that are looked at, instead of everything.
    """
    scan = TreeScan(at=time.time_ns())
    waiting = _starts(scan, root, within) if within else [""]
    while waiting:
        folder = waiting.pop()
        try:
            # By its descriptor: the system then does not walk the folder's whole path again for each of its files.
            descriptor = os.open(f"{root}/{folder}", os.O_RDONLY | os.O_DIRECTORY)
            try:
                with os.scandir(descriptor) as listing:
                    _add(scan, folder, listing, waiting, expected, folders, known)
            finally:
                os.close(descriptor)
        except PermissionError:
            scan.unreadable.append(folder.removesuffix("/"))
        except (FileNotFoundError, NotADirectoryError):
            continue
    return scan


def _starts(scan: TreeScan, root: Path, paths: Sequence[str]) -> list[str]:
    """The folders among those paths; what is a file is in the scan already."""
    folders: list[str] = []
    for path in paths:
        try:
            status = os.lstat(f"{root}/{path}")
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode):
            folders.append(f"{path}/")
        else:
            scan.files[path] = stamp_of(status)
    return folders


def settled_scan(root: Path, expected: Container[str], folders: Container[str]) -> TreeScan:
    """Waits until the clock has left the newest file behind, so that every stamp tells a later write."""
    while True:
        scan = scan_tree(root, expected, folders)
        fresh = [stamp for stamp in scan.files.values() if not scan.is_settled(stamp)]
        if not fresh or max(stamp[3] for stamp in fresh) > scan.at + COARSE_TICK:
            return scan  # nothing is fresh, or the clock of the file system is ahead and would never be left behind
        time.sleep((COARSE_TICK if any(_is_coarse(stamp) for stamp in fresh) else FINE_TICK) / 1e9)


def _is_coarse(stamp: Stamp) -> bool:
    return stamp[3] % 1_000_000_000 == 0


def _add(  # noqa: PLR0913, PLR0917 - the loop that large projects spend their time in
    scan: TreeScan,
    folder: str,
    listing: Iterable[os.DirEntry[str]],
    waiting: list[str],
    expected: Container[str],
    folders: Container[str],
    known: Mapping[str, bytes | None],
) -> None:
    files, is_directory = scan.files, stat.S_ISDIR
    for entry in listing:
        name = entry.name
        path = folder + name
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if path in expected and not is_directory(status.st_mode):
            stamp = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            if known and known.get(path) == packed(stamp):
                scan.unchanged += 1
            else:
                files[path] = stamp
        elif name == ".git":
            if folder:
                scan.repositories.append(folder.removesuffix("/"))
        elif not is_directory(status.st_mode):
            if _is_noise(folder, name):
                scan.noise.append(path)
            else:
                files[path] = stamp_of(status)
        elif name in NOISE_FOLDERS and path not in folders:
            scan.noise.append(path)
        else:
            scan.folders[path] = status.st_mode
            waiting.append(f"{path}/")


def _is_noise(folder: str, name: str) -> bool:
    if folder.endswith("__pycache__/"):
        return ".pyc" in name
    return name.startswith(".") and any(fnmatchcase(name, pattern) for pattern in NOISE_FILES)
