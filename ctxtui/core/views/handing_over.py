"""What a user does with a finished run's branch, as commands to copy."""

from __future__ import annotations

import shlex
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BranchCommand:
    """A command and the word for what it does."""

    does: str
    command: str


def branch_commands(root: str, branch: str) -> tuple[BranchCommand, ...]:
    """To look at the branch, to try it, and to take it over; each works from any folder."""
    git = f"git -C {shlex.quote(root)}" if root else "git"
    return (
        BranchCommand("look", f"{git} log -p -1 {branch}"),
        BranchCommand("try", f"{git} switch {branch}"),
        BranchCommand("merge", f"{git} merge {branch}"),
    )
