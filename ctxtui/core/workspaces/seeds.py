"""What a checkout lacks but an import needs: compiled modules and generated versions that git ignores."""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.folders import parts_inside, write_inside
from ctxtui.core.workspaces.person_repository import PersonRepository

IMPORTABLES = (":(glob)**/*.so", ":(glob)**/*.pyd", ":(glob)**/_version.py")
FOREIGN_FOLDERS = frozenset({"site-packages", "node_modules", "build", "dist", "env", "venv"})
"""Folders whose modules are not the project's own; folders that begin with a dot are left out as well."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Copies, taken once for a run, of ignored files that every one of its worktrees gets."""

    store: Path
    paths: frozenset[str]

    def lay(self, worktree: Path) -> None:
        for path in sorted(self.paths):
            source = self.store / path
            write_inside(worktree, path, source.read_bytes(), source.stat().st_mode & 0o777)

    def is_unchanged(self, worktree: Path, path: str) -> bool:
        """Whether the file at that path is a seed as it was laid, and no link."""
        if path not in self.paths:
            return False
        file = worktree / path
        return not file.is_symlink() and file.is_file() and filecmp.cmp(self.store / path, file, shallow=False)


def gather_seeds(person: PersonRepository, extra: Mapping[str, str], store: Path, tracked: Collection[str]) -> Seeds:
    """Copies the seeds into `store` unless that was done before, so that a resumed run sees the same ones.

    `extra` maps a path in the worktree to the file to copy there, absolute or relative to the repository.
    """
    if not store.is_dir():
        store.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=store.parent) as made:
            copies = Path(made, "seeds")
            copies.mkdir()
            for path, source in {**_ignored_importables(person), **_named(person, extra)}.items():
                if path not in tracked:
                    target = copies.joinpath(*parts_inside(path))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(source, target)
            copies.rename(store)
    found = (Path(folder, name) for folder, _inner, names in os.walk(store) for name in names)
    return Seeds(store, frozenset(file.relative_to(store).as_posix() for file in found))


def _ignored_importables(person: PersonRepository) -> Mapping[str, Path]:
    asked = ("ls-files", "-z", "-o", "-i", "--exclude-standard", "--", *IMPORTABLES)
    listed = person.look(*asked, doing=f"Cannot list the ignored modules of {person.root}")
    sources = {path: person.root / path for path in listed.records if not _is_foreign(path)}
    return {path: source for path, source in sources.items() if source.is_file()}


def _named(person: PersonRepository, extra: Mapping[str, str]) -> Mapping[str, Path]:
    sources = {path: person.root / source for path, source in extra.items()}
    missing = [str(source) for source in sources.values() if not source.is_file()]
    if missing:
        raise RepositoryError(f"Cannot copy {', '.join(missing)} into the worktrees: there is no such file.")
    return sources


def _is_foreign(path: str) -> bool:
    return any(part in FOREIGN_FOLDERS or part.startswith(".") for part in path.split("/"))
