"""The packages of a repository, to choose one from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import PackageChoice
from ctxtui.core.toolchains.package_location import Location, known_packages, locate_package
from ctxtui.core.toolchains.source_tree import SourceTree, read_tree


def package_choices(root: Path) -> tuple[PackageChoice, ...]:
    """Those that lie nearest to the top come first, and of those the largest."""
    tree = read_tree(root.resolve())
    known = list(known_packages(tree)) or list(_modules_alone(tree))
    choices = [
        PackageChoice(one.name, one.path, sum(path.endswith(".py") for path in tree.below(one.path))) for one in known
    ]
    return tuple(sorted(choices, key=lambda one: (one.name.count("."), -one.modules, one.name)))


def _modules_alone(tree: SourceTree) -> Iterator[Location]:
    """Where there is no package, what the repository's top offers."""
    try:
        yield locate_package(tree, ".")
    except ToolchainError:
        return
