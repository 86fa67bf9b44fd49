"""Kept clones of repositories that are not on this machine yet, one per URL."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import is_real_folder, locked
from ctxtui.core.workspaces.git_process import (
    INTERNAL,
    WORK_TIMEOUT,
    GitFailure,
    GitOutput,
    last_words,
    run_git,
    without_credentials,
)


@dataclass(frozen=True, slots=True)
class Clones:
    folder: Path

    def fetch(self, url: str, revision: str | None) -> Path:
        """The clone, new or brought up to date, with the revision (or the default branch) checked out."""
        source = _source(url)
        key = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", source.rstrip("/").removesuffix(".git").rpartition("/")[2])[:60]
        # The clone's own folder bears the repository's name: tools take a project's name from it.
        clone = self.folder / key / (name.strip("-") or "repository")
        shown = without_credentials(source)
        with locked(self.folder / f"{key}.lock"):
            if not is_real_folder(clone):
                self._make(source, clone, shown)
            else:
                words = ("fetch", "--quiet", "--force", "--prune", "--tags", "origin")
                _in_clone(clone, *words, doing=f"Cannot update the clone of {shown}")
                _in_clone(clone, "remote", "set-head", "origin", "--auto", doing=f"Cannot update the clone of {shown}")
            _check_out(clone, revision, shown)
        return clone

    def _make(self, source: str, clone: Path, shown: str) -> None:
        clone.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="new-") as made:
            fresh = Path(made, "clone")
            words = ("clone", "--quiet", "--no-checkout", "--origin", "origin", "--", source, str(fresh))
            try:
                run_git((*INTERNAL, *words), doing="Cannot clone", timeout=WORK_TIMEOUT)
            except GitFailure as failure:
                raise RepositoryError(
                    f"Cannot clone {shown}: {last_words(failure.output)}. Check the address and your access to it."
                ) from failure
            fresh.rename(clone)


def _source(url: str) -> str:
    if not url or url.startswith("-"):
        raise RepositoryError(f"{url!r} is not the address of a repository: give a URL or a path.")
    local = Path(url).expanduser()
    return str(local.resolve()) if local.exists() else url


def _in_clone(clone: Path, *words: str, doing: str, accepted: tuple[int, ...] = (0,)) -> GitOutput:
    return run_git((*INTERNAL, "-C", str(clone), *words), doing=doing, timeout=WORK_TIMEOUT, accepted=accepted)


def _check_out(clone: Path, revision: str | None, shown: str) -> None:
    asked = ("symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    default = _in_clone(clone, *asked, doing="Cannot read", accepted=(0, 1, 128)).text.removeprefix("origin/")
    names = (f"refs/remotes/origin/{revision}", f"refs/tags/{revision}", revision) if revision else ("origin/HEAD",)
    for name in names:
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        commit = _in_clone(clone, *words, doing="Cannot read", accepted=(0, 1, 128)).text
        if commit:
            break
    else:
        wanted = f"no branch, tag or commit {revision!r}" if revision else "no commit yet"
        raise RepositoryError(f"{shown} has {wanted}: name one that is there.")
    branch = default if revision in {None, default} else None
    where = ("-B", branch, commit) if branch else ("--detach", commit)
    _in_clone(clone, "checkout", "--quiet", "--force", *where, doing=f"Cannot check out {commit} of {shown}")
