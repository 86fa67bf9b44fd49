"""What the interface remembers from one start to the next."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ctxtui.config import data_dir
from ctxtui.core.typed import decoded


class Remembered(msgspec.Struct, frozen=True):
    """The chosen theme, and the runs that were taken off the list; losing either costs nothing."""

    theme: str = ""
    deleted_runs: tuple[str, ...] = ()


def _path(environ: Mapping[str, str]) -> Path:
    return data_dir(environ) / "interface.json"


def remembered(environ: Mapping[str, str]) -> Remembered:
    try:
        return decoded(_path(environ).read_bytes(), Remembered)
    except (OSError, msgspec.DecodeError):
        return Remembered()


def remember(environ: Mapping[str, str], what: Remembered) -> None:
    path = _path(environ)
    new = path.with_suffix(".new")
    # A folder that cannot be written is said where it matters: by the store.
    with contextlib.suppress(OSError):
        new.write_bytes(msgspec.json.encode(what))
        new.replace(path)
