"""A base commit as content: what a machine without the repository needs to work on it, and nothing of its history."""

from __future__ import annotations

import io
import tarfile
from itertools import chain
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import remove_tree
from ctxtui.core.workspaces.git_process import INTERNAL, WORK_TIMEOUT, run_git
from ctxtui.core.workspaces.hub import Hub
from ctxtui.core.workspaces.hub_settings import drivers_in

PACK = "base.pack"
BASE = "base"
SEEDS = "seeds"
FILTERS = "filters"
UNPACKED_SEEDS = "ctxtui-seeds"
UNPACKED_FILTERS = "ctxtui-filters"


def pack(hub: Hub) -> bytes:
    """The commit, its trees and its files as one pack, with the seeds beside it."""
    doing = "Cannot pack the base commit"
    listed = hub.git("rev-list", "--objects", "--no-walk", hub.base, doing=doing)
    packed = hub.git("pack-objects", "--stdout", "-q", doing=doing, stdin=listed.stdout)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=1) as archive:
        drivers = "\n".join(sorted(drivers_in(hub.settings)))
        for name, data in ((BASE, hub.base.encode()), (PACK, packed.stdout), (FILTERS, drivers.encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        if (hub.folder / SEEDS).is_dir():
            archive.add(hub.folder / SEEDS, SEEDS)
    return content.getvalue()


def unpack(content: bytes, folder: Path) -> Path:
    """A repository at the base commit, made whole or not at all. Raises RepositoryError for a broken one."""
    unfinished = folder.with_name(f"{folder.name}.part")
    remove_tree(unfinished)
    unfinished.mkdir(parents=True)
    git_dir = unfinished / ".git"
    doing = "Cannot unpack the base commit"
    run_git((*INTERNAL, "init", "-q", str(unfinished)), doing=doing)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        archive.extractall(git_dir / "ctxtui-unpacked", filter="data")
    unpacked = git_dir / "ctxtui-unpacked"
    base = (unpacked / BASE).read_text().strip()
    (git_dir / "shallow").write_text(f"{base}\n")
    inside = (*INTERNAL, "-C", str(unfinished))
    run_git((*inside, "index-pack", "--stdin"), doing=doing, stdin=(unpacked / PACK).read_bytes(), timeout=WORK_TIMEOUT)
    run_git((*inside, "update-ref", "--no-deref", "HEAD", base), doing=doing)
    drivers = (unpacked / FILTERS).read_text(encoding="utf-8").split("\n")
    # What filters make of the files comes along as seeds; here they may lack a key, or the content itself.
    off = ((f"filter.{name}.smudge=", f"filter.{name}.process=", f"filter.{name}.required=false") for name in drivers)
    settings = (word for setting in chain.from_iterable(off) for word in ("-c", setting))
    run_git((*settings, *inside, "reset", "-q", "--hard", base), doing=doing, timeout=WORK_TIMEOUT)
    if (unpacked / SEEDS).is_dir():
        (unpacked / SEEDS).rename(git_dir / UNPACKED_SEEDS)
    (unpacked / FILTERS).rename(git_dir / UNPACKED_FILTERS)
    remove_tree(unpacked)
    try:
        unfinished.rename(folder)
    except OSError as error:
        if not folder.is_dir():
            raise RepositoryError(f"{doing} in {folder}: {error.strerror}.") from error
        remove_tree(unfinished)  # another thread was quicker
    return folder


def unpacked_seeds(root: Path) -> Path | None:
    """The folder of the seeds that came with a base commit, if some did."""
    store = root / ".git" / UNPACKED_SEEDS
    return store if store.is_dir() else None


def unpacked_filters(root: Path) -> frozenset[str]:
    """The filter drivers that the repository has from which a base commit came."""
    file = root / ".git" / UNPACKED_FILTERS
    return frozenset(file.read_text(encoding="utf-8").split("\n")) if file.is_file() else frozenset()
