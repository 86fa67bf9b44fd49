"""From which folder code is imported and by which name, by its `__init__.py` files and the project's own word."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ctxtui.core.toolchains.module_folder import is_module_folder
from ctxtui.core.toolchains.project_settings import ProjectSettings
from ctxtui.core.toolchains.source_tree import SourceTree, join

NAMED_SOURCE_FOLDERS = frozenset({"src", "lib", "python", "source", "sources", "py"})
DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def dotted(path: str, root: str) -> str:
    return ".".join(PurePosixPath(path).relative_to(root).parts)


def source_roots(project: str, settings: ProjectSettings) -> tuple[str, ...]:
    """Folders that a project surely imports from, the most certain first."""
    return (*(join(project, root) for root in (*settings.source_roots, "src")), project)


def import_root_of(tree: SourceTree, path: str, project: str, settings: ProjectSettings) -> str:
    """Climbs to where `__init__.py` stops; above it, only the project's own word or habit makes a namespace.

    Modules that import each other by their plain names are imported from their own folder.
    """
    below = path
    if tree.is_regular_package(path):
        below = str(PurePosixPath(path).parent)
        while below != "." and tree.is_regular_package(below) and not _is_source_root(tree, below, project, settings):
            below = str(PurePosixPath(below).parent)
    around = [root for root in source_roots(project, settings) if is_inside(below, root) and tree_has(tree, root)]
    nearest = max(around, key=len, default=project)
    if below == nearest or nearest != project:
        return nearest
    is_regular = tree.is_regular_package(path)
    if PurePosixPath(below).name in NAMED_SOURCE_FOLDERS or (is_regular and not is_imported_as(tree, below, project)):
        return _namespace_root(tree, below, project) or below
    if is_module_folder(tree, below, project) and not is_imported_as(tree, below, project):
        return below
    for folder in (PurePosixPath(below), *PurePosixPath(below).parents):
        if folder.name in NAMED_SOURCE_FOLDERS and is_inside(str(folder), project):
            return str(folder)
    return project


def _namespace_root(tree: SourceTree, below: str, project: str) -> str:
    """The folder within a project from which code imports what lies `below` by the end of its path; empty for none."""
    inside = [*tree.children(below), *tree.files(below)]
    names = "|".join(re.escape(PurePosixPath(name).stem) for name in inside)
    for folder in map(str, reversed(PurePosixPath(below).parents)):
        if folder not in {".", project} and is_inside(folder, project):
            start = re.escape(dotted(below, folder))
            if _holds_line(tree, project, rf"(?:from|import)\s+{start}(?:\.|\s+import\s+)(?:{names})\b"):
                return folder
    return ""


def _is_source_root(tree: SourceTree, folder: str, project: str, settings: ProjectSettings) -> bool:
    """Whether a folder is imported from although it holds an `__init__.py`: nobody imports through its name."""
    is_declared = folder in source_roots(project, settings)[:-1]
    is_named = PurePosixPath(folder).name in NAMED_SOURCE_FOLDERS
    return (is_declared or is_named) and folder != project and not is_imported_as(tree, folder, project)


def tree_has(tree: SourceTree, folder: str) -> bool:
    return folder == "." or (tree.root / folder).is_dir()


def is_inside(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(folder + "/")


def is_imported_as(tree: SourceTree, folder: str, project: str) -> bool:
    """Whether the project's code imports through this folder's own name: then it is a namespace package."""
    name = dotted(folder, project)
    if not DOTTED.fullmatch(name):
        return False
    return _holds_line(tree, project, rf"(?:from|import)\s+{re.escape(name)}(?:\.|\s+import\s)")


def _holds_line(tree: SourceTree, project: str, start: str) -> bool:
    """Whether a line of the project's code starts like that pattern."""
    wanted = re.compile(rb"^\s*" + start.encode(), re.MULTILINE)
    return any(wanted.search((tree.root / path).read_bytes()) for path in tree.below(project) if path.endswith(".py"))
