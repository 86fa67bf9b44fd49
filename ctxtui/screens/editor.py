"""Text opened in the user's own editor or pager."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from textual.app import App

from ctxtui.core.domain.errors import UsageError
from ctxtui.screens.foreground import run_in_foreground

_VARIABLES = ("VISUAL", "EDITOR", "PAGER")
_READ_ONLY = 0o444


def viewer_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The editor that the user named, else the pager, else `less`. Raises UsageError for words that are no command."""
    for variable in _VARIABLES:
        try:
            words = shlex.split(environ.get(variable, ""))
        except ValueError as error:
            raise UsageError(f"{variable} is “{environ[variable]}”, which is no command ({error}).") from error
        if words:
            return words
    return ["less"]


def open_in_editor(app: App[object], text: str, name: str) -> str:
    """Shows a read-only copy of the text; the interface comes back when the program ends.

    Gives a sentence to show, or an empty one. The copy stays until this program ends, for editors that return at once;
    a copy that was changed nevertheless stays for good.
    """
    try:
        command = viewer_command()
        path = _copy(text, name)
        code = run_in_foreground(app, [*command, str(path)])
    except UsageError as error:
        return f"{error} Set EDITOR to an editor of yours."
    if _text(path) not in {text, ""}:
        return f"That was a copy: your changes are in {path} and nowhere else."
    return f"{command[0]} ended with exit code {code}." if code else ""


def _copy(text: str, name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ctxtui-"))
    path = folder / (re.sub(r"[^\w.-]+", "-", name).strip("-") or "text")
    path.write_text(text, encoding="utf-8")
    path.chmod(_READ_ONLY)
    atexit.register(_remove, path, text)
    return path


def _remove(path: Path, text: str) -> None:
    if _text(path) in {text, ""}:
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # the editor left something of its own beside it
        path.parent.rmdir()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
