"""Text opened in the person's own editor or pager."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from textual.app import App


def viewer_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The editor that the person named, else the pager, else `less`."""
    chosen = environ.get("VISUAL") or environ.get("EDITOR") or environ.get("PAGER") or "less"
    return shlex.split(chosen)


def open_in_editor(app: App[object], text: str, name: str) -> str:
    """Shows a copy of the text; the interface comes back when the program ends. Changes to the copy go nowhere.

    Gives a sentence to tell: empty, or why the program could not be started.
    """
    command = viewer_command()
    safe_name = re.sub(r"[^\w.-]+", "-", name).strip("-") or "text"
    with tempfile.TemporaryDirectory(prefix="ctxtui-") as folder:
        path = Path(folder) / safe_name
        path.write_text(text, encoding="utf-8")
        try:
            with app.suspend(), app.batch_update():
                subprocess.run(
                    [*command, str(path)],
                    check=False,
                    stdin=sys.__stdin__,
                    stdout=sys.__stdout__,
                    stderr=sys.__stderr__,
                )
        except OSError as error:
            return f"{command[0]} cannot be started: {error.strerror}. Set EDITOR to an editor of yours."
    app.refresh()
    return ""
