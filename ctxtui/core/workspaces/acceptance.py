"""Takes files of a worktree over: read without following a link, stored as `git add` would."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.changes import git_mode
from ctxtui.core.workspaces.conversions import Conversions
from ctxtui.core.workspaces.folders import opened_parent


@dataclass(frozen=True, slots=True)
class _Content:
    data: bytes
    mode: str


def accept_files(
    conversions: Conversions, worktree: Path, paths: Sequence[str], size_limit: int
) -> tuple[AcceptedFile, ...]:
    """Raises RepositoryError for anything but a plain file of its own, inside the worktree, within the limit."""
    with_modes = {path: _read(worktree, path, size_limit) for path in paths}
    return tuple(_accepted(conversions, path, content) for path, content in with_modes.items())


def _accepted(conversions: Conversions, path: str, content: _Content) -> AcceptedFile:
    digest, size = conversions.stored(path, content.data)
    return AcceptedFile(path, digest, content.mode, size)


def _read(worktree: Path, path: str, size_limit: int) -> _Content:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with (
            opened_parent(worktree, path) as (folder, name),
            os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file,
        ):
            status = os.fstat(file.fileno())
            _require_plain(path, status, size_limit)
            return _Content(file.read(size_limit + 1), git_mode(status.st_mode))
    except OSError as error:
        why = "it is or goes through a symbolic link" if _is_link(worktree / path) else f"{error.strerror}"
        raise RepositoryError(f"Cannot take over {path!r}: {why}.") from error


def _is_link(path: Path) -> bool:
    return any(part.is_symlink() for part in (path, *path.parents))


def _require_plain(path: str, status: os.stat_result, size_limit: int) -> None:
    refusals = (
        (not stat.S_ISREG(status.st_mode), "it is not a plain file"),
        (status.st_nlink > 1, "it is a hard link, so something outside could change it"),
        (status.st_size > size_limit, f"it has {status.st_size} bytes, more than the limit of {size_limit}"),
    )
    for is_refused, why in refusals:
        if is_refused:
            raise RepositoryError(f"Cannot take over {path!r}: {why}.")
