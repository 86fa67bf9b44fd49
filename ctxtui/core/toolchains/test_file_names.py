"""What new test files are called: as the project does it, never over a file, never two of one import name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import PurePosixPath

from ctxtui.core.toolchains.existing_tests import ExistingTest, subject_of
from ctxtui.core.toolchains.module_selection import Module
from ctxtui.core.toolchains.source_tree import SourceTree, is_test_file, join
from ctxtui.core.toolchains.test_layout import Layout, Style, name_in_tests, sub_folders


def plain_name(module: Module) -> str:
    """How tests call a module: by its last name, without underscores around it."""
    return module.name.rpartition(".")[2].strip("_") or "init"


class Naming:
    """Gives each module a path of its own; what was given before is never given again."""

    def __init__(self, tree: SourceTree, layout: Layout, tests: tuple[ExistingTest, ...]) -> None:
        self._tree = tree
        self._layout = layout
        self._subjects = {(test.folder, test.subject) for test in tests}
        self._says_folders = layout.style is Style.FLAT and _names_say_folders(tree, layout, tests)
        # Of the whole repository: somebody may run all of its tests at once.
        self._taken = {self._import_name(path) for path in tree.below(".") if self._is_for_tests(path)}

    def path_for(self, module: Module) -> str:
        folder = self._layout.folder_for(module)
        for name in self._names(module, folder):
            path = join(folder, self._layout.pattern.replace("*", name))
            if self._import_name(path) not in self._taken and not self._is_in_the_way(path):
                self._taken.add(self._import_name(path))
                return path
        raise AssertionError("names never run out")

    def _is_for_tests(self, path: str) -> bool:
        file = PurePosixPath(path)
        is_named = bool(subject_of(file.name, (self._layout.pattern,))) or is_test_file(file.name)
        return is_named or self._tree.is_within_tests(str(file.parent))

    def _is_in_the_way(self, path: str) -> bool:
        """A file of that name, or a folder that an import would take for it."""
        place = self._tree.root / path
        return place.exists() or place.with_suffix("").is_dir()

    def _names(self, module: Module, folder: str) -> Iterator[str]:
        """`x`, or `sub_x` where the project says folders; `x_behaviour` where it has tests; then longer ones."""
        parts = [part.strip("_") or "init" for part in module.name.split(".")]
        short = parts[-1]
        if self._says_folders:
            short = _with_folders(module.path, self._layout.top) or short
        first = f"{short}_behaviour" if (folder, short) in self._subjects else short
        private = module.name.rpartition(".")[2].rstrip("_")
        yield from (first, private, *("_".join(parts[-count:]) for count in range(2, len(parts) + 1)))
        yield f"{short}_behaviour"
        yield from (f"{short}_behaviour_{number}" for number in itertools.count(2))

    def _import_name(self, path: str) -> str:
        """What pytest's default import mode calls the file: from the first folder up that is no package."""
        file = PurePosixPath(path)
        parts = [file.stem]
        for folder in file.parents:
            if str(folder) == "." or not self._tree.is_regular_package(str(folder)):
                break
            parts.insert(0, folder.name)
        return ".".join(parts)


def _names_say_folders(tree: SourceTree, layout: Layout, tests: tuple[ExistingTest, ...]) -> bool:
    """Whether more test files are called `test_sub_x.py` for the module `sub/x.py` than `test_x.py`."""
    subjects = {test.subject.strip("_") for test in tests if test.folder == layout.root}
    inner = [path for path in tree.below(layout.top) if path.endswith(".py") and sub_folders(path, layout.top)]
    plain = {name_in_tests(path) for path in inner}
    with_folders = {_with_folders(path, layout.top) for path in inner}
    return len(subjects & (with_folders - plain)) > len(subjects & plain)


def _with_folders(path: str, top: str) -> str:
    """`sub_x`; empty for a module right in the top package."""
    folders = sub_folders(path, top)
    return "_".join((*(folder.strip("_") for folder in folders), name_in_tests(path))) if folders else ""
