"""Stand-ins for files that a person's checkout has and a commit lacks: tests that would harm those harm these."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

CONTENTS = {".json": b"{}\n", ".toml": b"", ".yaml": b"{}\n", ".yml": b"{}\n"}
"""What a stand-in holds where an empty file would be no file of its kind."""


@contextlib.contextmanager
def planted(worktree: Path, paths: Sequence[str]) -> Iterator[None]:
    """Puts stand-ins where nothing is, a folder for a path that ends in a slash, and takes them away again."""
    made = [place for path in paths for place in _plant(worktree, path)]
    try:
        yield
    finally:
        for place in reversed(made):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    place.unlink()


def _plant(worktree: Path, path: str) -> list[Path]:
    """What was made, outer folders first; nothing where something stands in the way."""
    place = worktree / path
    made: list[Path] = []
    try:
        if ".." in place.parts or place.exists() or place.is_symlink():
            return made
        folders = [folder for folder in reversed(place.parents) if not folder.exists()]
        for folder in [*folders, *([place] if path.endswith("/") else [])]:
            folder.mkdir()
            made.append(folder)
        if not path.endswith("/"):
            place.write_bytes(CONTENTS.get(place.suffix, b""))
            made.append(place)
    except OSError:
        return made
    return made
