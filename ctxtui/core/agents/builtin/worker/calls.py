"""Runs one call in the open air of a contained process and says what could be asserted about it."""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import inspect
import io
import linecache
import re
import threading
import traceback
import warnings
from pathlib import Path
from typing import Any, NamedTuple

from .guard import Guard, OverrunError, limited
from .names import Names
from .observe import RESULT, Observer
from .tracing import Arc, ArcTracer

CPU_SECONDS = 0.2
WALL_SECONDS = 2.0
MAX_PRINTED = 300
MAX_MESSAGE = 160
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}|/tmp/")


_NO_FACTS = (AssertionError, NotImplementedError, GeneratorExit, ImportError)
"""Errors that tell of the code's state or of what is installed, not of what it is meant to do."""


class Call(NamedTuple):
    """Statements that arrange, then one expression that acts. `watched` names variables whose state may change."""

    setup: tuple[str, ...]
    act: str
    watched: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What a call gave. Only with `checks`, `raises` or `prints` is there something to assert."""

    arcs: frozenset[Arc]
    value: object = None
    checks: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    raises: tuple[str, str] | None = None
    warns: str = ""
    prints: str = ""
    is_done: bool = False
    is_async: bool = False
    is_lazy: bool = False
    is_overrun: bool = False

    @property
    def is_telling(self) -> bool:
        return bool(self.checks or self.raises or self.prints or self.changes)


class Runner:
    """Runs calls against one module."""

    def __init__(self, names: Names, observer: Observer, guard: Guard, filename: str) -> None:
        self._names = names
        self._observer = observer
        self._guard = guard
        self._tracer = ArcTracer(filename)
        self._package_folder = str(Path(filename).parent)
        self._raising_lines: dict[str, frozenset[int]] = {}
        if filename:  # read once for all children
            linecache.getlines(filename)
            self._raises_in(filename)

    def run(self, call: Call) -> Outcome:
        """Never raises for what the probed code does; an unusable call is an outcome with nothing telling."""
        refusals, threads = self._guard.refusals, threading.active_count()
        printed = io.StringIO()
        outcome = Outcome(frozenset())
        try:
            with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(printed):
                warnings.simplefilter("always")
                with contextlib.redirect_stderr(io.StringIO()), limited(CPU_SECONDS, WALL_SECONDS):
                    self._tracer.start()
                    try:
                        outcome = self._observe(call)
                    finally:
                        self._tracer.stop()
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            return Outcome(frozenset(self._tracer.arcs), is_overrun=True)
        if self._guard.refusals != refusals or threading.active_count() > threads:
            return Outcome(outcome.arcs)
        return self._with_side_effects(call, outcome, printed.getvalue(), warned)

    def _observe(self, call: Call) -> Outcome:
        namespace: dict[str, Any] = dict(self._names)
        try:
            for statement in call.setup:
                exec(statement, namespace)  # noqa: S102 - probing is running the project's code, in a contained process
            before = {name: self._observer.state_of(namespace[name], name) for name in call.watched}
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            raise
        except BaseException:  # noqa: BLE001 - whatever the project raises while arranging makes the call unusable
            return Outcome(frozenset(self._tracer.arcs))
        value: Any = None
        try:
            value = eval(call.act, namespace)  # noqa: S307 - as above
            is_async = inspect.iscoroutine(value)
            if is_async:
                value = asyncio.run(value)
            checks = self._checks(call, value)
            changes = [
                check
                for name in call.watched
                for check in _without_repr(self._observer.state_of(namespace[name], name))
                if check not in before[name]
            ]
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            raise
        except BaseException as error:  # noqa: BLE001 - an exception is what some calls are meant to give
            is_lazy = hasattr(type(value), "__next__")
            if value is not None and not is_lazy:
                return Outcome(frozenset(self._tracer.arcs))
            return Outcome(frozenset(self._tracer.arcs), raises=self._explicit(error), is_lazy=is_lazy)
        return Outcome(
            frozenset(self._tracer.arcs),
            value=value,
            checks=tuple(checks),
            changes=tuple(changes),
            is_done=True,
            is_async=is_async,
        )

    def _checks(self, call: Call, value: object) -> list[str]:
        """A construction is described by what can be seen of it: that it equals itself says nothing."""
        if call.act.startswith(type(value).__name__ + "("):
            return self._observer.state(value, RESULT) or self._observer.checks(value, is_made=True)
        return self._observer.checks(value)

    def _with_side_effects(
        self, call: Call, outcome: Outcome, printed: str, warned: list[warnings.WarningMessage]
    ) -> Outcome:
        if printed:
            if len(printed) > MAX_PRINTED or _ADDRESS.search(printed) or outcome.raises:
                return Outcome(outcome.arcs)
            outcome = outcome._replace(prints=printed)
        kinds = {warning.category for warning in warned if warning.category is not ResourceWarning}
        if len(kinds) > 1 or ImportWarning in kinds:
            return Outcome(outcome.arcs)
        for kind in kinds:
            name = self._names.name_of(kind)
            is_alone = bool(name) and not outcome.raises and not call.setup
            outcome = outcome._replace(warns=name or "") if is_alone else Outcome(outcome.arcs)
        return outcome

    def _explicit(self, error: BaseException) -> tuple[str, str] | None:
        """The exception's name and message, when the project raises it on purpose and it can be named."""
        frames = traceback.extract_tb(error.__traceback__)
        if not frames or isinstance(error, _NO_FACTS):
            return None
        last = frames[-1]
        if not last.filename.startswith(self._package_folder):
            return None
        if last.lineno not in self._raises_in(last.filename):
            return None
        name = self._names.name_of(type(error))
        try:
            message = _matched_text(error)
        except Exception:  # noqa: BLE001 - a broken __str__ leaves nothing to match
            return None
        if name is None or _ADDRESS.search(message):
            return None
        first = message.strip().partition("\n")[0][:MAX_MESSAGE].strip()
        return (name, first)

    def _raises_in(self, filename: str) -> frozenset[int]:
        known = self._raising_lines.get(filename)
        if known is None:
            try:
                tree = ast.parse(Path(filename).read_text(encoding="utf-8"))
            except (OSError, SyntaxError, ValueError):
                tree = ast.Module(body=[], type_ignores=[])
            known = frozenset(
                line
                for node in ast.walk(tree)
                if isinstance(node, ast.Raise) and node.exc is not None
                for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            )
            self._raising_lines[filename] = known
        return known


def _matched_text(error: Any) -> str:  # noqa: ANN401 - groups of exceptions are no class on 3.8
    """What `pytest.raises(match=...)` compares: of a group of exceptions its own message, without their number."""
    group = getattr(builtins, "BaseExceptionGroup", None)
    return str(error.message) if group is not None and isinstance(error, group) else str(error)


def _without_repr(checks: list[str]) -> list[str]:
    """What a repr shows is told better by contents and attributes, where there are any."""
    return [check for check in checks if not check.startswith("repr(")] or checks
