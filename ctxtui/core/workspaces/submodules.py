"""The files of submodules that the person has checked out, at the commits that the base records; no network is used."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import parts_inside
from ctxtui.core.workspaces.git_process import INTERNAL, WORK_TIMEOUT, run_git
from ctxtui.core.workspaces.hub import TreeEntry
from ctxtui.core.workspaces.person_repository import PersonRepository

GITLINK = "160000"


def lay_submodules(person: PersonRepository, entries: Mapping[str, TreeEntry], copies: Path) -> None:
    """Writes the files below `copies`, submodules of submodules included.

    A submodule that the person never filled stays empty, as it is for them.
    Raises RepositoryError for one that lacks the recorded commit.
    """
    links = [(path, entry.digest) for path, entry in entries.items() if entry.mode == GITLINK]
    _lay(person, links, copies)


def _lay(outer: PersonRepository, links: list[tuple[str, str]], copies: Path) -> None:
    for path, commit in links:
        if not os.path.lexists(outer.root / path / ".git"):
            continue
        inner = PersonRepository(outer.root / path)
        doing = f"Cannot read the submodule {path}"
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
        if inner.look(*asked, doing=doing, accepted=(0, 1, 128)).status:
            raise RepositoryError(
                f"The submodule {path} lacks the commit {commit[:12]} that is recorded for it: "
                f"run `git submodule update --init {path}` in {outer.root}."
            )
        target = copies.joinpath(*parts_inside(path))
        target.mkdir(parents=True, exist_ok=True)
        _lay(inner, list(_check_out(inner, commit, target, doing)), target)


def _check_out(inner: PersonRepository, commit: str, target: Path, doing: str) -> Iterator[tuple[str, str]]:
    """Fills `target` with the commit's files; says the submodules in it."""
    with tempfile.TemporaryDirectory() as made:
        private = {"GIT_INDEX_FILE": str(Path(made, "index"))}
        where = (*INTERNAL, f"--git-dir={inner.git_dir()}", f"--work-tree={target}", "-C", str(target))
        for words in (("read-tree", commit), ("checkout-index", "--all", "--force", "--quiet")):
            run_git((*where, *words), doing=doing, env=private, timeout=WORK_TIMEOUT)
        listed = run_git((*where, "ls-files", "-s", "-z"), doing=doing, env=private).records
    for record in listed:
        described, _, path = record.partition("\t")
        mode, digest, _stage = described.split(" ")
        if mode == GITLINK:
            yield path, digest
