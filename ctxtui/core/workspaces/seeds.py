"""What a worktree gets beside the base commit's own files: ignored modules, files of submodules, filtered content."""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ctxtui.core.domain.errors import RepositoryError
from ctxtui.core.workspaces.conversions import Conversions
from ctxtui.core.workspaces.folders import parts_inside, write_inside, write_link_inside
from ctxtui.core.workspaces.ignored_files import ignored_importables
from ctxtui.core.workspaces.person_repository import PersonRepository
from ctxtui.core.workspaces.snapshots import unpacked_seeds
from ctxtui.core.workspaces.submodules import lay_submodules
from ctxtui.core.workspaces.tree_scan import scan_tree


@dataclass(frozen=True)
class Seeds:
    """Copies, taken once for a run, of files that every one of its worktrees gets."""

    store: Path
    modes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def paths(self) -> frozenset[str]:
        return frozenset(self.modes)

    def lay(self, worktree: Path, path: str) -> None:
        source = self.store / path
        if stat.S_ISLNK(self.modes[path]):
            write_link_inside(worktree, path, os.fspath(source.readlink()))
        else:
            write_inside(worktree, path, source.read_bytes(), self.modes[path] & 0o777)

    def is_unchanged(self, worktree: Path, path: str) -> bool:
        """Whether the file at that path is a seed as it was laid."""
        if path not in self.modes:
            return False
        file, source = worktree / path, self.store / path
        if stat.S_ISLNK(self.modes[path]) or file.is_symlink():
            return file.is_symlink() and source.is_symlink() and file.readlink() == source.readlink()
        return file.is_file() and filecmp.cmp(source, file, shallow=False)


def gather_seeds(person: PersonRepository, extra: Mapping[str, str], store: Path, conversions: Conversions) -> Seeds:
    """Copies the seeds into `store` unless that was done before, so that a resumed run sees the same ones.

    `extra` maps a path in the worktree to the file to copy there, absolute or relative to the repository. Seeds that
    came with a base commit from elsewhere are as they were there: nothing here knows better.
    """
    if not store.is_dir():
        store.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=store.parent, prefix="seeds-") as made:
            copies = Path(made, "seeds")
            copies.mkdir()
            brought = unpacked_seeds(person.root)
            lay_submodules(person, conversions.entries, copies)
            if brought is None:
                _render_filtered(conversions, copies)
            for path, source in {**ignored_importables(person), **_named(person, extra)}.items():
                if path not in conversions.entries:
                    target = copies.joinpath(*parts_inside(path))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(source, target)
            if brought is not None:
                shutil.copytree(brought, copies, symlinks=True, dirs_exist_ok=True)
            copies.rename(store)
    return Seeds(store, {path: stamp[0] for path, stamp in scan_tree(store).files.items()})


def _named(person: PersonRepository, extra: Mapping[str, str]) -> Mapping[str, Path]:
    sources = {path: person.root / source for path, source in extra.items()}
    missing = [str(source) for source in sources.values() if not source.is_file()]
    if missing:
        raise RepositoryError(f"Cannot copy {', '.join(missing)} into the worktrees: there is no such file.")
    return sources


def _render_filtered(conversions: Conversions, copies: Path) -> None:
    """Files that a filter driver makes: as they lie in the person's checkout, else made there by their filter.

    A worktree elsewhere has neither the key in their git folder nor the program beside their files that it may need.
    """
    person = conversions.hub.person
    filtered = conversions.filtered()
    as_committed = person.unmodified({path: conversions.entries[path].digest for path in filtered})
    for path in filtered:
        target = copies.joinpath(*parts_inside(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in as_committed:
            shutil.copyfile(person.root / path, target)
        else:
            target.write_bytes(conversions.laid(path, conversions.entries[path].digest))
        target.chmod(int(conversions.entries[path].mode[-3:], 8))
