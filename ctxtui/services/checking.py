"""What `doctor` looks at: whether this machine, and this folder, are fit for a run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ctxtui import bootstrap
from ctxtui.config import Settings, cache_dir, data_dir
from ctxtui.core.domain.errors import CtxtuiError
from ctxtui.core.ports.toolchains import ToolchainCheck
from ctxtui.core.ports.workspaces import Workspaces

LEAST_FREE_BYTES = 200 << 20
OLDEST_PYTHON = (3, 11)


def machine_checks(settings: Settings, environ: Mapping[str, str], folder: Path) -> tuple[ToolchainCheck, ...]:
    """One line a part; a part that fails says what to do."""
    workspaces = bootstrap.open_workspaces(settings, environ)
    return tuple(_checks(settings, environ, workspaces, folder))


def _checks(
    settings: Settings, environ: Mapping[str, str], workspaces: Workspaces, folder: Path
) -> Iterator[ToolchainCheck]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield ToolchainCheck("python", sys.version_info >= OLDEST_PYTHON, f"Python {python} runs ctxtui.")
    yield _try("repository", lambda: _repository(workspaces, folder))
    yield _try("database", lambda: _database(settings, environ))
    yield _free_space(environ)
    yield _working_areas(environ)
    yield _try("agent", lambda: _agent(settings))
    yield ToolchainCheck("sandbox", is_good=True, finding=bootstrap.protection(settings))


def _repository(workspaces: Workspaces, folder: Path) -> str:
    repository = workspaces.inspect(folder)
    at = f" on {repository.branch}" if repository.branch else ", detached"
    return f"{repository.root} is at {repository.head[:8]}{at}."


def _database(settings: Settings, environ: Mapping[str, str]) -> str:
    store = bootstrap.open_store(settings, environ)
    store.close()
    return f"{store.location} can be read and written."


def _agent(settings: Settings) -> str:
    health = bootstrap.open_agents(settings).get(settings.agent).check()
    if not health.is_installed or health.problem:
        raise CtxtuiError(f"{health.problem} {health.remedy}".strip())
    return f"{health.name} {health.version}".strip() + " is ready."


def _free_space(environ: Mapping[str, str]) -> ToolchainCheck:
    folder = data_dir(environ)
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    return ToolchainCheck(
        "disk",
        free >= LEAST_FREE_BYTES,
        f"{free >> 20} MiB are free for {folder}.",
        "" if free >= LEAST_FREE_BYTES else "Free some space, or name another folder with CTXTUI_DATA_DIR.",
    )


def _working_areas(environ: Mapping[str, str]) -> ToolchainCheck:
    folder = cache_dir(environ)
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    is_good = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    return ToolchainCheck(
        "worktrees",
        is_good,
        f"Runs work in {folder}." if is_good else f"Runs cannot work in {folder}: {there} is not a writable folder.",
        "" if is_good else "Make it one, or name another folder with CTXTUI_CACHE_DIR.",
    )


def _try(name: str, look: Callable[[], str]) -> ToolchainCheck:
    try:
        return ToolchainCheck(name, is_good=True, finding=look())
    except CtxtuiError as error:
        return ToolchainCheck(name, is_good=False, finding=str(error))
