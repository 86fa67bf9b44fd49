"""Where a target's repository and settings are looked for: the same for the command line and the form."""

from __future__ import annotations

from pathlib import Path


def folder_of(target: str, here: Path) -> Path:
    """The folder in which git and the settings files are looked for: the target's own, else where the user stands."""
    place = here / Path(target).expanduser()
    if place.is_dir():
        return place.resolve()
    return place.resolve().parent if place.is_file() else here


def repository_root(directory: Path) -> Path | None:
    """The nearest folder upwards that is a repository's top: where the search for settings ends."""
    return next((folder for folder in (directory, *directory.parents) if _is_top(folder / ".git")), None)


def _is_top(entry: Path) -> bool:
    """As git sees it: an empty folder of that name is nothing, a file points to a repository elsewhere."""
    return entry.is_file() or (entry / "HEAD").is_file() or (entry / "HEAD").is_symlink()
