"""Files and folders of the private area: locks across processes, safe removal, names, and paths inside a tree."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.errors import RepositoryError

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def safe_name(kind: str, name: str) -> str:
    """The name, when it can be a folder and a part of a ref; raises RepositoryError otherwise."""
    if SAFE_NAME.fullmatch(name) is None:
        raise RepositoryError(f"{name!r} is not a usable {kind}: letters, digits, '-' and '_' only, at most 100.")
    return name


@contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """A full disk or a folder that cannot be written, as a sentence that begins with what was being done."""
    try:
        yield
    except OSError as error:
        where = f" ({os.fsdecode(error.filename)})" if error.filename else ""
        raise RepositoryError(f"{doing}: {error.strerror or error}{where}. Check the disk and its rights.") from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Held by one thread of one process at a time; the system drops it when its holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_tree(path: Path) -> None:
    """Removes a folder for certain, even with unwritable folders in it, and never what a link in it points to."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(kind):
        path.unlink()
        return
    path.chmod(stat.S_IRWXU)
    for folder, inner, _files in os.walk(path):
        for name in inner:
            child = Path(folder, name)
            if not child.is_symlink():
                child.chmod(stat.S_IRWXU)
    shutil.rmtree(path)


def discard_tree(path: Path, trash: Path) -> None:
    """Takes a folder out of the way at once, then removes it."""
    if not os.path.lexists(path):
        return
    trash.mkdir(parents=True, exist_ok=True)
    bin_ = Path(tempfile.mkdtemp(dir=trash))
    with suppress(FileNotFoundError):
        path.rename(bin_ / "gone")
    remove_tree(bin_)


def bytes_in(folder: Path) -> int:
    """What the files below take; those that go away meanwhile do not count."""
    total = 0
    for inside, _folders, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(inside, name).lstat().st_size
    return total


def is_real_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def write_if_different(path: Path, content: bytes) -> None:
    """Replaces the file in one step, and only when there is a need."""
    with suppress(OSError):
        if path.read_bytes() == content and not path.is_symlink():
            return
    write_new(path, content, 0o600)


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Writes a file that appears whole and stays, whatever happens to this process or the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    Path(name).replace(path)


def parts_inside(path: str) -> tuple[str, ...]:
    """The parts of a relative POSIX path that stays inside its tree; raises RepositoryError otherwise."""
    parts = PurePosixPath(path).parts
    plain = bool(parts) and "/".join(parts) == path and "\0" not in path and not path.startswith("/")
    if not plain or any(part == ".." or part.lower() == ".git" for part in parts):
        raise RepositoryError(f"{path!r} is not a plain path inside the repository: it cannot be taken over.")
    return parts


@contextmanager
def opened_parent(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """A descriptor of the folder that holds `path`, and the last part of it; no link is ever followed on the way."""
    *folders, name = parts_inside(path)
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    here = os.open(root, flags)
    try:
        for folder in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(folder, dir_fd=here)
            below = os.open(folder, flags, dir_fd=here)
            os.close(here)
            here = below
        yield here, name
    finally:
        os.close(here)


def write_inside(root: Path, path: str, content: bytes, mode: int) -> None:
    """Writes a file of a tree that is ours. Raises RepositoryError when a link or a folder is in the way."""
    try:
        with opened_parent(root, path, make=True) as (folder, name):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(name, flags, mode, dir_fd=folder), "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), mode)
    except OSError as error:
        raise RepositoryError(f"Cannot lay {path!r} into the worktree: {error.strerror}.") from error


def write_link_inside(root: Path, path: str, target: str) -> None:
    """Makes a symbolic link in a tree that is ours. Raises RepositoryError when a link or a folder is in the way."""
    try:
        with opened_parent(root, path, make=True) as (folder, name):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            os.symlink(target, name, dir_fd=folder)
    except OSError as error:
        raise RepositoryError(f"Cannot lay {path!r} into the worktree: {error.strerror}.") from error
