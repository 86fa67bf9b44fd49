"""Finds an agent's program and asks for its version."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping

from ctxtui.core.domain.errors import AgentError

_VERSION_SECONDS = 20.0


def find_program(word: str, environ: Mapping[str, str]) -> str | None:
    return shutil.which(word, path=environ.get("PATH"))


def program_version(program: str, version_args: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The first line its version command writes; nothing to ask gives no version.

    Raises AgentError when the command fails or hangs.
    """
    if not version_args:
        return ""
    argv = (program, *version_args)
    try:
        done = subprocess.run(
            argv, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AgentError(f"`{' '.join(argv)}` does not answer: {error}.") from error
    text = (done.stdout or done.stderr).decode("utf-8", errors="replace").strip()
    if done.returncode != 0:
        raise AgentError(f"`{' '.join(argv)}` failed with exit code {done.returncode}: {text[:200]}")
    return text.splitlines()[0] if text else ""
