"""Runs recorded cases again, in another environment, and says which of them still hold."""

from __future__ import annotations

import sys
import threading
import warnings
from typing import Any, Mapping, Sequence

from .calls import TEST_MODULE, Output, caught_output, compiled, noted_warnings
from .careful import is_a, is_of_package, members_of
from .guard import Guard, OverrunError, limited
from .names import Names
from .patches import NAME as PATCHES
from .patches import Patches
from .work import TOO_DEEP, Work

Case = Mapping[str, Any]
CPU_SECONDS = 1.0
QUICK_CPU_SECONDS = 0.1
FURTHER_DOWN = 37
FUNCTION = "test_what_it_does"
ELSEWHERE = "test_elsewhere.py"
_HARMLESS = ("cache", "memo", "lock")
_COUNTING = ("count", "id", "seq", "serial", "next", "hits", "miss", "calls", "stat", "num")


class Replayer:
    """Replays cases of one module."""

    def __init__(self, names: Names, guard: Guard, *, is_strict: bool, is_elsewhere: bool) -> None:
        self.work = Work()
        self._is_elsewhere = is_elsewhere
        self._caller = "test_elsewhere" if is_elsewhere else TEST_MODULE
        self._names = names
        self._is_strict = is_strict
        self._harmless = () if is_strict else _HARMLESS
        self._guard = guard

    def holds_quickly(self, case: Case) -> bool:
        """As `holds`, with little patience: for code that was changed and may never end."""
        return self.holds(case, QUICK_CPU_SECONDS)

    def holds(self, case: Case, cpu_seconds: float = CPU_SECONDS) -> bool:
        """Whether the case gives what was recorded, quietly and within its time, and touches no files unless it may."""
        return self.failing(case, cpu_seconds) == ()

    def failing(self, case: Case, cpu_seconds: float = CPU_SECONDS) -> Sequence[str] | None:
        """The assertions that do not hold, where others do; None where nothing holds or more is done than was told."""
        first: Sequence[str] | None = ()
        if self._is_elsewhere:
            with self._guard.one_call():
                first = self._holds(case, cpu_seconds)  # what counts its calls gives something else the second time
        with self._guard.one_call() as footprint:
            failing = self._holds(case, cpu_seconds)
        is_quiet = not footprint.is_elsewhere_seen and (case["uses_files"] or not footprint.is_in_work)
        if failing is None or not is_quiet:
            return None
        return tuple(dict.fromkeys([*failing, *(first or ())]))

    def _holds(self, case: Case, cpu_seconds: float) -> Sequence[str] | None:
        refusals, threads = self._guard.refusals, threading.active_count()
        printed = Output()
        warned: list[warnings.WarningMessage] = []
        try:
            with caught_output(printed), limited(cpu_seconds, cpu_seconds * 4):
                failing = self._run(case, warned)
        except (OverrunError, KeyboardInterrupt):
            self.work.add_overrun(cpu_seconds)
            return None
        except (MemoryError, RecursionError):
            self.work.add(TOO_DEEP)
            return None
        kinds = {warning.category.__name__ for warning in warned if warning.category is not ResourceWarning}
        is_right = (
            (case.get("raises") or printed.getvalue() == case.get("prints", ""))
            and kinds == ({case["warns"].rpartition(".")[2]} if case.get("warns") else set())
            and self._guard.refusals == refusals
            and threading.active_count() <= threads
        )
        return failing if is_right else None

    def _run(self, case: Case, warned: list[warnings.WarningMessage]) -> Sequence[str] | None:
        patches = Patches()
        namespace: dict[str, Any] = {**self._names, "__name__": self._caller, PATCHES: patches}
        raised = None
        failing: Sequence[str] = ()
        told = [*case["checks"], *case["changes"]]
        try:
            with noted_warnings(warned):
                for statement in case["setup"]:
                    exec(compiled(statement), namespace)  # noqa: S102 - replaying is running the project's code, contained
                namespace["result"] = self._acted(case["act"], namespace)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                failing = [check for check in told if not eval(check, namespace)]  # noqa: S307 - as above
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            raise
        except BaseException as error:  # noqa: BLE001 - compared with what was recorded
            raised = error
        finally:
            patches.undo()
        is_right = self._is_expected(raised, case.get("raises"), namespace)
        return failing if is_right and (not failing or len(failing) < len(told)) else None

    def _acted(self, act: str, namespace: dict[str, Any]) -> object:
        """The act's value; elsewhere it is called from a function, another file and another line."""
        if not self._is_elsewhere:
            return eval(act, namespace)  # noqa: S307 - as above
        source = FURTHER_DOWN * "\n" + f"def {FUNCTION}():\n    return (\n{act}\n)"
        exec(compile(source, ELSEWHERE, "exec", dont_inherit=True), namespace)  # noqa: S102 - as above
        function: Any = namespace.pop(FUNCTION)
        return function()

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
                for name, value in members_of(module):
                    self._fingerprint(module_name, name, value, found)
                    for attribute, member in self._parts(value, package):
                        self._fingerprint(module_name + "." + name, attribute, member, found)
        return found

    def _parts(self, value: object, package: str) -> list[tuple[str, object]]:
        """The attributes of a class of the package, and the containers (strictly: all) of an instance of one."""
        kind = value if is_a(value, type) else type(value)
        if not is_of_package(kind, package):
            return []
        members = members_of(value)
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
