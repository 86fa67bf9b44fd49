"""What a worker of a cluster answers: it is called by name, and keeps the runs that were brought to it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctxtui import bootstrap
from ctxtui.config import Settings
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.engine.dispatch import in_thread
from ctxtui.core.engine.remote.hands import UnknownRunError
from ctxtui.core.engine.remote.site import Site
from ctxtui.core.engine.remote.wire import Assignment, Berth, Opening, Progress
from ctxtui.core.typed import decoded

SETUP_SECONDS = 1800.0
PREPARED_SECONDS = 1.0
"""How long the owner's question waits for an environment that is being made: it asks again."""


async def answer(operation: str, *values: Any) -> Any:  # noqa: ANN401 - as each operation has it
    """In a thread: the worker's own loop goes on telling the scheduler that it lives."""
    return await asyncio.to_thread(OPERATIONS[operation], *values)


@dataclass(slots=True)
class _Berths:
    sites: dict[str, Site] = field(default_factory=dict)
    preparing: dict[str, Future[Site]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_BERTHS = _Berths()


def _site(run_id: str, token: int) -> Site:
    site = _BERTHS.sites.get(run_id)
    if site is None:
        raise UnknownRunError(f"Run {run_id} was not brought here.")
    site.serve(token)
    return site


def _open(berth: Berth) -> Opening:
    settings = decoded(berth.settings, Settings)
    root = bootstrap.open_workspaces(settings, os.environ).unpacked(berth.snapshot)
    return Opening.MISSING if root is None else _opened(berth, settings, root)


def _unpack(berth: Berth, content: bytes) -> Opening:
    settings = decoded(berth.settings, Settings)
    root = bootstrap.open_workspaces(settings, os.environ).unpack(berth.snapshot, content)
    return _opened(berth, settings, root)


def _opened(berth: Berth, settings: Settings, root: Path) -> Opening:
    """Raises what kept the place from being made ready; asked again, it is tried again."""
    with _BERTHS.lock:
        if berth.run_id in _BERTHS.sites:
            _BERTHS.sites[berth.run_id].serve(berth.token)
            return Opening.OPEN
        preparing = _BERTHS.preparing.get(berth.run_id)
        if preparing is None:
            preparing = _BERTHS.preparing[berth.run_id] = Future()
            in_thread(lambda: _prepare(preparing, berth, settings, root))
    if not wait([preparing], PREPARED_SECONDS).done:
        return Opening.PREPARING
    with _BERTHS.lock:
        # Another who waited for it may have begun it anew meanwhile.
        if _BERTHS.preparing.get(berth.run_id) is preparing:
            del _BERTHS.preparing[berth.run_id]
        site = _BERTHS.sites.setdefault(berth.run_id, preparing.result())
    site.serve(berth.token)
    return Opening.OPEN


def _prepare(preparing: Future[Site], berth: Berth, settings: Settings, root: Path) -> None:
    try:
        tools = bootstrap.open_tools(settings, os.environ)
        python = _environment(berth, root)
        workspace = tools.workspaces.open(root, berth.run_id, berth.base)
        preparing.set_result(Site(tools, workspace, root, python, berth.token))
    except BaseException as error:  # noqa: BLE001 - a thread's boundary: the owner must hear of it
        preparing.set_exception(error)


def _environment(berth: Berth, root: Path) -> str:
    """The project's interpreter here, made by the run's set-up command if it has one. Raises UsageError."""
    python = root / berth.python  # an absolute path stays what it is
    if berth.setup and not _was_set_up(berth, root):
        _set_up(berth, root)
    if not python.is_file():
        raise UsageError(
            f"There is no {berth.python} on the worker {os.uname().nodename}: set `python` in `[executor]`, or a "
            "`setup` command that makes the project's environment there."
        )
    return str(python)


def _set_up(berth: Berth, root: Path) -> None:
    try:
        done = subprocess.run(
            berth.setup,
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=SETUP_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        limit = f"took longer than {SETUP_SECONDS:.0f} s"
        raise UsageError(f"The set-up command of `[executor]` {limit} on this worker.") from error
    except OSError as error:
        raise UsageError(f"The set-up command of `[executor]` cannot be started on this worker: {error}.") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().rpartition("\n")[2]
        raise UsageError(f"The set-up command of `[executor]` failed on this worker: {last}")
    _mark(berth, root).touch()


def _mark(berth: Berth, root: Path) -> Path:
    return root / ".git" / f"ctxtui-set-up-{hashlib.sha256(repr(berth.setup).encode()).hexdigest()[:12]}"


def _was_set_up(berth: Berth, root: Path) -> bool:
    return _mark(berth, root).exists()


def _begin(run_id: str, token: int, assignment: Assignment, seconds: float) -> Progress:
    site = _site(run_id, token)
    site.begin(assignment, in_thread)
    return site.progress(assignment.key, None, seconds)


def _progress(run_id: str, token: int, key: str, after: int | None, seconds: float) -> Progress:
    return _site(run_id, token).progress(key, after, seconds)


def _check_agent(encoded: bytes, agent: str) -> tuple[str, str]:
    """The agent's version here and what keeps it from working, one of them empty."""
    settings = decoded(encoded, Settings)
    health = bootstrap.open_agents(settings).get(agent).check()
    return health.version, "" if health.is_installed and not health.problem else health.problem


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "open": _open,
    "unpack": _unpack,
    "begin": _begin,
    "progress": _progress,
    "stop": lambda run_id, token, key: _site(run_id, token).stop(key),
    "clear": lambda run_id, token, slot: _site(run_id, token).clear(slot),
    "holds": lambda run_id, token, slot: _site(run_id, token).holds(slot),
    "check_agent": _check_agent,
}
