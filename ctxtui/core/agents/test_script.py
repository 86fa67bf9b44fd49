"""A command in the worktree with which an agent runs its own tests as they will be judged."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ctxtui.core.ports.agents import TEST_SCRIPT, Turn

_SCRIPT = """\
#!/bin/sh
# Runs this module's tests as they will be judged: the project's interpreter and settings, in a clean process.
unset PYTHONPATH PYTHONHOME
exec {command} "$@"
"""


def offer_tests(turn: Turn, test_command: Sequence[str]) -> None:
    """Writes the command, anew for each turn. `test_command` is given a file that describes a test run."""
    if not test_command or turn.test_run is None:
        return
    request = turn.turn_dir / "test-run.json"
    test_run = replace(turn.test_run, measure=(turn.source_path,))
    request.write_text(json.dumps({"test_run": test_run.as_data(), "seeds": [None]}), encoding="utf-8")
    script = turn.worktree / TEST_SCRIPT
    _make_folder_anew(script.parent)
    (script.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    command = shlex.join([*test_command, str(request), "--plain"])
    script.write_text(_SCRIPT.format(command=command), encoding="utf-8")
    script.chmod(0o755)


def _make_folder_anew(folder: Path) -> None:
    """Whatever an earlier turn made of the folder: a link in its place would lead the writing elsewhere."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir()
