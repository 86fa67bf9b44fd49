"""Keeps what an agent writes inside its worktree, with bubblewrap where Linux has it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from ctxtui.core.domain.errors import AgentError

_TRIAL_SECONDS = 10.0
_REMEDY = 'Install bubblewrap and allow unprivileged user namespaces, or set `sandbox = "off"`.'


class SandboxMode(StrEnum):
    AUTO = "auto"
    REQUIRE = "require"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`auto` protects where it can, `require` refuses to start an agent unprotected."""

    mode: SandboxMode = SandboxMode.AUTO

    @property
    def is_in_force(self) -> bool:
        """Raises AgentError when protection is required and there is none."""
        if self.mode is SandboxMode.OFF:
            return False
        problem = bubblewrap_problem()
        if problem and self.mode is SandboxMode.REQUIRE:
            raise AgentError(f"Agents must run in a sandbox, and there is none: {problem} {_REMEDY}")
        return not problem

    @property
    def protection(self) -> str:
        """A sentence that says what keeps an agent's writes in place."""
        if self.mode is SandboxMode.OFF:
            return "Agents are not sandboxed (switched off): writes outside their tests are found and not taken over."
        if problem := bubblewrap_problem():
            return f"Agents are not sandboxed: {problem} Writes outside their tests are found and not taken over."
        return "Agents are sandboxed with bubblewrap: they can write to their worktree and their own state only."

    def wrap(self, argv: tuple[str, ...], worktree: Path, writable: Iterable[Path]) -> tuple[str, ...]:
        """The command inside the sandbox: all is read-only but the worktree, without its git link, and `writable`.

        The sandboxed process is not tied to its parent's life: an agent outlives the runner.
        """
        if not self.is_in_force:
            return argv
        # Where a link leads is bound, not the link: bubblewrap makes no place below or behind one.
        binds = [("--bind-try", path.resolve()) for path in (worktree, *writable)]
        binds.append(("--ro-bind-try", worktree.resolve() / ".git"))
        words = (word for option, path in binds for word in (option, str(path), str(path)))
        program = shutil.which("bwrap") or "bwrap"
        return (program, "--ro-bind", "/", "/", "--dev", "/dev", *words, "--", *argv)


@cache
def bubblewrap_problem() -> str:
    """Why bubblewrap cannot be used here; empty when it can, which is tried for real once."""
    if sys.platform != "linux":
        return "bubblewrap exists for Linux only."
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap (`bwrap`) is not installed."
    try:
        trial = subprocess.run(
            [program, "--ro-bind", "/", "/", "--dev", "/dev", "--", "/bin/sh", "-c", ":"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not answer: {error}."
    if trial.returncode != 0:
        return f"bubblewrap cannot make a sandbox here: {trial.stderr.decode(errors='replace').strip()}."
    return ""
