"""Rehearsals that went well, kept as files: a commit in an environment is rehearsed once."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path

from ctxtui.core.ports.toolchains import Rehearsal, ToolchainCheck

MOST_KEPT = 200


class KeptRehearsals:
    """A file each in `folder`; losing any costs the time of a rehearsal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, key: str) -> Rehearsal | None:
        try:
            stored = json.loads(self._path(key).read_text("utf-8"))
            return Rehearsal(
                checks=tuple(ToolchainCheck(**check) for check in stored["checks"]),
                notes=tuple(stored["notes"]),
                left_out=stored["left_out"],
                tolerated=tuple(stored["tolerated"]),
                tests=stored["tests"],
                runs_anywhere=stored["runs_anywhere"],
            )
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, key: str, rehearsal: Rehearsal) -> None:
        new = self._path(key).with_suffix(".new")
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(asdict(rehearsal)), "utf-8")
            new.replace(self._path(key))
            self._forget_the_oldest()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _forget_the_oldest(self) -> None:
        kept = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for file in kept[:-MOST_KEPT]:
            file.unlink(missing_ok=True)
