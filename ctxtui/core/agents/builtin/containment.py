"""Starts the probing worker where it can do no harm: no network, no home, no environment, its own folder."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WORKER_FOLDER = Path(__file__).parent / "worker"
WORKER_NAME = "probe_worker"
QUIET_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What differs between two replays: if a result depends on any of it, it is no fact about the module."""

    hash_seed: str = "0"
    timezone: str = "UTC"
    language: str = "C.UTF-8"
    clock_shift: float = 0.0


class Worker:
    """Copies the worker beside the task and runs it under the project's interpreter."""

    def __init__(self, folder: Path, interpreter: Path) -> None:
        self._folder = folder
        self._interpreter = interpreter
        target = folder / WORKER_NAME
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(WORKER_FOLDER, target, ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, request: Mapping[str, Any], setting: Setting, wall_seconds: float) -> Iterator[Mapping[str, Any]]:
        """The worker's records as they come; the stream ends early when it dies or falls silent for too long."""
        scratch = self._folder / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        path = self._folder / "request.json"
        path.write_text(
            json.dumps({**request, "scratch": str(scratch), "clock_shift": setting.clock_shift}), encoding="utf-8"
        )
        start = (
            "import sys; sys.path[0] = sys.argv[1]; import probe_worker.main as worker; "
            "del sys.path[0]; worker.main(sys.argv[2])"
        )
        argv = [*_without_network(), str(self._interpreter), "-B", "-s", "-c", start, str(self._folder), str(path)]
        process = subprocess.Popen(
            argv,
            cwd=scratch,
            env=_environment(setting, scratch),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield from _records(process, time.monotonic() + wall_seconds)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
            shutil.rmtree(scratch, ignore_errors=True)


def _records(process: subprocess.Popen[bytes], deadline: float) -> Iterator[Mapping[str, Any]]:
    if process.stdout is None:
        return
    pending = b""
    while True:
        left = min(deadline - time.monotonic(), QUIET_SECONDS)
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            return
        chunk = os.read(process.stdout.fileno(), 1 << 16)
        if not chunk:
            return
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def _environment(setting: Setting, scratch: Path) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "PYTHONHASHSEED": setting.hash_seed,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "TZ": setting.timezone,
        "LANG": setting.language,
        "LC_ALL": setting.language,
        "COLUMNS": "80",
    }


@cache
def _without_network() -> Sequence[str]:
    """The command prefix that takes the network away, empty where the system does not allow it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    for prefix in ((unshare, "-n", "--"), (unshare, "-r", "-n", "--")):
        probe = subprocess.run([*prefix, "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if probe.returncode == 0:
            return prefix
    return ()
