"""Runs recorded cases again, in another environment, and says which of them still hold."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
import warnings
from typing import Any, Mapping

from .guard import Guard, OverrunError, limited
from .names import Names

Case = Mapping[str, Any]
CPU_SECONDS = 1.0
QUICK_CPU_SECONDS = 0.1
_HARMLESS = ("cache", "memo", "lock")
_COUNTING = ("count", "id", "seq", "serial", "next", "hits", "miss", "calls", "stat", "num")


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
        """The attributes of a class of the package, and the containers (strictly: all) of an instance of one."""
        kind = value if isinstance(value, type) else type(value)
        if (getattr(kind, "__module__", "") or "").partition(".")[0] != package:
            return []
        members = list(getattr(value, "__dict__", {}).items())
        if self._is_strict or isinstance(value, type):
            return members
        return [(name, member) for name, member in members if isinstance(member, (list, dict, set))]

    def _fingerprint(self, home: str, name: str, value: object, found: dict[tuple[str, str], tuple[int, ...]]) -> None:
        if name.startswith("__") or any(word in name.lower() for word in self._harmless):
            return
        if type(value) is int and not self._is_strict and any(word in name.lower() for word in _COUNTING):
            return
        mark = _mark(value)
        if mark:
            found[home, name] = mark


def _mark(value: object) -> tuple[int, ...]:
    if isinstance(value, (list, dict, set)):
        items: list[object] = list(value.values()) if isinstance(value, dict) else list(value)
        return (id(value), len(items), hash(tuple(id(item) for item in items)))
    return (id(value),) if isinstance(value, (bool, int, str, type(None))) else ()
