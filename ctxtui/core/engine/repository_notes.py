"""What a user is told of the repository before a run starts: what the run will not see of it."""

from __future__ import annotations

from ctxtui.core.engine.module_choice import SHOWN_UNCOMMITTED
from ctxtui.core.ports.workspaces import Repository


def repository_notes(repository: Repository, committed: frozenset[str]) -> tuple[str, ...]:
    empty = tuple(
        f"the submodule {path} is not checked out, so the run lacks its files too: "
        f"`git submodule update --init {path}` if the package needs them"
        for path in repository.empty_submodules
    )
    changed = [path for path in repository.uncommitted if path in committed]
    if not changed:
        return empty
    shown = ", ".join(changed[:SHOWN_UNCOMMITTED])
    more = f" and {len(changed) - SHOWN_UNCOMMITTED} more" if len(changed) > SHOWN_UNCOMMITTED else ""
    return (
        *empty,
        f"uncommitted changes are not seen by the run, which works on {repository.head[:8]}: {shown}{more}",
    )
