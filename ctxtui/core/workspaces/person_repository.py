"""The person's own repository: looked at without touching it, and the few writes that they asked for."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.ports.workspaces import Repository
from ctxtui.core.workspaces.git_process import (
    INTERNAL,
    LOOK_TIMEOUT,
    GitFailure,
    GitOutput,
    given_settings,
    printable,
    require_git,
    run_git,
)

WITHOUT_WRITING = {"GIT_OPTIONAL_LOCKS": "0"}
UNLOGGED = ("-c", "core.logAllRefUpdates=false")
QUIETLY = ("-c", "core.fsmonitor=false")

FALLBACK_NAME = "ctxtui"
FALLBACK_EMAIL = "ctxtui@localhost"
"""Who commits when git knows nobody: neither `user.name` and `user.email` nor GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL."""

REASONS = (
    (
        "dubious ownership",
        "{top} belongs to another user, so git refuses it: run `git config --global --add safe.directory {quoted}`.",
    ),
    ("not a git repository", "{path} is not in a git repository: run `git init` there and commit, or name another."),
)


@dataclass(frozen=True, slots=True)
class PersonRepository:
    """A repository by its top folder; every call is a plain `git -C`, so git's own ownership check applies."""

    root: Path

    def look(
        self,
        *arguments: str,
        doing: str,
        accepted: tuple[int, ...] = (0,),
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
    ) -> GitOutput:
        command = (*QUIETLY, "-C", str(self.root), *arguments)
        variables = {**given_settings(), **WITHOUT_WRITING, **(env or {})}
        try:
            return run_git(command, doing=doing, env=variables, stdin=stdin, accepted=accepted)
        except GitFailure as failure:
            raise _explained(failure, self.root) from failure

    def write(self, *arguments: str, doing: str, env: Mapping[str, str] | None = None, timeout: float) -> GitOutput:
        variables = {**given_settings(), **(env or {})}
        return run_git(("-C", str(self.root), *arguments), doing=doing, env=variables, timeout=timeout)

    def commit_id(self, revision: str) -> str:
        """The commit that a revision names. Raises RepositoryError when there is none."""
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        found = self.look(*asked, doing=f"Cannot look up {revision!r} in {self.root}", accepted=(0, 1))
        if found.status:
            raise RepositoryError(f"There is no commit {revision} in {self.root}: start a new run (--fresh).")
        return found.text

    def git_path(self, name: str) -> Path:
        """Where git keeps `objects`, `hooks` and the like, with a person's configuration taken into account."""
        asked = ("rev-parse", "--path-format=absolute", "--git-path", name)
        return Path(self.look(*asked, doing=f"Cannot find the {name} of {self.root}").text)

    def common_dir(self) -> Path:
        asked = ("rev-parse", "--path-format=absolute", "--git-common-dir")
        return Path(self.look(*asked, doing=f"Cannot read {self.root}").text)

    def git_dir(self) -> Path:
        asked = ("rev-parse", "--absolute-git-dir")
        return Path(self.look(*asked, doing=f"Cannot read {self.root}").text)

    def settings(self) -> Mapping[str, str]:
        """Every configured value, the deciding one of each key; git writes keys in lower case but for subsections."""
        listed = self.look("config", "--list", "-z", doing=f"Cannot read the settings of {self.root}").records
        return {key: value for key, _, value in (record.partition("\n") for record in listed)}

    def unmodified(self, digests: Mapping[str, str]) -> frozenset[str]:
        """Which of those paths lie in the checkout as those blobs are when they are checked out."""
        if not digests:
            return frozenset()
        doing = f"Cannot compare the checkout {self.root}"
        staged = self.look("ls-files", "-s", "-z", doing=doing).records
        rows = (row.partition("\t") for row in staged)
        as_staged = {path for described, _, path in rows if described.split(" ")[1] == digests.get(path)}
        touched = set(self.look("diff-files", "--name-only", "-z", "--ignore-submodules", doing=doing).records)
        return frozenset(path for path in as_staged - touched if (self.root / path).is_file())

    def setting(self, key: str) -> str:
        """A configured value, empty when it is not set."""
        return self.look("config", "--get", key, doing=f"Cannot read {key} in {self.root}", accepted=(0, 1)).text

    def identity(self) -> tuple[str, str]:
        name = self.setting("user.name") or os.environ.get("GIT_AUTHOR_NAME", "")
        email = self.setting("user.email") or os.environ.get("GIT_AUTHOR_EMAIL", "")
        return name or FALLBACK_NAME, email or FALLBACK_EMAIL

    def as_author(self, **more: str) -> Mapping[str, str]:
        """The variables that make git commit in this person's name; `more` are further ones, such as DATE."""
        name, email = self.identity()
        told = {"NAME": name, "EMAIL": email, **more}
        return {f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in told.items()}

    def is_there(self) -> bool:
        """Whether the folder is still a repository that git will work in."""
        if not self.root.is_dir():
            return False
        asked = ("-C", str(self.root), "rev-parse", "--git-dir")
        looked = run_git(asked, doing=f"Cannot look at {self.root}", env=given_settings(), accepted=(0, 128))
        return looked.status == 0

    def keep(self, ref: str, commit: str) -> None:
        """Keeps the base of a running session alive; the only thing written before the hand-over.

        Without it, a rewritten history and a gc could take the base away.
        """
        self._update_ref(ref, commit)

    def let_go(self, ref: str) -> None:
        self._update_ref("-d", ref)
        # git leaves the empty folder of the last ref behind; with other runs' refs in it, it stays.
        with suppress(OSError):
            self.common_dir().joinpath(ref).parents[1].rmdir()

    def _update_ref(self, *arguments: str) -> None:
        doing = f"Cannot write to the repository {self.root}, which needs a ref of its run"
        self.write(*INTERNAL, *UNLOGGED, "update-ref", *arguments, doing=doing, timeout=LOOK_TIMEOUT)

    def branches(self) -> Mapping[str, tuple[str, str]]:
        """Local branches: the commit, and the folder where the branch is checked out (empty when it is not)."""
        layout = "--format=%(refname:lstrip=2)%00%(objectname)%00%(worktreepath)%00"
        # A folder's name may hold a newline, so records are counted by their three NUL-ended fields.
        listed = self.look("for-each-ref", layout, "refs/heads/", doing=f"Cannot list the branches of {self.root}")
        fields = os.fsdecode(listed.stdout).split("\0")[:-1]
        rows = zip(fields[0::3], fields[1::3], fields[2::3], strict=True)
        return {name.removeprefix("\n"): (commit, folder) for name, commit, folder in rows}


def inspect_repository(path: Path) -> Repository:
    """Raises RepositoryError in one sentence when the path cannot be worked on."""
    require_git()
    if not path.exists():
        raise RepositoryError(f"{path} does not exist: name a folder of a git repository.")
    folder = PersonRepository((path if path.is_dir() else path.parent).resolve())
    asked = ("rev-parse", "--is-bare-repository", "--is-inside-work-tree")
    is_bare, is_inside = folder.look(*asked, doing=f"Cannot read {path}").text.split("\n")
    if is_inside != "true":
        what = "is a bare repository" if is_bare == "true" else "is inside a repository's .git folder"
        raise RepositoryError(f"{path} {what}, without files to test: name a folder of a checked-out repository.")
    top = folder.look("rev-parse", "--show-toplevel", doing=f"Cannot find the top folder of {path}").text
    if printable(top) != top:
        raise RepositoryError(
            f"The name of {printable(top)} is not UTF-8, and no run can be stored with it: rename it."
        )
    repository = PersonRepository(Path(top))
    return Repository(
        root=repository.root,
        git_common_dir=repository.common_dir(),
        head=_head(repository),
        branch=repository.look("symbolic-ref", "-q", "--short", "HEAD", doing="Cannot read HEAD", accepted=(0, 1)).text,
        uncommitted=_uncommitted(repository),
        empty_submodules=_empty_submodules(repository),
    )


def _head(repository: PersonRepository) -> str:
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    doing = f"Cannot read HEAD of {repository.root}"
    found = repository.look(*asked, "HEAD^{commit}", doing=doing, accepted=(0, 1))
    if found.status:
        named = repository.look(*asked, "HEAD", doing=doing, accepted=(0, 1)).text
        if named:
            raise RepositoryError(f"{doing}: its commit {named} is missing. `git fsck` says what else is.")
        raise RepositoryError(f"{repository.root} has no commit yet: commit the code first, then run again.")
    return found.text


def _uncommitted(repository: PersonRepository) -> tuple[str, ...]:
    asked = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=dirty")
    listed = repository.look(*asked, doing=f"Cannot read the state of {repository.root}")
    return tuple(printable(record[3:]) for record in listed.records)


def _empty_submodules(repository: PersonRepository) -> tuple[str, ...]:
    if not (repository.root / ".gitmodules").is_file():
        return ()
    listed = repository.look("ls-files", "-s", "-z", doing=f"Cannot list the submodules of {repository.root}").records
    paths = (record.partition("\t")[2] for record in listed if record.startswith("160000 "))
    return tuple(printable(path) for path in paths if not os.path.lexists(repository.root / path / ".git"))


def _explained(failure: GitFailure, root: Path) -> RepositoryError:
    for sign, sentence in REASONS:
        if sign in failure.output.stderr:
            # git names the top of the repository, which is what it wants to be told is safe.
            named = re.search(r"dubious ownership in repository at '(.*)'", failure.output.stderr)
            top = named[1] if named else str(root)
            return RepositoryError(sentence.format(path=root, top=top, quoted=shlex.quote(top)))
    return failure
