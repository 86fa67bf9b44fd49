"""Brings the result to the person: the branch into their repository, and from there to a remote."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.git_process import WORK_TIMEOUT, GitFailure, last_words, without_credentials
from ctxtui.core.workspaces.hub import Hub
from ctxtui.core.workspaces.person_repository import PersonRepository

FETCH = (
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "protocol.file.allow=always"),
    *("fetch", "--quiet", "--no-tags", "--no-prune", "--no-prune-tags", "--no-write-fetch-head"),
    *("--no-recurse-submodules", "--no-auto-maintenance"),
)
"""The branch and nothing else: no tags, no pruning, no FETCH_HEAD, no housekeeping in the person's repository."""


def hand_over(hub: Hub, branch: str) -> None:
    """A fetch from the hub, so that every object is complete over there; again and again is fine."""
    root = hub.person.root
    ref = f"refs/heads/{branch}"
    tip = hub.ref(ref)
    if not tip:
        raise RepositoryError(f"There is no branch {branch!r} to hand over yet: finalize the run first.")
    branches = hub.person.branches()
    there, folder = branches.get(branch, ("", ""))
    if there == tip:
        return
    for blocking in _blocking(branch, branches):
        raise RepositoryError(
            f"The branch {branch!r} cannot be made in {root} because of the branch {blocking!r}: rename that one."
        )
    if folder:
        raise RepositoryError(f"The branch {branch!r} is checked out in {folder}: switch to another branch there.")
    if there and not _is_ancestor(hub, there, tip):
        raise RepositoryError(f"The branch {branch!r} has other commits in {root}: rename or delete it there first.")
    words = (*FETCH, str(hub.git_dir), f"{ref}:{ref}")
    doing = f"Cannot bring {branch!r} into {root}"
    hub.person.write(*words, doing=doing, env=_allowing_files(), timeout=WORK_TIMEOUT)
    if hub.person.commit_id(ref) != tip:
        raise RepositoryError(f"The branch {branch!r} changed in {root} while it was handed over: try again.")


def _allowing_files() -> Mapping[str, str]:
    """GIT_ALLOW_PROTOCOL decides alone when it is set, and the hub is a folder of ours on this machine."""
    allowed = os.environ.get("GIT_ALLOW_PROTOCOL")
    return {} if allowed is None else {"GIT_ALLOW_PROTOCOL": f"{allowed}:file"}


def refuse_push(person: PersonRepository, remote: str) -> None:
    """Raises RepositoryError where there is nowhere to push to."""
    listed = person.look("remote", doing=f"Cannot list the remotes of {person.root}").text.split("\n")
    if remote not in listed:
        known = ", ".join(name for name in listed if name) or "none"
        raise RepositoryError(
            f"There is no remote {remote!r} in {person.root}, it has {known}: add it with `git remote add`, name "
            "another with the setting `remote`, or leave out --push."
        )


def push_branch(person: PersonRepository, branch: str, remote: str) -> str:
    """Pushes as the person would, their hooks included; says where to."""
    refuse_push(person, remote)
    if branch not in person.branches():
        raise RepositoryError(f"There is no branch {branch!r} in {person.root}: it must be handed over first.")
    url = person.look("remote", "get-url", "--push", remote, doing=f"Cannot read the remote {remote!r}").text
    target = f"{remote} ({without_credentials(url)})"
    ref = f"refs/heads/{branch}"
    try:
        person.write("push", "--quiet", remote, f"{ref}:{ref}", doing="Cannot push", timeout=WORK_TIMEOUT)
    except GitFailure as failure:
        raise RepositoryError(
            f"Could not push {branch!r} to {target}: {last_words(failure.output)}. The branch is kept in {person.root}."
        ) from failure
    return target


def _blocking(branch: str, others: Iterable[str]) -> Iterator[str]:
    """Branches are kept like files: `a` and `a/b` cannot both be there."""
    yield from (other for other in others if branch.startswith(f"{other}/") or other.startswith(f"{branch}/"))


def _is_ancestor(hub: Hub, commit: str, tip: str) -> bool:
    asked = ("merge-base", "--is-ancestor", commit, tip)
    return hub.git(*asked, doing="Cannot compare the branches", accepted=(0, 1)).status == 0
