"""Branch names that runs have taken before they have a branch, written into the repository that all of them share.

A reservation is a ref `refs/ctxtui/branches/NAME` that points at a blob with the run's id. git makes a ref only once,
so that of two runs that want a name, whatever their account or data folder, one gets it and the other one the next.
"""

from __future__ import annotations

from contextlib import suppress

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workflow.context_testing.branch_name import free_name
from ctxtui.core.workspaces.git_process import INTERNAL, LOOK_TIMEOUT, GitFailure, run_git
from ctxtui.core.workspaces.person_repository import UNLOGGED, PersonRepository

RESERVED = "refs/ctxtui/branches/"
MOST_TRIES = 100


def reserve_branch(person: PersonRepository, wanted: str, owner: str, remote: str) -> str:
    """The free name nearest to the wanted one, reserved for the owner; what it has reserved already is given again.

    Names of branches, of remote-tracking branches and of other runs' reservations are not free. With a remote, the
    branches that it has now are not free either.
    """
    mark = _mark(person, owner, "-w", "--stdin")
    for _try in range(MOST_TRIES):
        reserved = _reserved(person)
        own = [name for name, holder in reserved.items() if holder == mark]
        if own:
            return own[0]
        name = free_name(wanted, {*person.branches(), *reserved, *_remote_branches(person, remote)})
        if _is_made(person, name, mark):
            return name
    raise RepositoryError(f"No branch name like {wanted!r} could be reserved in {person.root}: try again.")


def release_reservation(person: PersonRepository, owner: str) -> None:
    """Gives the owner's names free; none there is fine."""
    reserved = _reserved(person)
    mark = _mark(person, owner, "--stdin") if reserved else ""
    for name, holder in reserved.items():
        if holder == mark:
            person.let_go(f"{RESERVED}{name}")
    folder = person.common_dir() / RESERVED
    for empty in (folder, folder.parent):
        # git leaves the empty folder of the last ref behind; with other refs in it, it stays.
        with suppress(OSError):
            empty.rmdir()


def _mark(person: PersonRepository, owner: str, *how: str) -> str:
    """The id of the blob that stands for an owner; written with `-w` only, so that looking leaves nothing."""
    words = ("-C", str(person.root), "hash-object", *how)
    return run_git(words, doing=f"Cannot write to {person.root}", stdin=f"ctxtui run {owner}\n".encode()).text


def _reserved(person: PersonRepository) -> dict[str, str]:
    listed = person.look(
        "for-each-ref",
        "--format=%(refname) %(objectname)",
        RESERVED,
        doing=f"Cannot list the reserved branches of {person.root}",
    )
    rows = (line.split(" ") for line in listed.text.splitlines())
    return {name.removeprefix(RESERVED): holder for name, holder in rows}


def _remote_branches(person: PersonRepository, remote: str) -> set[str]:
    layout = "--format=%(refname:lstrip=3)"
    known = person.look("for-each-ref", layout, "refs/remotes/", doing=f"Cannot list the remotes of {person.root}")
    names = set(known.text.splitlines())
    if remote:
        try:
            listed = person.look("ls-remote", "--heads", remote, doing=f"Cannot list the branches of {remote}")
        except RepositoryError:
            # The push will say what is wrong with the remote; what is known of it has to do until then.
            return names
        names |= {line.partition("refs/heads/")[2] for line in listed.text.splitlines()}
    return names


def _is_made(person: PersonRepository, name: str, mark: str) -> bool:
    """The old value of a new ref is no object: zeros, as many as an id of this repository has digits."""
    try:
        person.write(
            *INTERNAL,
            *UNLOGGED,
            "update-ref",
            f"{RESERVED}{name}",
            mark,
            "0" * len(mark),
            doing=f"Cannot reserve the branch {name!r} in {person.root}",
            timeout=LOOK_TIMEOUT,
        )
    except GitFailure:
        if name in _reserved(person):
            return False
        raise
    return True
