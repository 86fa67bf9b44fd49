"""The packages of a repository, to choose one from."""

from __future__ import annotations

from pathlib import Path

from ctxtui.core.ports.toolchains import PackageChoice
from ctxtui.core.toolchains.package_location import known_packages
from ctxtui.core.toolchains.source_tree import read_tree


def package_choices(root: Path) -> tuple[PackageChoice, ...]:
    """Those that lie nearest to the top come first, and of those the largest."""
    tree = read_tree(root.resolve())
    choices = [
        PackageChoice(one.name, one.path, sum(path.endswith(".py") for path in tree.below(one.path)))
        for one in known_packages(tree)
    ]
    return tuple(sorted(choices, key=lambda one: (one.name.count("."), -one.modules, one.name)))
