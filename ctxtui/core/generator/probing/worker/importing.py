"""Imports as the project's tests do: in the project's folder, after its conftest files and its settings."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any, Iterator, Sequence

NOT_SHOWN = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__"})


@contextlib.contextmanager
def in_view_of(project: str, folder: str) -> Iterator[None]:
    """Shows in a folder all that the project has, so that what is read is found and a new file is not in the tree."""
    for path in Path(project).iterdir():
        if path.name not in NOT_SHOWN:
            Path(folder, path.name).symlink_to(path)
    try:
        yield
    finally:
        for path in Path(folder).iterdir():
            if path.is_symlink():
                path.unlink()


def prepare(conftests: Sequence[str], settings_module: str) -> None:
    """Runs the conftest files for what they do to the import path and to settings, then sets Django up.

    What fails here may not matter: the import of the module itself shows whether it does.
    """
    if settings_module:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    for number, path in enumerate(conftests):
        with contextlib.suppress(Exception, SystemExit):
            _run_conftest(f"conftest_{number}" if number else "conftest", path)
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        with contextlib.suppress(Exception):
            importlib.import_module("django").setup()


def import_as_tests_do(name: str) -> None:
    """Imports the module; where that fails, again beside pytest, which some code looks for and costs more than most."""
    before = set(sys.modules)
    try:
        importlib.import_module(name)
    except Exception:
        if "pytest" in sys.modules:
            raise
        importlib.import_module("pytest")
        for half_done in [other for other in sys.modules if other not in before and _is_around(other, name)]:
            del sys.modules[half_done]
        importlib.import_module(name)


def _is_around(other: str, name: str) -> bool:
    return other.partition(".")[0] == name.partition(".")[0]


def _run_conftest(name: str, path: str) -> None:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    configure: Any = vars(module).get("pytest_configure")
    if configure is not None and configure.__code__.co_argcount == 0:
        configure()
