"""Whether a commit can be signed here: found out before anything starts, by a signature that nobody keeps."""

from __future__ import annotations

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.processes.temporary import temporary_folder
from ctxtui.core.workspaces.git_process import GitFailure, last_words
from ctxtui.core.workspaces.person_repository import PersonRepository


def refuse_signing(person: PersonRepository) -> None:
    """Raises RepositoryError where git cannot sign with the person's key. A locked key may ask for its password."""
    objects = person.git_path("objects")
    with temporary_folder("signing") as made:
        apart = {"GIT_OBJECT_DIRECTORY": str(made), "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects)}
        words = ("commit-tree", "-S", "-m", "a signature on trial", "HEAD^{tree}")
        try:
            person.look(*words, doing="Cannot sign", env={**person.as_author(), **apart})
        except GitFailure as failure:
            raise could_not_sign(last_words(failure.output)) from failure


def could_not_sign(said: str) -> RepositoryError:
    return RepositoryError(
        f"git could not sign the commit: {said}. Unlock the key, name another one with `git config user.signingKey`, "
        "or turn the setting `commit.sign` off."
    )
