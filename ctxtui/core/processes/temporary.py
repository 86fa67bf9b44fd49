"""Folders whose names say which process made them, so that those of processes which are gone can be removed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from ctxtui.core.processes.owners import pid_space, this_process
from ctxtui.core.processes.table import ProcessTable, this_machine

_NAME = re.compile(r"(ctxtui-)?[a-z]+-(?P<pid>\d+)-(?P<start>[\d._]+)-(?P<space>[0-9a-f]{8})-")


def name_of_ours(kind: str) -> str:
    """The beginning of a folder's name that says that this process made it: letters, digits, `_` and `-` only."""
    me = this_process()
    return f"{kind}-{me.pid}-{_start(me.process_start)}-{_space()}-"


def is_abandoned(name: str) -> bool:
    """Whether a folder of that name was made by a process of this machine that is gone."""
    told = _NAME.match(name)
    return told is not None and told["space"] == _space() and not _lives(this_machine(), told)


@contextmanager
def temporary_folder(kind: str) -> Iterator[Path]:
    """A new folder in the system's temporary one, removed at the end; its name tells its kind and its process."""
    folder = Path(tempfile.mkdtemp(prefix=f"ctxtui-{name_of_ours(kind)}")).resolve()
    try:
        yield folder
    finally:
        remove(folder)


def sweep() -> tuple[Path, ...]:
    """Removes what processes that are gone have left of such folders, and says what that was."""
    swept = []
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if not entry.name.startswith("ctxtui-") or not entry.is_dir(follow_symlinks=False):
                continue
            if entry.stat(follow_symlinks=False).st_uid == os.getuid() and is_abandoned(entry.name):
                remove(Path(entry.path))
                swept.append(Path(entry.path))
    return tuple(swept)


def remove(path: Path) -> None:
    """Removes a folder even where a test took the right to do so away, as far as that goes."""

    def retry(action: Callable[..., Any], place: str, _error: object) -> None:
        for inner in (Path(place).parent, Path(place)):
            if inner.exists() and not inner.is_symlink():
                inner.chmod(0o700)
        if Path(place).is_dir() and not Path(place).is_symlink():
            shutil.rmtree(place, ignore_errors=True)
        else:
            action(place)

    with contextlib.suppress(OSError):
        shutil.rmtree(path, onerror=retry)


def _lives(table: ProcessTable, name: re.Match[str]) -> bool:
    process = table.find(int(name["pid"]))
    return process is not None and _start(process.started) == name["start"].replace(".", "_")


def _start(started: float) -> str:
    return f"{started:.3f}".replace(".", "_")


@lru_cache(maxsize=1)
def _space() -> str:
    return hashlib.sha256(pid_space().encode()).hexdigest()[:8]
