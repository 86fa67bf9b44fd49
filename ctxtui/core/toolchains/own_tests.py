"""Which of a project's test files are about each module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from ctxtui.core.toolchains.existing_tests import ExistingTest
from ctxtui.core.toolchains.module_priority import origin_of
from ctxtui.core.toolchains.module_selection import Module, Selection
from ctxtui.core.toolchains.package_location import Location
from ctxtui.core.toolchains.source_tree import SourceTree, join
from ctxtui.core.toolchains.test_file_names import plain_name


def own_tests(
    tree: SourceTree, location: Location, selection: Selection, tests: Collection[ExistingTest]
) -> Mapping[str, tuple[str, ...]]:
    """The test files that are called after a module, or import it or what a package takes from it by name."""
    by_subject: dict[str, list[ExistingTest]] = defaultdict(list)
    by_import: dict[str, list[str]] = defaultdict(list)
    by_name = {module.name: module for module in selection.all_modules}
    for test in tests:
        by_subject[test.subject.strip("_")].append(test)
        for name in test.imports:
            package, _, taken = name.rpartition(".")
            origin = None if name in by_name else origin_of(package, taken, by_name)
            by_import[origin.name if origin else name].append(test.path)
    found: dict[str, tuple[str, ...]] = {}
    for module in selection.modules:
        called_so = [
            test.path for test in by_subject[plain_name(module)] if not _of_another(test, module, tree, location)
        ]
        if paths := [*called_so, *by_import[module.name]]:
            found[module.name] = tuple(dict.fromkeys(paths))
    return found


def _of_another(test: ExistingTest, module: Module, tree: SourceTree, location: Location) -> bool:
    """Whether a file imports a neighbour of the same last name, as where each part of a project has its `models`."""

    def is_neighbour(name: str) -> bool:
        file = join(location.import_root, name.replace(".", "/") + ".py")
        return tree.has(file) or name.partition(".")[0] == module.name.partition(".")[0]

    last = module.name.rpartition(".")[2]
    alike = [name for name in test.imports if name.rpartition(".")[2] == last]
    return module.name not in alike and any(map(is_neighbour, alike))
