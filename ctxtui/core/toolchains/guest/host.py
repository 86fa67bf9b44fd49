"""The test host: a process that has pytest and the project's plugins loaded, and forks once for every run.

Nothing of the project's package is imported in it. A run is a fork of a fork: the outer one watches over the inner
one, adopts whatever outlives its parent, and ends all of it before it says how the run ended.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import importlib.metadata
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from typing import Any, Dict, FrozenSet, List

from .measure import load_coverage
from .run import limit_what_tests_can_break, read_settings, run

SET_PARENT_DEATH_SIGNAL = 1
SET_CHILD_SUBREAPER = 36
WARM_TEST = "def test_nothing():\n    pass\n"


def serve(settings: Dict[str, Any]) -> int:
    """Says on standard output whether it is fit to serve, then takes a request a line until its owner is gone."""
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
    path, at_start = list(sys.path), frozenset(sys.modules)
    why_not = _warm_up(settings) or _unfit(settings["packages"], at_start)
    os.write(answers, (json.dumps({"unfit": why_not}) + "\n").encode())
    if why_not:
        return 1
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the watching forks are nobody's zombies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, which then closes the pipe
    gc.collect()
    gc.freeze()
    with os.fdopen(os.dup(0), "rb") as requests:
        for line in iter(requests.readline, b""):
            if os.fork() == 0:
                _watch_over(json.loads(line.decode("utf-8")), path)
    return 0


def _warm_up(settings: Dict[str, Any]) -> str:
    """Runs a test of nothing, which loads all that a run needs, and puts everything else back."""
    folder = tempfile.mkdtemp(prefix="ctxtui-warm-")
    place, environment, here = os.path.join(folder, "test_ctxtui_warm.py"), dict(os.environ), os.getcwd()
    finders, path = list(sys.meta_path), list(sys.path)
    try:
        with open(place, "w", encoding="utf-8") as file:
            file.write(WARM_TEST)
        os.chdir(folder)
        pytest = importlib.import_module("pytest")
        own = [word for name in _own_plugins(settings["packages"]) for word in ("-p", "no:" + name)]
        status = pytest.main([*settings["arguments"], *own, "--rootdir=" + folder, "-c", os.devnull, place])
        with contextlib.suppress(ImportError):
            load_coverage(settings["coverage_lent"])
            importlib.import_module("coverage.jsonreport")
        return "" if int(status) == 0 else "a test of nothing does not pass"
    except BaseException as error:  # noqa: BLE001 - whatever a plugin does: the run is then made in a process of its own
        return traceback.format_exception_only(type(error), error)[-1].strip()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # into nothing: a fork would say it again
        os.chdir(here)
        sys.meta_path[:], sys.path[:] = finders, path
        os.environ.clear()
        os.environ.update(environment)
        sys.modules.pop("test_ctxtui_warm", None)
        sys.path_importer_cache.clear()
        atexit._clear()  # noqa: SLF001 - what the warming registered is no business of a run
        shutil.rmtree(folder, ignore_errors=True)


def _own_plugins(packages: List[str]) -> List[str]:
    """Plugins that the package under test itself brings: they come from the worktree, run by run."""
    tops = [package.partition(".")[0] for package in packages]
    return [
        entry.name
        for distribution in importlib.metadata.distributions()
        for entry in distribution.entry_points
        if entry.group == "pytest11" and entry.value.partition(":")[0].partition(".")[0] in tops
    ]


def _unfit(packages: List[str], at_start: FrozenSet[str]) -> str:
    """Why runs cannot be forks of this process; empty when they can.

    What Python itself loads at its start, by a `.pth` file as of a namespace's parts, each process of its own has, too.
    """
    later = [name for name in sys.modules if name not in at_start]
    loaded = next((name for name in later if any(_is_of(name, package) for package in packages)), "")
    if loaded:
        return f"a plugin imports {loaded}"
    if threading.active_count() > 1 or len(os.listdir("/proc/self/task")) > 1:
        return "a plugin starts threads"
    return ""


def _is_of(name: str, package: str) -> bool:
    """Whether a loaded module belongs to the package, or is one around it that runs code when it is imported."""
    if name != package and not name.startswith(package + ".") and not package.startswith(name + "."):
        return False
    return getattr(sys.modules[name], "__file__", None) is not None


def _watch_over(request: Dict[str, Any], path: List[str]) -> None:
    """In the outer fork: starts the run, waits for it, and leaves nothing of it behind."""
    code = 1
    try:
        os.setsid()
        prctl = ctypes.CDLL(None).prctl
        prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        prctl(SET_CHILD_SUBREAPER, 1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        status = os.open(request["status"], os.O_WRONLY)
        pid = os.fork()
        if pid == 0:
            os.close(status)
            _run(request, path)
        signal.signal(signal.SIGTERM, lambda _number, _frame: os.kill(pid, signal.SIGKILL))
        os.write(status, f"pid {os.getpid()}\n".encode())
        _, ended, used = os.wait4(pid, 0)
        _end_orphans()
        code = -os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else os.WEXITSTATUS(ended)
        os.write(status, f"exit {code} {used.ru_utime + used.ru_stime:.3f}\n".encode())
    finally:
        os._exit(0)


def _end_orphans() -> None:
    """What the run left comes to this process, generation after generation."""
    while True:
        for child in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> List[int]:
    me = os.getpid()
    try:
        with open(f"/proc/self/task/{me}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(name) == me]


def _parent(pid: str) -> int:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def _run(request: Dict[str, Any], path: List[str]) -> None:
    """In the inner fork: becomes what a fresh process would be, and runs."""
    status = 1
    try:
        _become_fresh(request, path)
        limit_what_tests_can_break()
        status = run(read_settings(request["settings"]))
        threading._shutdown()  # type: ignore[attr-defined] # noqa: SLF001 - as at the end of any interpreter
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        if ending.code is not None and not isinstance(ending.code, int):
            sys.stderr.write(f"{ending.code}\n")
    except BaseException:  # noqa: BLE001 - as at the top of any interpreter
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            atexit._run_exitfuncs()  # noqa: SLF001 - as above
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):
                stream.flush()
        os._exit(status & 0xFF)


def _become_fresh(request: Dict[str, Any], path: List[str]) -> None:
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, 256)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    sys.path[:] = path
    tempfile.tempdir = None
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
