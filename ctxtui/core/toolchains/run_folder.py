"""The throwaway folder of one run: home, temporary files, settings and what the run leaves behind."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctxtui.core.processes.temporary import temporary_folder
from ctxtui.core.toolchains import guest

ENTRY = str(Path(guest.__file__).with_name("__main__.py"))
"""The program that runs under the project's interpreter."""
SETTINGS_VARIABLE = "CTXTUI_TEST_RUN"
STAND_IN = "/run"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where everything of one run lies; removed when the run is over."""

    path: Path

    @property
    def home(self) -> Path:
        return self.path / "home"

    @property
    def temporary(self) -> Path:
        return self.path / "tmp"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def coverage(self) -> Path:
        return self.path / "coverage.json"

    @property
    def settings(self) -> Path:
        return self.path / "settings.json"

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    @property
    def done(self) -> Path:
        return self.path / "done"

    @property
    def hang_log(self) -> Path:
        return self.path / "hang.txt"

    @property
    def output(self) -> Path:
        return self.path / "output.txt"

    def write(self, name: str, content: bytes) -> str:
        """The path of a new file with that content."""
        (self.path / name).write_bytes(content)
        return str(self.path / name)

    def write_settings(self, settings: Mapping[str, Any]) -> None:
        places = {"journal": str(self.journal), "hang_log": str(self.hang_log), "done": str(self.done)}
        self.settings.write_text(json.dumps({**places, **settings}), "utf-8")

    def tidied(self, text: str, worktree: Path) -> str:
        """The same text for the same happening in any worktree: paths relative to it, no name of this folder."""
        return text.replace(f"{worktree}/", "").replace(str(self.path), STAND_IN)

    def events(self, worktree: Path) -> list[dict[str, Any]]:
        """What the plugin journalled; a line that a dying process left half is not counted."""
        if not self.journal.exists():
            return []
        lines = self.tidied(self.journal.read_text("utf-8", "replace"), worktree).split("\n")
        return [json.loads(line) for line in lines[:-1] if line.startswith("{") and line.endswith("}")]


@contextmanager
def run_folder() -> Iterator[RunFolder]:
    with temporary_folder("run") as path:
        folder = RunFolder(path)
        for place in (folder.home, folder.temporary):
            place.mkdir()
        yield folder


def tail(path: Path, limit: int) -> str:
    """The last `limit` bytes of a file, from a line's start on."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - limit))
        text = file.read(limit).decode("utf-8", "replace")
    if size > limit:
        text = text.partition("\n")[2] or text
    return text
