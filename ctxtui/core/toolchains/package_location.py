"""Where the package is that a person named: its folder, its dotted name and the folder to import it from."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.domain.nearest import nearest_few
from ctxtui.core.toolchains.import_roots import (
    DOTTED,
    NAMED_SOURCE_FOLDERS,
    dotted,
    import_root_of,
    is_imported_as,
    is_inside,
    source_roots,
    tree_has,
)
from ctxtui.core.toolchains.module_folder import modules_in
from ctxtui.core.toolchains.project_settings import ProjectSettings, read_settings
from ctxtui.core.toolchains.source_tree import (
    INIT,
    PROJECT_FILES,
    TEST_FOLDERS,
    VENDOR_FOLDERS,
    SourceTree,
    is_test_file,
    join,
)

ASIDE = frozenset({"docs", "doc", "examples", "example", "scripts", "tools", "benchmarks", "benchmark", "tasks", "bin"})
BUILD_SCRIPTS = frozenset({"setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "versioneer.py"})
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Location:
    """`path` is a folder, or a file when the target is a single module; paths are relative to the repository.

    A folder that is imported from itself is no package: each of its modules stands alone.
    """

    name: str
    path: str
    import_root: str
    project: str
    settings: ProjectSettings
    notes: tuple[str, ...] = ()

    @property
    def is_module(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_module_folder(self) -> bool:
        return self.path == self.import_root

    @property
    def folder(self) -> str:
        return str(PurePosixPath(self.path).parent) if self.is_module else self.path


def locate_package(tree: SourceTree, target: str) -> Location:
    """Finds a target given as a folder, a file or a dotted name. Raises ToolchainError in one sentence."""
    path = _as_path(tree, target)
    is_name = DOTTED.fullmatch(target) is not None
    if path is not None and not (is_name and not tree.has_python(path) and _bearers(tree, target)):
        return _at_path(tree, path, target)
    if not is_name:
        raise ToolchainError(_not_found(tree, target))
    return _by_name(tree, target)


def top_of(tree: SourceTree, location: Location) -> str:
    """The outermost package folder around a location; a module that stands alone is its own."""
    if location.is_module and not tree.is_regular_package(location.folder):
        return location.path
    top = PurePosixPath(location.folder)
    while str(top.parent) not in {".", location.import_root} and tree.is_regular_package(str(top.parent)):
        top = top.parent
    return str(top)


def _as_path(tree: SourceTree, target: str) -> str | None:
    """The target relative to the repository when it is a place on disk."""
    root = tree.root.resolve()
    looks_like_path = "/" in target or target in {".", ".."} or target.endswith(".py")
    given = Path(target).expanduser()
    places = [place.resolve() for place in (root / given, Path.cwd() / given) if place.exists()]
    for place in places:
        if place.is_relative_to(root):
            return str(PurePosixPath(place.relative_to(root)))
    if not looks_like_path:
        return None
    if places:
        raise ToolchainError(f"{target} lies outside the repository {root}; name a folder inside it.")
    raise ToolchainError(_not_found(tree, target))


def _at_path(tree: SourceTree, path: str, target: str) -> Location:
    if (tree.root / path).is_file():
        return _module(tree, path)
    if tree.is_within_tests(path):
        packages = _top_packages(tree, tree.project_folder(path))
        largest = max(packages, key=lambda location: len(list(tree.below(location.path))), default=None)
        rather = f", such as {largest.name}" if largest else ""
        raise ToolchainError(f"{target} is a folder of tests; name the package they test{rather}.")
    if not tree.has_python(path):
        raise ToolchainError(f"{target} has no Python modules; name the folder of a Python package.")
    if path != "." and tree.is_regular_package(path):
        return _package(tree, path)
    return _only_package_in(tree, path, target)


def _module(tree: SourceTree, path: str) -> Location:
    file = PurePosixPath(path)
    folder = str(file.parent)
    if file.suffix != ".py" or not tree.has(path):
        raise ToolchainError(f"{path} is no Python module; name a .py file or the folder of a package.")
    if file.name == INIT:
        return _package(tree, folder)
    if is_test_file(file.name) and tree.is_within_tests(folder):
        raise ToolchainError(f"{path} is a test; name the module that it tests.")
    project = tree.project_folder(folder)
    settings = read_settings(tree.root / project, tree.root)
    root = import_root_of(tree, folder, project, settings)
    return Location(dotted(path.removesuffix(".py"), root), path, root, project, settings)


def _package(tree: SourceTree, path: str, notes: tuple[str, ...] = ()) -> Location:
    project = tree.project_folder(str(PurePosixPath(path).parent) if tree.is_regular_package(path) else path)
    settings = read_settings(tree.root / project, tree.root)
    root = import_root_of(tree, path, project, settings)
    if root == path and tree.is_regular_package(path):
        raise ToolchainError(f"{path} is the repository itself; name the package in it.")
    if root == path:
        return _module_folder(tree, path, project, settings)
    return Location(dotted(path, root), path, root, project, settings, notes)


def _module_folder(tree: SourceTree, path: str, project: str, settings: ProjectSettings) -> Location:
    name = PurePosixPath(path).name or settings.name or tree.root.name
    return Location(name, path, path, project, settings)


def _top_packages(tree: SourceTree, folder: str) -> list[Location]:
    """Packages and single modules that a folder offers, without its tests, its documentation and its build scripts."""
    project = tree.project_folder(folder)
    settings = read_settings(tree.root / project, tree.root)
    roots = [root for root in source_roots(project, settings) if is_inside(root, folder) or root == folder]
    found: dict[str, Location] = {}
    for root in dict.fromkeys([*roots, folder]):
        if not tree_has(tree, root):
            continue
        for child in tree.children(root):
            name = PurePosixPath(child).name
            if name in ASIDE | VENDOR_FOLDERS | {"src"} or tree.is_within_tests(child) or child in roots:
                continue
            if tree.is_regular_package(child):
                found.setdefault(child, _package(tree, child))
        if found:
            break
    return list(found.values()) or [*_namespaces(tree, roots, folder), *_single_modules(tree, roots, folder)]


def _namespaces(tree: SourceTree, roots: list[str], folder: str) -> Iterator[Location]:
    """Packages without an `__init__.py`: below a source folder all code is importable."""
    for root in roots:
        if root in {folder, tree.project_folder(folder)} and PurePosixPath(root).name not in NAMED_SOURCE_FOLDERS:
            continue
        for child in tree.children(root):
            if tree.has_python(child):
                yield _package(tree, _descend(tree, child))


def _flat_namespaces(tree: SourceTree, path: str, project: str) -> Iterator[Location]:
    """Folders right in a project, or one named by a user, through whose names its code is imported."""
    inside = [
        one for one in tree.children(path) if PurePosixPath(one).name not in ASIDE and not tree.is_within_tests(one)
    ]
    for folder in inside if path == project else [path]:
        if tree.has_python(folder) and is_imported_as(tree, folder, project):
            yield _package(tree, folder if path != project else _descend(tree, folder))


def _descend(tree: SourceTree, folder: str) -> str:
    """Down through folders that hold nothing but one folder: the namespace's own levels."""
    while not any(name.endswith(".py") for name in tree.files(folder)):
        inner = [child for child in tree.children(folder) if tree.has_python(child)]
        if len(inner) != 1:
            break
        folder = inner[0]
    return folder


def _single_modules(tree: SourceTree, roots: list[str], folder: str) -> Iterator[Location]:
    for root in dict.fromkeys([*roots, folder]):
        for name in tree.files(root):
            if name.endswith(".py") and name not in BUILD_SCRIPTS and not is_test_file(name):
                yield _module(tree, join(root, name))


def _of_projects_in(tree: SourceTree, folder: str) -> Iterator[Location]:
    """The packages of each project below a folder that is none itself, as in a monorepo."""
    for place, names in tree.folders.items():
        parts = PurePosixPath(place).parts
        is_aside = not ASIDE.isdisjoint(parts) or not TEST_FOLDERS.isdisjoint(parts)
        if place != folder and is_inside(place, folder) and PROJECT_FILES.intersection(names) and not is_aside:
            yield from _top_packages(tree, place)


def _folders_with_modules(tree: SourceTree, folder: str) -> Iterator[Location]:
    for child in tree.children(folder):
        if not tree.is_within_tests(child) and any(modules_in(tree, child)):
            yield _package(tree, child)


def _only_package_in(tree: SourceTree, path: str, target: str) -> Location:
    """A folder that is no package itself: a project, a source folder, or a namespace package."""
    project = tree.project_folder(path)
    settings = read_settings(tree.root / project, tree.root)
    own_code = [n for n in tree.files(path) if n.endswith(".py") and n not in BUILD_SCRIPTS and not is_test_file(n)]
    if own_code and path not in source_roots(project, settings):
        return _package(tree, path)
    found = _top_packages(tree, path) or list(_of_projects_in(tree, path))
    if not found or (len(found) > 1 and path != project and found[0].project == project):
        found = list(_flat_namespaces(tree, path, project)) or found
    found = found or list(_folders_with_modules(tree, path))
    if not found:
        raise ToolchainError(f"{target} holds no importable package; name the folder of a Python package.")
    wanted = settings.name.lower().replace("-", "_").replace(".", "_")
    modules = [] if found[0].is_module else list(_single_modules(tree, list(source_roots(project, settings)), path))
    named = [one for one in (*found, *modules) if one.name.lower().replace(".", "_") == wanted]
    if len(found) == 1 or named:
        chosen = (named or found)[0]
        others = [one.name for one in found if one is not chosen]
        notes = (f"{chosen.name} was chosen as the project's package; it also has {', '.join(others)}",)
        return _package_or_module(tree, chosen.path, notes if others else ())
    alone = found if found[0].is_module else modules
    folders = {one.folder for one in alone}
    if len(folders) == 1 and (alone == found or (len(alone) >= len(found) and not settings.is_installable)):
        return _module_folder(tree, folders.pop(), project, settings)
    alike = Counter(one.name for one in found)
    names = sorted(one.name if alike[one.name] == 1 else one.path for one in found)
    more = f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    what = "modules" if found[0].is_module else "packages" if tree.is_regular_package(found[0].path) else "folders"
    listed = ", ".join(names[:MOST_NAMED]) + more
    raise ToolchainError(f"{target} holds {len(found)} {what}; name one of them: {listed}.")


def _package_or_module(tree: SourceTree, path: str, notes: tuple[str, ...]) -> Location:
    return replace(_module(tree, path), notes=notes) if path.endswith(".py") else _package(tree, path, notes)


def _bearers(tree: SourceTree, target: str) -> list[str]:
    """Folders and files of code that may be meant by a dotted name."""
    tail = target.replace(".", "/")
    places = [path for path in _code_folders(tree) if path == tail or path.endswith("/" + tail)]
    return [*places, *(path for path in _code_files(tree) if path == tail + ".py" or path.endswith(f"/{tail}.py"))]


def _by_name(tree: SourceTree, target: str) -> Location:
    found = [_package_or_module(tree, path, ()) for path in _bearers(tree, target)]
    exact = [location for location in found if location.name == target] or [
        _imported_from(tree, location, target) for location in found
    ]
    if len(exact) > 1:
        here = Path.cwd()
        exact = [location for location in exact if (tree.root / location.path).is_relative_to(here)] or exact
    if len(exact) > 1:
        choices = ", ".join(sorted(location.path for location in exact)[:6])
        raise ToolchainError(f"{target} is ambiguous; name the folder instead, one of: {choices}.")
    if not exact:
        raise ToolchainError(_not_found(tree, target))
    return exact[0]


def _imported_from(tree: SourceTree, location: Location, target: str) -> Location:
    """The user's own word about the dotted name decides where a namespace begins; in a package it is the name's end."""
    root = location.path.removesuffix(".py").removesuffix(target.replace(".", "/")).rstrip("/") or "."
    if tree.is_regular_package(root):
        return location
    return Location(target, location.path, root, location.project, location.settings, location.notes)


def _code_folders(tree: SourceTree) -> list[str]:
    holders = {path for path, names in tree.folders.items() if any(name.endswith(".py") for name in names)}
    every = {str(parent) for path in holders for parent in (PurePosixPath(path), *PurePosixPath(path).parents)}
    return sorted(path for path in every - {"."} if not tree.is_within_tests(path))


def _code_files(tree: SourceTree) -> list[str]:
    return [
        join(folder, name)
        for folder, names in tree.folders.items()
        for name in names
        if name.endswith(".py") and name != INIT and name not in BUILD_SCRIPTS
    ]


def _not_found(tree: SourceTree, target: str) -> str:
    names = {location.name for location in known_packages(tree)}
    wanted = PurePosixPath(target).name.removesuffix(".py") if "/" in target else target
    near = nearest_few(wanted, names, 3) or sorted(names)[:3]
    hint = f"; did you mean {' or '.join(near)}?" if near else "; the repository has no Python package."
    return f"{target} was not found in {os.fspath(tree.root)}{hint}"


def known_packages(tree: SourceTree) -> Iterator[Location]:
    for path in _code_folders(tree):
        if tree.is_regular_package(path):
            yield _package(tree, path)
