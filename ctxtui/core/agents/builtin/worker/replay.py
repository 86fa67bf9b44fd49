"""Runs recorded cases again, in another environment, and says which of them still hold."""

from __future__ import annotations

import contextlib
import getpass
import io
import os
import platform
import socket
import sys
import sysconfig
import threading
import time
import types
import warnings
from typing import Any, Mapping, NamedTuple

from .guard import Guard, OverrunError, limited
from .names import Names

Case = Mapping[str, Any]
CPU_SECONDS = 1.0
QUICK_CPU_SECONDS = 0.1
_HARMLESS = ("cache", "memo", "lock")


class _Uname(NamedTuple):
    """As `platform.uname` gives it on every Python version."""

    system: str
    node: str
    release: str
    version: str
    machine: str
    processor: str


class _Version(NamedTuple):
    major: int
    minor: int
    micro: int
    releaselevel: str
    serial: int


def pretend_elsewhere(seconds: float) -> None:
    """Another time on another machine, as far as Python code can see it."""
    elsewhere = _Uname("Elsewhere", "other-host", "0.0.0-other", "#0", "other", "other")
    platform.uname = lambda: elsewhere  # type: ignore[assignment, return-value]
    platform.platform = lambda *_args, **_kwargs: "Elsewhere-0.0.0-other"
    os.cpu_count = lambda: 97
    getpass.getuser = lambda: "somebody-else"
    socket.gethostname = socket.getfqdn = lambda *_args: "other-host"
    real_time, real_ns = time.time, time.time_ns
    time.time = lambda: real_time() + seconds
    time.time_ns = lambda: real_ns() + int(seconds * 1_000_000_000)


def pretend_other_python() -> None:
    """Another Python on another system; only after the import, which has to find what this one has installed."""
    sysconfig.get_config_vars().update(py_version_nodot="399", py_version_short="3.99", py_version="3.99.9")
    sys.version_info = _Version(3, 99, 9, "final", 0)  # type: ignore[assignment]
    sys.version = "3.99.9 (main, Jan  1 2030, 00:00:00) [GCC 1.0]"
    sys.platform = "elsewhere"
    sys.implementation = types.SimpleNamespace(**{**vars(sys.implementation), "name": "elsewhere"})  # type: ignore[assignment]


class Replayer:
    """Replays cases of one module."""

    def __init__(self, names: Names, guard: Guard, *, is_strict: bool) -> None:
        self._names = names
        self._is_strict = is_strict
        self._harmless = () if is_strict else _HARMLESS
        self._guard = guard

    def holds_quickly(self, case: Case) -> bool:
        """As `holds`, with little patience: for code that was changed and may never end."""
        return self.holds(case, QUICK_CPU_SECONDS)

    def holds(self, case: Case, cpu_seconds: float = CPU_SECONDS) -> bool:
        """Whether the case gives what was recorded, quietly and within its time."""
        refusals, threads = self._guard.refusals, threading.active_count()
        printed = io.StringIO()
        try:
            with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(printed):
                warnings.simplefilter("always")
                with contextlib.redirect_stderr(io.StringIO()), limited(cpu_seconds, cpu_seconds * 4):
                    is_right = self._run(case)
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            return False
        kinds = {warning.category.__name__ for warning in warned if warning.category is not ResourceWarning}
        return (
            is_right
            and printed.getvalue() == case.get("prints", "")
            and kinds == ({case["warns"].rpartition(".")[2]} if case.get("warns") else set())
            and self._guard.refusals == refusals
            and threading.active_count() <= threads
        )

    def _run(self, case: Case) -> bool:
        namespace: dict[str, Any] = dict(self._names)
        raised = None
        try:
            for statement in case["setup"]:
                exec(statement, namespace)  # noqa: S102 - replaying is running the project's code, contained
            namespace["result"] = eval(case["act"], namespace)  # noqa: S307 - as above
            for check in [*case["checks"], *case["changes"]]:
                if not eval(check, namespace):  # noqa: S307 - as above
                    return False
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            raise
        except BaseException as error:  # noqa: BLE001 - compared with what was recorded
            raised = error
        return self._is_expected(raised, case.get("raises"), namespace)

    @staticmethod
    def _is_expected(raised: BaseException | None, expected: Any, namespace: dict[str, Any]) -> bool:  # noqa: ANN401 - JSON
        if raised is None or not expected:
            return raised is None and not expected
        kind = eval(expected[0], namespace)  # noqa: S307 - the name of an exception class
        return isinstance(raised, kind) and str(raised).strip().startswith(expected[1])

    def global_state(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """A fingerprint of what the package keeps in module and class variables."""
        found: dict[tuple[str, str], tuple[int, ...]] = {}
        package = self._names.package
        for module_name, module in list(sys.modules.items()):
            if module_name == package or module_name.startswith(package + "."):
                for name, value in list(vars(module).items()):
                    self._fingerprint(module_name, name, value, found)
                    for attribute, member in self._parts(value, package):
                        self._fingerprint(module_name + "." + name, attribute, member, found)
        return found

    def _parts(self, value: object, package: str) -> list[tuple[str, object]]:
        """The attributes of a class of the package; strictly also those of an instance of one."""
        if not (self._is_strict or isinstance(value, type)):
            return []
        kind = value if isinstance(value, type) else type(value)
        if (getattr(kind, "__module__", "") or "").partition(".")[0] != package:
            return []
        return list(getattr(value, "__dict__", {}).items())

    def _fingerprint(self, home: str, name: str, value: object, found: dict[tuple[str, str], tuple[int, ...]]) -> None:
        if name.startswith("__") or any(word in name.lower() for word in self._harmless):
            return
        if type(value) is int and not self._is_strict:  # a counter, most likely
            return
        mark = _mark(value)
        if mark:
            found[home, name] = mark


def _mark(value: object) -> tuple[int, ...]:
    if isinstance(value, (list, dict, set)):
        items: list[object] = list(value.values()) if isinstance(value, dict) else list(value)
        return (id(value), len(items), hash(tuple(id(item) for item in items)))
    return (id(value),) if isinstance(value, (bool, int, str, type(None))) else ()
