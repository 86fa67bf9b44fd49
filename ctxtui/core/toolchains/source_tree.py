"""The Python files of a repository, without what tools and environments put between them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages", "__pypackages__"})
OUTPUT_FOLDERS = frozenset({"build", "dist"})
KEPT_SUFFIXES = (".py", ".pyi", ".pyx")
PROJECT_FILES = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
TEST_FOLDERS = frozenset({"tests", "test", "_tests", "_test"})
VENDOR_FOLDERS = frozenset({"_vendor", "vendor", "vendored", "_vendored", "third_party"})
INIT = "__init__.py"
TEST_METHOD = re.compile(rb"^\s+(?:async\s+)?def test\w*\(\s*self", re.MULTILINE)
TEST_CASE = re.compile(rb"^\s*class \w+\([^)]*TestCase\b", re.MULTILINE)
TEST_FUNCTION = re.compile(rb"^(?:async\s+)?def test\w*\(", re.MULTILINE)
PYTEST = re.compile(rb"^\s*(?:import|from)\s+pytest\b", re.MULTILINE)


def is_test_file(name: str) -> bool:
    """Whether a file's name alone says that it holds tests."""
    return name.endswith(".py") and (
        name.startswith("test_") or name.endswith(("_test.py", "_tests.py")) or name in {"test.py", "tests.py"}
    )


@dataclass(frozen=True, slots=True)
class SourceTree:
    """One walk over a repository. Paths are POSIX, relative to `root`; a folder's files are in name order."""

    root: Path
    folders: dict[str, tuple[str, ...]]
    test_folders: frozenset[str] = frozenset()

    def files(self, folder: str) -> tuple[str, ...]:
        return self.folders.get(folder, ())

    def below(self, folder: str) -> Iterator[str]:
        """Every file in a folder and its sub-folders."""
        prefix = "" if folder == "." else folder + "/"
        for place, names in self.folders.items():
            if place == folder or (place + "/").startswith(prefix):
                yield from (join(place, name) for name in names)

    def children(self, folder: str) -> Iterator[str]:
        """Folders right below a folder, those without a file of their own included."""
        prefix = "" if folder == "." else folder + "/"
        seen: set[str] = set()
        for place in self.folders:
            if place != "." and place.startswith(prefix):
                child = prefix + place[len(prefix) :].split("/", 1)[0]
                if child != folder and child not in seen:
                    seen.add(child)
                    yield child

    def has(self, path: str) -> bool:
        place = PurePosixPath(path)
        return place.name in self.folders.get(str(place.parent), ())

    def is_regular_package(self, folder: str) -> bool:
        return INIT in self.files(folder)

    def has_python(self, folder: str) -> bool:
        return any(name.endswith(".py") for name in self.below(folder))

    def is_within_tests(self, path: str) -> bool:
        """Whether a folder, or one around it, is one of tests."""
        place = PurePosixPath(path)
        return any(str(folder) in self.test_folders for folder in (place, *place.parents))

    def project_folder(self, path: str) -> str:
        """The nearest folder around a path that a build is described in; the repository itself when there is none."""
        folder = PurePosixPath(path)
        for place in (folder, *folder.parents):
            if PROJECT_FILES.intersection(self.files(str(place))):
                return str(place)
        return "."


def read_tree(root: Path) -> SourceTree:
    folders: dict[str, tuple[str, ...]] = {}
    stack = ["."]
    while stack:
        folder = stack.pop()
        names, inner = _scan(root, folder)
        if "pyvenv.cfg" in names:
            continue
        if folder != "." and PurePosixPath(folder).name in OUTPUT_FOLDERS and INIT not in names:
            continue
        kept = tuple(sorted(name for name in names if name.endswith(KEPT_SUFFIXES) or name in PROJECT_FILES))
        if kept:
            folders[folder] = kept
        stack.extend(join(folder, name) for name in sorted(inner, reverse=True))
    tree = SourceTree(root, folders)
    return replace(
        tree, test_folders=frozenset(path for path in _named_like_tests(folders) if _holds_tests(tree, path))
    )


def _named_like_tests(folders: Iterable[str]) -> set[str]:
    around = {str(place) for path in folders for place in (PurePosixPath(path), *PurePosixPath(path).parents)}
    return {path for path in around if PurePosixPath(path).name in TEST_FOLDERS}


def _holds_tests(tree: SourceTree, folder: str) -> bool:
    """Some packages have a `test` folder that is part of what they offer: then nothing in it is a test or named so."""
    paths = list(tree.below(folder))
    names = [PurePosixPath(path).name for path in paths]
    if any(is_test_file(name) or name == "conftest.py" for name in names) or set(names) <= {INIT}:
        return True
    return any(path.endswith(".py") and is_written_as_test((tree.root / path).read_bytes()) for path in paths)


def is_written_as_test(source: bytes) -> bool:
    """Whether a file tests something, whatever its name: a runner that is told of each file needs none."""
    return bool(TEST_METHOD.search(source) and TEST_CASE.search(source)) or bool(
        TEST_FUNCTION.search(source) and PYTEST.search(source)
    )


def _scan(root: Path, folder: str) -> tuple[list[str], list[str]]:
    names: list[str] = []
    inner: list[str] = []
    try:
        entries = list(os.scandir(root / folder))
    except OSError:
        return names, inner
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not _is_skipped(entry.name):
                inner.append(entry.name)
        elif _is_file(entry):
            names.append(entry.name)
    return names, inner


def _is_file(entry: os.DirEntry[str]) -> bool:
    """A link that leads to itself, or where nobody may look, is none."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED_FOLDERS or name.endswith(".egg-info")


def join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"
