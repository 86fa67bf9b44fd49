"""What a plan says of names in the settings that are no module's: slips of the pen, which would pass in silence."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ctxtui.core.domain.nearest import nearest
from ctxtui.core.ports.toolchains import DiscoveryOptions
from ctxtui.core.toolchains.module_selection import Selection
from ctxtui.core.toolchains.package_location import Location


def without_effect(selection: Selection, location: Location, options: DiscoveryOptions) -> Iterator[str]:
    """One sentence for each entry of `exclude` and `priorities` that should mean a module here and means none.

    What begins with a wildcard is a rule for many projects, and what is named otherwise may be about another package.
    """
    paths = {module.path: module.name for module in selection.all_modules}
    names = set(paths.values())
    short = {name.rpartition(".")[2]: name for name in sorted(names)}
    of_both = (
        ("exclude", options.exclude, {*names, *paths, *selection.left_out}),
        ("priorities", options.priorities, names),
    )
    for setting, patterns, known in of_both:
        for pattern in patterns:
            if pattern[:1] in "*?[" or any(fnmatchcase(name, pattern) for name in known):
                continue
            near = short.get(pattern) or nearest(pattern, names)
            if near or pattern.startswith((f"{location.name}.", f"{location.path}/")):
                hint = f"; did you mean {near}?" if near else ""
                yield f"`{setting}` has {pattern!r}, which is no module of {location.name}{hint}"
