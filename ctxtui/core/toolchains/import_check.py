"""Proof that an interpreter imports the package from a given tree, whatever else it has installed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ctxtui.core.ports.toolchains import TestRun
from ctxtui.core.processes.bounded import BoundedProcess
from ctxtui.core.toolchains.interpreter import probe
from ctxtui.core.toolchains.pytest_command import pytest_place
from ctxtui.core.toolchains.pytest_run import run_environment, run_settings
from ctxtui.core.toolchains.run_folder import ENTRY, SETTINGS_VARIABLE, run_folder, tail

IMPORT_LIMIT = 60.0
OUTPUT_TAIL = 600


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """`problem` is empty when the import worked from the tree; `missing` names a module that is not installed."""

    place: str = ""
    problem: str = ""
    missing: str = ""


def check_import(
    root: Path, package: str, import_roots: tuple[str, ...], interpreter: Path, modules: tuple[str, ...]
) -> ImportCheck:
    """Imports `modules` of the package in a clean process, pinned to `root`. Raises OSError when it does not start."""
    tree = root.resolve()
    run = TestRun(tree, (), package, import_roots, interpreter, import_only=modules, block_network=False)
    with run_folder() as folder:
        place = pytest_place(tree, ())
        folder.write_settings(run_settings(run, place, probe(interpreter), folder))
        process = BoundedProcess(
            argv=[str(interpreter), ENTRY],
            cwd=folder.temporary,
            env=run_environment(run, folder),
            output=folder.output,
            marker=SETTINGS_VARIABLE,
            timeout=IMPORT_LIMIT,
        )
        exit_code, stop = process.run()
        events = {event["event"]: event for event in folder.events(tree)}
        if "unimportable" in events:
            found = events["unimportable"]
            return ImportCheck(problem=found["message"], missing=found["missing"])
        if "foreign" in events:
            name, place = events["foreign"]["modules"][0]
            return ImportCheck(place=place, problem=f"{name} loads from {place}, outside the tree")
        if "places" in events:
            places = [place for _, place in events["places"]["modules"] if place]
            return ImportCheck(place=places[0] if places else str(tree))
        why = f"it took longer than {IMPORT_LIMIT:g} s" if stop else f"exit code {exit_code}"
        return ImportCheck(
            problem=f"importing {package} ended the interpreter ({why}): {tail(folder.output, OUTPUT_TAIL)}"
        )
