"""Which interpreter runs the project's tests, and why that one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.toolchains.import_check import check_import
from ctxtui.core.toolchains.interpreter import Interpreter, locate, probe
from ctxtui.core.toolchains.package_location import Location

ENVIRONMENT_FOLDERS = (".venv", "venv", "env")


@dataclass(frozen=True, slots=True)
class Choice:
    interpreter: Interpreter
    notes: tuple[str, ...]


def choose_interpreter(root: Path, location: Location, asked: str, environ: Mapping[str, str]) -> Choice:
    """A person's word, the active environment when it is this project's, one beside the code, else this program's own.

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
        notes.append(f"{why} has no usable pytest")
        without_pytest.append((interpreter, why))
    if without_pytest and not _imports(root, location, ours):
        interpreter, why = without_pytest[0]
        return Choice(interpreter, (*notes, f"interpreter: {interpreter.path}, {why}"))
    return Choice(probe(ours), (*notes, f"interpreter: {ours}, the one ctxtui runs in"))


def _candidates(root: Path, location: Location, environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    project = root / location.project
    active = environ.get("VIRTUAL_ENV") or environ.get("CONDA_PREFIX")
    if active:
        path = Path(active) / "bin" / "python"
        belongs = Path(active).resolve().is_relative_to(root.resolve())
        if path.exists() and (belongs or _imports(root, location, path)):
            yield path, "the active environment"
    for folder in dict.fromkeys((project, root)):
        for name in ENVIRONMENT_FOLDERS:
            path = folder / name / "bin" / "python"
            if path.exists():
                yield path.absolute(), f"the environment in {name}"


def _imports(root: Path, location: Location, interpreter: Path) -> bool:
    try:
        check = check_import(root, location.name, (location.import_root,), interpreter, (location.name,))
    except OSError:
        return False
    return not check.problem
