"""How test files are named to pytest: one by one, or by the folders in which it finds them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.toolchains.interpreter import Interpreter

MOST_ONE_BY_ONE = 10
LISTS_FOLDERS = 8
"""From this version on pytest makes something of all that lies in a file's folder, once for each file that is named."""


def named_files(worktree: Path, files: Sequence[str], naming: TestNaming, interpreter: Interpreter) -> list[str]:
    """The files, or folders that hold the same ones: whatever else lies there is passed by in the run itself.

    Where one is not there, or has a name that pytest would not take by itself, all are named: pytest mixes up a folder
    and a file in it.
    """
    are_found = all(naming.takes_file(file) and (worktree / file).is_file() for file in files)
    if len(files) <= MOST_ONE_BY_ONE or not are_found or not passes_by(interpreter):
        return list(files)
    folders = {PurePosixPath(file).parent for file in files}
    return sorted(os.fspath(folder) for folder in folders if folders.isdisjoint(folder.parents))


def passes_by(interpreter: Interpreter) -> bool:
    major = interpreter.pytest.partition(".")[0]
    return major.isdigit() and int(major) >= LISTS_FOLDERS
