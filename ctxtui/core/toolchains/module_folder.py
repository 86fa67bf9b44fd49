"""A folder of modules that is no package: people start them there, and they import each other by their plain names."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.toolchains.source_tree import INIT, SourceTree, is_test_file

NO_MODULES = frozenset({"conftest", "setup"})
IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+(\w+)[ \t]+import\b|import[ \t]+(\w+)\b(?!\.))", re.MULTILINE)


def is_module_folder(tree: SourceTree, folder: str, project: str) -> bool:
    """Whether modules of a folder are imported by their plain names, or can only be: no statement has its name."""
    if folder == project or tree.is_regular_package(folder):
        return False
    inside = PurePosixPath(folder).relative_to(project).parts
    if not all(part.isidentifier() for part in inside):
        return True
    siblings = {name.removesuffix(".py").encode() for name in modules_in(tree, folder)} - _OF_PYTHON
    return any(not siblings.isdisjoint(_imported(tree, path)) for path in _importers(tree, folder, project))


def modules_in(tree: SourceTree, folder: str) -> Iterator[str]:
    """The files right in a folder that hold code."""
    return (name for name in tree.files(folder) if name.endswith(".py") and name != INIT and not is_test_file(name))


def _importers(tree: SourceTree, folder: str, project: str) -> Iterator[str]:
    """The modules of the folder, and tests: other code may have modules of the same names."""
    for path in tree.below(project):
        file = PurePosixPath(path)
        around = str(file.parent)
        if file.suffix == ".py" and (around == folder or tree.is_within_tests(around)):
            yield path


def _imported(tree: SourceTree, path: str) -> set[bytes]:
    own = PurePosixPath(path).stem.encode()
    return {source or name for source, name in IMPORT.findall((tree.root / path).read_bytes())} - {own}


def pinned_names(package: str, roots: Iterable[Path], naming: TestNaming) -> tuple[str, ...]:
    """What a run takes from the worktree alone: a package, or what lies right in a folder of modules, but no tests.

    Those are for pytest to import, which looks into their assertions.
    """
    return (package,) if package else tuple(sorted({name for root in roots for name in _names_in(root, naming)}))


def _names_in(folder: Path, naming: TestNaming) -> Iterator[str]:
    for place in folder.iterdir():
        is_code = place.suffix == ".py" and not is_test_file(place.name) and not naming.takes_file(place.name)
        is_importable = place.stem.isidentifier() and place.stem not in NO_MODULES | sys.stdlib_module_names
        if is_importable and (is_code or (place / INIT).is_file()):
            yield place.stem


_OF_PYTHON = frozenset(name.encode() for name in sys.stdlib_module_names)
