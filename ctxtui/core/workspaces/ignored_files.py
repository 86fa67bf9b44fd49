"""Files that git ignores and an import may need: compiled modules, generated code, and data inside packages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ctxtui.core.workspaces.person_repository import PersonRepository

FOREIGN_FOLDERS = frozenset(
    {
        *("site-packages", "node_modules", "bower_components", "__pypackages__", "__pycache__"),
        *("build", "dist", "sdist", "wheels", "eggs", "target", "_build", "htmlcov"),
        *("env", "venv", "ENV", "virtualenv"),
    }
)
"""Folders whose modules are not the project's own; those that begin with a dot are left out as well."""

FOREIGN_MARKS = ("pyvenv.cfg", "conda-meta", ".git")
"""A folder that holds one of these is an environment or another repository."""

FOREIGN_ENDS = (".egg-info", ".dist-info", ".egg")
CODE_SUFFIXES = (".py", ".so", ".pyd")
PASSING = frozenset(
    {
        *(".git", ".venv", ".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"),
        *(".coverage", ".idea", ".vscode", ".DS_Store", ".direnv", ".cache", "coverage.xml", ".ipynb_checkpoints"),
    }
)
MOST_NAMED = 100
MOST_OF_ONE = 10
"""Of one folder that is not committed, itself included."""
_PATTERN = re.compile(r"[*?\[\]!#\\]")
LEFTOVER_SUFFIXES = (".pyc", ".pyo", ".log", ".tmp", ".bak", ".orig", ".rej", ".swp", "~")
MOST_DATA_BYTES = 1 << 20
"""Of one data file; a model or a dump beside the code is larger, and is copied when it is named as a seed."""


def ignored_importables(person: PersonRepository) -> Mapping[str, Path]:
    """By path in the repository: ignored code anywhere in it, and small ignored data inside its packages."""
    asked = ("ls-files", "-z", "-o", "-i", "--exclude-standard", "--directory")
    listed = person.look(*asked, doing=f"Cannot list the ignored modules of {person.root}")
    found: dict[str, Path] = {}
    for path in listed.records:
        for file in _files_below(person.root, path):
            source = person.root / file
            if _is_wanted(person.root, file) and source.is_file():
                found[file] = source
    return found


def uncommitted_paths(person: PersonRepository) -> tuple[str, ...]:
    """At most MOST_NAMED files and folders that are there and in no commit, or that .gitignore names in full."""
    asked = ("ls-files", "-z", "-o", "--directory", "--no-empty-directory")
    listed = person.look(*asked, doing=f"Cannot list what is not committed in {person.root}").records
    found = [
        inner
        for path in listed
        if not _is_passing(path)
        for inner in [path, *(_files_below(person.root, path) if path.endswith("/") else ())][:MOST_OF_ONE]
    ]
    rules = person.root / ".gitignore"
    lines = rules.read_text("utf-8", "replace").splitlines() if rules.is_file() else []
    named = [line.strip().removeprefix("/") for line in lines]
    found += [path for path in named if path and not _PATTERN.search(path) and not _is_passing(path)]
    return tuple(dict.fromkeys(found))[:MOST_NAMED]


def _is_passing(path: str) -> bool:
    """Environments, caches and what builds leave: nobody misses those."""
    parts = path.strip("/").split("/")
    return any(part in FOREIGN_FOLDERS or part in PASSING or part.endswith(FOREIGN_ENDS) for part in parts)


def _files_below(root: Path, path: str) -> Iterator[str]:
    """The path itself, or for a folder, which git names with a slash at its end, every file below."""
    if not path.endswith("/"):
        if not _is_foreign(path.rpartition("/")[0]):
            yield path
        return
    waiting = [path.removesuffix("/")]
    while waiting:
        folder = waiting.pop()
        if _is_foreign(folder) or any((root / folder / mark).exists() for mark in FOREIGN_MARKS):
            continue
        with os.scandir(root / folder) as listing:
            for entry in sorted(listing, key=lambda entry: entry.name):
                below = f"{folder}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(below)
                else:
                    yield below


def _is_foreign(folder: str) -> bool:
    return any(
        part in FOREIGN_FOLDERS or part.startswith(".") or part.endswith(FOREIGN_ENDS)
        for part in folder.split("/")
        if part
    )


def _is_wanted(root: Path, path: str) -> bool:
    name = path.rpartition("/")[2]
    if name.endswith(CODE_SUFFIXES):
        return True
    if name.startswith(".") or name.endswith(LEFTOVER_SUFFIXES):
        return False
    packages = [folder for folder in (root / path).parents if folder.is_relative_to(root)]
    is_in_package = any((folder / "__init__.py").is_file() for folder in packages)
    return is_in_package and (root / path).lstat().st_size <= MOST_DATA_BYTES
