"""One run, from its settings to its exit code, in a process of its own."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import sys
from typing import Any, Dict, List

from .clock import can_be_set, set_ahead
from .damage import DamageWatch
from .hooks import Reporter, hooks
from .imports import try_import
from .journal import Journal
from .measure import measurement
from .pin import install

SETTINGS = "CTXTUI_TEST_RUN"
LARGEST_FILE = 512 * 1024 * 1024


def run(settings: Dict[str, Any]) -> int:
    """Tests, or imports alone where the settings name modules to import."""
    pin = install(settings["packages"], settings["worktree"], settings["roots"])
    pin.replaced.update(settings["replaced"])
    journal = Journal(settings["journal"])
    sys.argv[:] = as_typed(settings)
    own, files = settings["own_folders"], settings["files"]
    watch = DamageWatch(journal, settings["worktree"], own, files, settings["out_of_bounds"], settings["tolerated"])
    watch.forbids = bool(settings["replaced"])
    sys.addaudithook(watch)
    measured = measurement(settings)
    if settings["days_ahead"] and can_be_set():
        set_ahead(settings["days_ahead"])
    elif settings["days_ahead"]:
        journal.add("clock_stays")
    status = 0
    try:
        if not settings["try_import"]:
            pytest = importlib.import_module("pytest")
            reporter = Reporter(settings, journal, pin, watch)
            status = int(pytest.main(settings["arguments"], plugins=hooks(reporter)))
        elif try_import(journal, settings["try_import"], pin):
            journal.add("end", status=0)
    finally:
        if measured is not None:
            measured.stop()
        open(settings["done"], "w", encoding="utf-8").close()
    return status


def as_typed(settings: Dict[str, Any]) -> List[str]:
    """A command line as people type it: with words behind it, or without any in runs that have a seed.

    What a module makes of it when it is imported differs from one person to the next.
    """
    if settings["seed"] is None:
        return ["pytest", "-q", *(os.path.relpath(file) for file in settings["files"])]
    spec = importlib.util.find_spec("pytest")
    return [os.path.join(os.path.dirname(spec.origin or ""), "__main__.py") if spec else "pytest"]


def limit_what_tests_can_break() -> None:
    """A bound on file sizes, and an end together with the process that started the run, where the system has one."""
    resource = importlib.import_module("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if soft == resource.RLIM_INFINITY or soft > LARGEST_FILE:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, hard))
    if sys.platform == "linux":
        ctypes = importlib.import_module("ctypes")
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def read_settings(path: str) -> Dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        settings: Dict[str, Any] = json.load(file)
    return settings


def main() -> int:
    """A run, or a host of runs, as the settings say."""
    settings = read_settings(os.environ[SETTINGS])
    if settings.get("is_host"):
        return int(importlib.import_module(f"{__package__}.host").serve(settings))
    limit_what_tests_can_break()
    return run(settings)
