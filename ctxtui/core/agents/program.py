"""Finds an agent's program and asks for its version."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ctxtui.core.domain.errors import AgentError
from ctxtui.core.processes.bounded import BoundedProcess

_VERSION_SECONDS = 20.0
_END_SECONDS = 1.0
_LONGEST_VERSION = 100
_LONGEST_ANSWER = 16 * 1024
_MARKER = "CTXTUI_VERSION"
"""Names the variable by which everything that a question for a version started is known."""


def find_program(word: str, environ: Mapping[str, str]) -> str | None:
    return shutil.which(word, path=environ.get("PATH"))


def why_not_found(word: str) -> str:
    """What is wrong with a program that cannot be found, to stand behind its name."""
    return "is no file that can be run" if "/" in word else "is not on the PATH"


def program_version(program: str, version_args: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The first line its version command writes; nothing to ask, or no answer in time, gives no version.

    It is asked in an empty folder of its own, in case it takes the question for work. Raises AgentError when it fails.
    """
    if not version_args:
        return ""
    argv = (program, *version_args)
    with tempfile.TemporaryDirectory(prefix="ctxtui-version-") as made:
        folder = Path(made)
        empty = folder / "empty"
        empty.mkdir()
        process = BoundedProcess(
            argv=argv,
            cwd=empty,
            env={**environ, _MARKER: folder.name},
            output=folder / "output",
            errors=folder / "errors",
            marker=_MARKER,
            timeout=_VERSION_SECONDS,
            grace=_END_SECONDS,
        )
        try:
            exit_code, cut_short = process.run()
        except OSError as error:
            raise AgentError(f"`{' '.join(argv)}` cannot be started: {error.strerror or error}.") from error
        text = _first_line(folder / "output") or _first_line(folder / "errors")
    if cut_short is None and exit_code != 0:
        raise AgentError(f"`{' '.join(argv)}` failed with exit code {exit_code}: {text or 'it gave no reason'}")
    return "" if cut_short else text


def _first_line(file: Path) -> str:
    with file.open("rb") as opened:
        text = opened.read(_LONGEST_ANSWER).decode("utf-8", errors="replace").strip()
    return text.splitlines()[0][:_LONGEST_VERSION] if text else ""
