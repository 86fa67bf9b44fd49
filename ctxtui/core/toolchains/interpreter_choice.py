"""Which interpreter runs the project's tests, and why that one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.toolchains.environments import environments
from ctxtui.core.toolchains.import_check import check_import
from ctxtui.core.toolchains.interpreter import Interpreter, install_line, locate, probe
from ctxtui.core.toolchains.package_location import Location

NOT_THE_PROJECTS = "the project has no environment of its own, so what only ctxtui needs can be imported too"


@dataclass(frozen=True, slots=True)
class Choice:
    """`is_borrowed` when this program lends its own: the project has no environment, or one `without_pytest`."""

    interpreter: Interpreter
    notes: tuple[str, ...]
    is_borrowed: bool = False
    without_pytest: Path | None = None


def choose_interpreter(root: Path, location: Location, asked: str, environ: Mapping[str, str]) -> Choice:
    """A person's word, the active environment when it is this project's, one that a tool made for it, else our own.

    Raises ToolchainError when the interpreter that a person named does not run.
    """
    if asked:
        interpreter = probe(locate(asked, root))
        return Choice(interpreter, (f"interpreter: {interpreter.path}, as configured",))
    ours = Path(sys.executable)
    notes: list[str] = []
    without_pytest: list[tuple[Interpreter, str]] = []
    for path, why in _candidates(root, location, environ):
        try:
            interpreter = probe(path)
        except ToolchainError as error:
            notes.append(f"{why} was passed over: {error}")
            continue
        if interpreter.has_pytest:
            return Choice(interpreter, (*notes, f"interpreter: {path}, {why}"))
        without_pytest.append((interpreter, why))
    if without_pytest and not _imports(root, location, ours):
        interpreter, why = without_pytest[0]
        return Choice(interpreter, (*notes, f"interpreter: {interpreter.path}, {why}"))
    for interpreter, why in without_pytest:
        install = install_line(interpreter.path, "--upgrade pytest")
        notes.append(f"{why} has no usable pytest; to use it, run `{install}`")
    why = "" if without_pytest else f": {NOT_THE_PROJECTS}"
    note = f"interpreter: {ours}, the one ctxtui runs in{why}"
    bare = without_pytest[0][0].path if without_pytest else None
    return Choice(probe(ours), (*notes, note), is_borrowed=True, without_pytest=bare)


def _candidates(root: Path, location: Location, environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    project = root / location.project
    folders = dict.fromkeys((project, *_around(project, root)))
    own = [found for folder in folders for found in environments(folder, environ)]
    active = environ.get("VIRTUAL_ENV") or environ.get("CONDA_PREFIX")
    if active:
        path = Path(active) / "bin" / "python"
        belongs = Path(active).resolve().is_relative_to(root.resolve())
        is_meant = belongs or not own or not _is_always_active(active, environ)
        if is_meant and path.exists() and (belongs or _imports(root, location, path)):
            yield path, "the active environment"
    yield from own


def _is_always_active(active: str, environ: Mapping[str, str]) -> bool:
    """The one that this program runs in may be active for its sake, conda's base is so in every shell."""
    is_base = not environ.get("VIRTUAL_ENV") and environ.get("CONDA_DEFAULT_ENV") == "base"
    return is_base or Path(active).resolve() == Path(sys.prefix).resolve()


def _around(project: Path, root: Path) -> list[Path]:
    """The folders around a project, up to the repository: those who share an environment keep it there."""
    return [folder for folder in project.parents if folder == root or folder.is_relative_to(root)]


def _imports(root: Path, location: Location, interpreter: Path) -> bool:
    """Modules that stand alone are no distribution: whatever is active is what a person starts them with."""
    if location.is_module_folder:
        return True
    try:
        check = check_import(root, location.name, (location.import_root,), interpreter, (location.name,))
    except OSError:
        return False
    return not check.problem
