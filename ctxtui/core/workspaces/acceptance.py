"""Takes files of a worktree over into the hub: read without following a link, stored as `git add` would."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.artifact import AcceptedFile
from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.changes import git_mode
from ctxtui.core.workspaces.folders import locked, opened_parent, safe_name, write_inside
from ctxtui.core.workspaces.hub import Hub

KEPT_REFS = "refs/ctxtui/c"


@dataclass(frozen=True, slots=True)
class _Content:
    data: bytes
    mode: str


def accept_files(
    hub: Hub, worktree: Path, pristine: Path, paths: Sequence[str], session_id: str, size_limit: int
) -> tuple[AcceptedFile, ...]:
    """Raises RepositoryError for anything but a plain file of its own, inside the worktree, within the limit."""
    safe_name("session id", session_id)
    contents = {path: _read(worktree, path, size_limit) for path in paths}
    if not contents:
        return ()
    files = _store(hub, pristine, contents)
    _keep(hub, session_id, files)
    return files


def _read(worktree: Path, path: str, size_limit: int) -> _Content:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with (
            opened_parent(worktree, path) as (folder, name),
            os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file,
        ):
            status = os.fstat(file.fileno())
            _require_plain(path, status, size_limit)
            return _Content(file.read(size_limit + 1), git_mode(status))
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


def _store(hub: Hub, pristine: Path, contents: Mapping[str, _Content]) -> tuple[AcceptedFile, ...]:
    """Adds the contents to a private index, from a folder of their own.

    So the person's filters and line ends apply as the base's attributes say, whatever the agent does meanwhile.
    """
    with tempfile.TemporaryDirectory(dir=hub.folder, prefix="accept-") as made:
        staging, index = Path(made, "tree"), Path(made, "index")
        staging.mkdir()
        shutil.copy2(pristine, index)
        for path, content in contents.items():
            write_inside(staging, path, content.data, int(content.mode[-3:], 8))
        listed = "".join(f"{path}\0" for path in contents)
        words = ("update-index", "--add", "--replace", "-z", "--stdin")
        hub.git_in(staging, *words, index=index, stdin=os.fsencode(listed), doing="Cannot take the files over")
        asked = ("ls-files", "-s", "-z", "--", *contents)
        rows = hub.git_in(staging, *asked, index=index, doing="Cannot list the files taken over").records
    digests = {path: described.split(" ")[1] for described, _, path in (row.partition("\t") for row in rows)}
    sizes = {path: _secure(hub, digest) for path, digest in digests.items()}
    return tuple(AcceptedFile(path, digests[path], content.mode, sizes[path]) for path, content in contents.items())


def _secure(hub: Hub, digest: str) -> int:
    """Copies a blob to the store of accepted objects, and says its size.

    When the person's repository had the content by chance, git did not write it again, and their gc may take it away.
    """
    content = hub.blob(digest)
    words = ("hash-object", "-w", "--stdin", "--no-filters")
    own = {"GIT_OBJECT_DIRECTORY": str(hub.accepted_objects)}
    hub.git(*words, env=own, stdin=content, doing="Cannot store a file that was taken over")
    return len(content)


def _keep(hub: Hub, session_id: str, files: Sequence[AcceptedFile]) -> None:
    """Adds the blobs to the tree that the session's ref keeps alive; earlier ones stay in it."""
    ref = f"{KEPT_REFS}/{session_id}"
    with locked(hub.lock):
        before = hub.ref(ref)
        kept = (
            set(hub.git("ls-tree", "-z", "--name-only", before, doing=f"Cannot read {ref}").records)
            if before
            else set()
        )
        kept |= {file.digest for file in files}
        rows = "".join(f"100644 blob {digest}\t{digest}\0" for digest in sorted(kept))
        tree = hub.git("mktree", "-z", "--missing", stdin=rows.encode(), doing=f"Cannot write {ref}").text
        hub.set_ref(ref, tree, before)
