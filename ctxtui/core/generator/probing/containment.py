"""Starts the probing worker where it can do no harm: no network, no home, its own environment and folder."""

from __future__ import annotations

import contextlib
import json
import locale
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

from ctxtui.core.processes.ending import end_child
from ctxtui.core.processes.table import this_machine

WORKER_FOLDER = Path(__file__).parent / "worker"
WORKER_NAME = "probe_worker"
QUIET_SECONDS = 90.0
PLAIN_LANGUAGE = "C.UTF-8"


@dataclass(frozen=True, slots=True)
class Setting:
    """What differs between two replays: if a result depends on any of it, it is no fact about the module."""

    hash_seed: str = "0"
    timezone: str = "UTC"
    language: str = PLAIN_LANGUAGE
    clock_shift: float = 0.0
    columns: int = 80
    lines: int = 24

    @property
    def is_elsewhere(self) -> bool:
        return self.clock_shift != 0.0


class Worker:
    """Copies the worker beside the task and runs it under the project's interpreter."""

    def __init__(self, folder: Path, interpreter: Path, pass_env: tuple[str, ...] = ()) -> None:
        self._folder = folder
        self._interpreter = interpreter
        self._passed = {name: os.environ[name] for name in pass_env if name in os.environ}
        target = folder / WORKER_NAME
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(WORKER_FOLDER, target, ignore=shutil.ignore_patterns("__pycache__"))

    def run(self, request: Mapping[str, Any], setting: Setting, wall_seconds: float) -> Iterator[Mapping[str, Any]]:
        """The worker's records as they come; the stream ends early when it dies or falls silent for too long."""
        scratch = self._folder / ("elsewhere" if setting.is_elsewhere else "scratch")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        path = self._folder / "request.json"
        path.write_text(
            json.dumps({**request, "scratch": str(scratch), "clock_shift": setting.clock_shift}), encoding="utf-8"
        )
        # The worker's own bytecode is kept in its folder: it is started several times. That of the project is not.
        start = (
            "import sys; sys.path[0] = sys.argv[1]; sys.dont_write_bytecode = False; "
            "import probe_worker.main as worker; sys.dont_write_bytecode = True; "
            "del sys.path[0]; worker.main(sys.argv[2])"
        )
        argv = [*_without_network(), str(self._interpreter), "-B", "-s", "-c", start, str(self._folder), str(path)]
        process = subprocess.Popen(
            argv,
            cwd=scratch,
            env={**self._passed, **_environment(setting, scratch)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        last = ""
        try:
            for record in _records(process, time.monotonic() + wall_seconds):
                last = record["type"]
                yield record
            if last not in _LAST_WORDS:
                yield {"type": "crashed", "reason": _end_of(process)}
        finally:
            end_child(process, this_machine(), f"HOME={scratch}")
            if process.stdout is not None:
                process.stdout.close()
            shutil.rmtree(scratch, ignore_errors=True)


_LAST_WORDS = frozenset({"end", "broken", "crashed"})


def _end_of(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(timeout=1.0)
    except subprocess.TimeoutExpired:
        return "it did not answer in time and was stopped"
    return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended early with exit code {code}"


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


@cache
def usable_language(name: str) -> str:
    """That locale, or a plain one where this system lacks it: a module that sets the locale has to find it."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        for language in (name, PLAIN_LANGUAGE):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_ALL, language)
                return language
        return "C"
    finally:
        locale.setlocale(locale.LC_ALL, before)


def _environment(setting: Setting, scratch: Path) -> dict[str, str]:
    language = usable_language(setting.language)
    fixed = {
        "PATH": os.defpath,
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
        "PYTHONHASHSEED": setting.hash_seed,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "TZ": setting.timezone,
        "LANG": language,
        "LC_ALL": language,
        "COLUMNS": str(setting.columns),
        "LINES": str(setting.lines),
        **dict.fromkeys(_ONE_THREAD, "1"),
    }
    return {**fixed, **_OTHER_TERMINAL} if setting.is_elsewhere else fixed


_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "RAYON_NUM_THREADS")
"""Threads of numeric libraries do not survive a fork, and each reserves memory."""
_OTHER_TERMINAL = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "CI": "true"}


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
