"""The throwaway folder of one run: home, temporary files, the plugin, its settings and what it leaves behind."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctxtui.core.toolchains import pin_plugin

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
    def plugins(self) -> Path:
        return self.path / "plugins"

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
    folder = RunFolder(Path(tempfile.mkdtemp(prefix="ctxtui-run-")).resolve())
    try:
        for place in (folder.home, folder.temporary, folder.plugins):
            place.mkdir()
        shutil.copyfile(pin_plugin.__file__, folder.plugins / f"{pin_plugin.NAME}.py")
        yield folder
    finally:
        remove(folder.path)


def remove(path: Path) -> None:
    """Removes a folder even where a test took the right to do so away."""

    def retry(action: Callable[..., Any], place: str, _error: object) -> None:
        for inner in (Path(place).parent, Path(place)):
            if inner.exists() and not inner.is_symlink():
                inner.chmod(0o700)
        if Path(place).is_dir() and not Path(place).is_symlink():
            shutil.rmtree(place, ignore_errors=True)
        else:
            action(place)

    shutil.rmtree(path, onerror=retry)
