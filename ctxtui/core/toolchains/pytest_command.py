"""The command line of a test run: the project's own options, without what would spoil a proof."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ctxtui.core.domain.test_naming import TestNaming
from ctxtui.core.ports.toolchains import TestRun
from ctxtui.core.toolchains.interpreter import Interpreter
from ctxtui.core.toolchains.named_files import named_files
from ctxtui.core.toolchains.project_settings import PytestSettings, pytest_settings
from ctxtui.core.toolchains.pytest_options import NEUTRAL_SETTINGS, QUIET_PLUGINS, joined
from ctxtui.core.toolchains.run_folder import RunFolder
from ctxtui.core.toolchains.source_tree import PROJECT_FILES


@dataclass(frozen=True, slots=True)
class PytestPlace:
    """Where pytest is started, as a person would, and the settings that it finds there."""

    folder: Path
    settings: PytestSettings


def pytest_place(worktree: Path, files: tuple[str, ...]) -> PytestPlace:
    """The nearest folder around the tests that a build is described in."""
    shared = worktree / (os.path.commonpath(files) if files else "")
    for place in (shared, *shared.parents):
        if place == worktree or not place.is_relative_to(worktree):
            break
        if any((place / name).is_file() for name in PROJECT_FILES):
            return PytestPlace(place, _settings(place, worktree, _changed_at(place, worktree)))
    return PytestPlace(worktree, _settings(worktree, worktree, _changed_at(worktree, worktree)))


def start_folder(test_run: TestRun, place: PytestPlace) -> Path:
    """The project's folder, or for a run `elsewhere` the one that holds the first test file."""
    if not test_run.elsewhere or not test_run.files:
        return place.folder
    return (test_run.worktree / test_run.files[0]).parent.resolve()


@lru_cache(maxsize=256)
def _settings(place: Path, worktree: Path, _changed: tuple[int, ...]) -> PytestSettings:
    return pytest_settings(place, worktree)


def _changed_at(place: Path, worktree: Path) -> tuple[int, ...]:
    """Changes when any of the folders between the two does, or a settings file in them."""
    folders = [folder for folder in (place, *place.parents) if folder.is_relative_to(worktree)]
    files = [folder / name for folder in folders for name in ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini")]
    return tuple(path.stat().st_mtime_ns for path in (*folders, *files) if path.exists())


def pytest_arguments(test_run: TestRun, place: PytestPlace, interpreter: Interpreter, folder: RunFolder) -> list[str]:
    """In pytest the last word on the command line counts, and the project's own options come before all of these."""
    settings = place.settings
    arguments = [
        "-q", "--tb=short", "--color=no", "--no-header", "-rN",
        *(["-c", str(settings.file)] if settings.file else []), f"--rootdir={settings.root}",
        "--continue-on-collection-errors",
        "-o", f"addopts={joined(settings.options.kept)}",
        "-o", f"cache_dir={folder.cache}",
        "-o", "faulthandler_timeout=0",
    ]  # fmt: skip
    arguments += plugin_arguments(interpreter)
    for name in test_run.pytest_plugins:
        arguments += ["-p", name]
    if test_run.collect_only:
        arguments.append("--collect-only")
    if test_run.stop_at_first:
        arguments.append("-x")
    # pytest reads a bracket in an argument as the parameters of a test, so the files are named from the folder.
    start, worktree = start_folder(test_run, place), test_run.worktree.resolve()
    naming = TestNaming(files=settings.python_files or test_run.naming.files)
    named = named_files(worktree, test_run.files, naming, interpreter)
    return [*arguments, *(os.path.relpath(worktree / path, start) for path in named)]


def plugin_arguments(interpreter: Interpreter) -> list[str]:
    """What keeps installed plugins from spoiling a proof without having been asked for anything."""
    arguments: list[str] = []
    for name in QUIET_PLUGINS:
        if name in interpreter.plugins:
            arguments += ["-p", f"no:{name}"]
    for name, setting in NEUTRAL_SETTINGS.items():
        if name in interpreter.plugins:
            arguments += ["-o", setting]
    return arguments
