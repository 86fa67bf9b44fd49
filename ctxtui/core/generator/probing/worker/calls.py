"""Runs one call in the open air of a contained process and says what could be asserted about it."""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import contextvars
import functools
import inspect
import io
import linecache
import threading
import warnings
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Collection, Iterable, Iterator, Mapping, NamedTuple, Sequence

from .ageing import is_said_of_the_code
from .caches import cached_functions, forget
from .careful import home_of, is_a
from .comparing import ELSEWHERE, LATEST, Comparison, Comparisons
from .failing import ADDRESS, Failures, Unset
from .footprint import Footprint
from .given import Given
from .guard import Guard, OverrunError, limited
from .insides import Inside, inside_of
from .machine import names_this_machine
from .mutation import live_functions
from .names import Names
from .observe import RESULT, Observer
from .patches import NAME as PATCHES
from .patches import LookUps, Patches
from .pinning import Pins
from .sources import parsed
from .tracing import Arc, ArcTracer
from .work import AN_OVERRUN, Work

CPU_SECONDS = 0.2
FIRST_CPU_SECONDS = 2.0
"""The first call may load what the package imports late."""
WALL_SECONDS = 2.0
MAX_PRINTED = 300
MOST_ERRORS = 4
RESTLESS = " == ..."
MOST_ARRANGED = 2000
LONGEST_TABLE = 900
MEMBERS = "[(member.name, member.value) for member in "
"""How all members of an enumeration are told: a table, which may be long."""


TEST_MODULE = "test_module"
"""What code that asks for its caller's module is told; another name in another setting."""


@contextlib.contextmanager
def noted_warnings(warned: list[warnings.WarningMessage]) -> Iterator[None]:
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            warned += noted


class Output(io.StringIO):
    """What is printed. Code that closes its output closes nothing here: the next call prints too."""

    def close(self) -> None:
        self.flush()


@contextlib.contextmanager
def caught_output(printed: io.StringIO) -> Iterator[None]:
    """What is printed goes to `printed`, what is written to the error stream nowhere."""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(Output()):
        yield


class Call(NamedTuple):
    """Statements that arrange, then one expression that acts. `watched` names variables whose state may change."""

    setup: tuple[str, ...]
    act: str
    watched: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What a call gave. Only with `checks`, `raises` or `prints` is there something to assert.

    What is said of how it failed is as in `Failure`.
    `is_touching` says that something inside of what is watched is another than before, be it seen from outside or not.
    """

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
    is_touching: bool = False
    is_overrun: bool = False
    uses_files: bool = False
    missing: tuple[tuple[str, bool], ...] = ()
    looked_up: tuple[str, ...] = ()
    error: BaseException | None = None
    refused_in: str = ""
    left_open: tuple[str, str] = ("", "")
    unset: Unset | None = None

    @property
    def is_telling(self) -> bool:
        return bool(self.checks or self.raises or self.prints or self.changes)


class Runner:
    """Runs calls against one module."""

    def __init__(self, names: Names, observer: Observer, guard: Guard, filename: str) -> None:
        self.names = names
        self._observer = observer
        self._guard = guard
        self.given = Given(str(Path(filename).parent), observer.literal)
        self._tracer = ArcTracer(filename, self.given.note)
        self.work = Work()
        self.comparisons = Comparisons()
        self._elsewhere = Comparisons(first_site=ELSEWHERE, latest=LATEST)
        self._filename = filename
        self._has_run = False
        self._is_warned_before = False
        self._footprint: Footprint
        self._there: Mapping[str, str | bytes | None] = {}
        self._arranged: dict[tuple[Sequence[str], Sequence[str]], Mapping[str, Collection[str]]] = {}
        self._failures = Failures(names, filename)
        self._tree = parsed(filename)
        self.pins = Pins(names.module, self._tree, observer)
        self._cached = cached_functions(names.module)
        self._look_ups = LookUps(names.package)
        self._look_ups.watch()
        names_this_machine("")  # finds its places now: inside a call that would count as a look at the machine
        if filename:  # read once for all children
            linecache.getlines(filename)
            self._failures.raising.named_in(filename)

    def watch(self, module: ModuleType, filename: str) -> None:
        if filename:
            self.comparisons.watch(module, filename)
            self.given.watch(live_functions(module).values())

    def compared(self, outcome: Outcome) -> list[Comparison]:
        """What the last call compared; where it was refused elsewhere in the package, what was compared there last."""
        return [*self.comparisons.events, *(self._elsewhere.events if outcome.refused_in else ())]

    def looked_into(self, call: Call, outcome: Outcome, arguments: Iterable[str]) -> Outcome:
        """The outcome of a call that was refused, with what was compared where it was refused.

        Where an argument cannot even be made, the call itself refuses nothing.
        """
        if outcome.refused_in and self._elsewhere.watch_file(outcome.refused_in, self.names.package):
            outcome = self.run(call)
        made = (text for text in arguments if "(" in text and text in call.act) if outcome.raises else ()
        tried = (self.run(call._replace(act=text, watched=())) for text in made)
        return outcome._replace(raises=None) if any(one.raises == outcome.raises for one in tried) else outcome

    def run(self, call: Call) -> Outcome:
        """Never raises for what the probed code does; an unusable call is an outcome with nothing telling."""
        forget(self._cached)
        with self._guard.one_call() as footprint, self.pins.kept():
            self._footprint = footprint
            outcome = contextvars.copy_context().run(self._run, call)
            changes = list(outcome.changes)
            if footprint.is_in_work and outcome.is_done:
                changes += self._files_changed(dict(footprint.made()))
        if footprint.is_elsewhere_seen:
            return Outcome(outcome.arcs, looked_up=outcome.looked_up)
        outcome = _without_machine(outcome)
        if not footprint.is_in_work:
            return outcome
        changes = [] if outcome.raises or not outcome.is_done else changes
        return outcome._replace(changes=tuple(changes), uses_files=True, missing=tuple(footprint.missing.items()))

    def path_maker(self) -> str:
        return self.names.path_maker()

    def _files_changed(self, made: Mapping[str, str | bytes | None]) -> Iterator[str]:
        """What the call did to files, other than those that were there before it and are as they were."""
        for name, content in made.items():
            if name not in self._there or self._there[name] != content:
                yield self.names.file_check(name, content)
        for name in self._there:
            if not Path(name).exists():
                yield f"not {self.names.path_maker()}({name!r}).exists()"

    def _run(self, call: Call) -> Outcome:
        self.comparisons.events.clear()
        self._elsewhere.events.clear()
        cpu_seconds = CPU_SECONDS if self._has_run else FIRST_CPU_SECONDS
        self._has_run = True
        refusals, threads = self._guard.refusals, threading.active_count()
        printed = Output()
        warned: list[warnings.WarningMessage] = []
        outcome = Outcome(frozenset())
        patches = Patches()
        self._look_ups.names.clear()
        try:
            with caught_output(printed), limited(cpu_seconds, max(WALL_SECONDS, cpu_seconds * 2)):
                self._tracer.start()
                try:
                    outcome = self._observe(call, warned, patches)
                finally:
                    self._tracer.stop()
                    patches.undo()
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            self.work.add(AN_OVERRUN)
            return Outcome(frozenset(self._tracer.arcs), is_overrun=True)
        self.work.add_call(self._tracer.steps)
        if self._guard.refusals != refusals or threading.active_count() > threads:
            return Outcome(outcome.arcs)
        outcome = outcome._replace(looked_up=tuple(self._look_ups.names))
        return self._with_side_effects(outcome, printed.getvalue(), warned)

    def _observe(self, call: Call, warned: list[warnings.WarningMessage], patches: Patches) -> Outcome:
        """Only what the act itself warns about goes to `warned`: looking at a result must not warn at all."""
        namespace: dict[str, Any] = {**self.names, "__name__": TEST_MODULE, PATCHES: patches}
        try:
            with noted_warnings(warned):
                for statement in call.setup:
                    exec(compiled(statement), namespace)  # noqa: S102 - probing is running the project's code, contained
            self._is_warned_before = bool(warned)
            with self._tracer.paused():
                self._there = dict(self._footprint.made()) if self._footprint.is_in_work else {}
                before = self._before(call, namespace)
                inside = [inside_of(namespace[name]) for name in call.watched]
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            raise
        except BaseException:  # noqa: BLE001 - whatever the project raises while arranging makes the call unusable
            return Outcome(frozenset(self._tracer.arcs))
        is_async = False
        try:
            with noted_warnings(warned):
                value: Any = eval(call.act, namespace)  # noqa: S307 - as above
                is_async = inspect.iscoroutine(value)
                if is_async:
                    value = asyncio.run(value)
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            raise
        except BaseException as error:  # noqa: BLE001 - an exception is what some calls are meant to give
            receiver = namespace[call.watched[0]] if call.watched else None
            outcome = self._failed(error, receiver)
            return outcome._replace(is_async=is_async, is_touching=_is_touched(inside, call, namespace))
        is_touching = _is_touched(inside, call, namespace)
        try:
            checks, changes = self._seen(call, value, before, namespace)
        except (OverrunError, KeyboardInterrupt, MemoryError, RecursionError):
            raise
        except BaseException as error:  # noqa: BLE001 - what cannot be looked at tells nothing, but it is there
            if hasattr(type(value), "__next__"):
                return self._failed(error)._replace(is_lazy=True, value=value)
            checks, changes = [], []
        return Outcome(
            frozenset(self._tracer.arcs),
            value=value,
            checks=tuple(checks),
            changes=tuple(changes),
            is_done=True,
            is_async=is_async,
            is_touching=is_touching,
        )

    def _seen(
        self, call: Call, value: object, before: Mapping[str, Collection[str]], namespace: Mapping[str, Any]
    ) -> tuple[list[str], list[str]]:
        """What can be asserted of the value and of what the call changed.

        What looking runs is no work of the call, but for what an iterator does when it is used up.
        """
        if not hasattr(type(value), "__next__"):
            self._tracer.stop()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            checks = self._checks(call, value, namespace)
        self._tracer.stop()
        looks = ((name, _without_repr(self._look(namespace[name], name))) for name in call.watched)
        new = [check for name, found in looks for check in found if check not in before[name]]
        restless = {_subject_of(check) for seen in before.values() for check in seen if check.endswith(RESTLESS)}
        return checks, [check for check in new if _subject_of(check) not in restless]

    def _failed(self, error: BaseException, receiver: object = None) -> Outcome:
        failure = self._failures.of(error, receiver)
        error.__traceback__ = None  # it holds on to all that the call made
        return Outcome(frozenset(self._tracer.arcs), **failure._asdict(), error=error)

    def _before(self, call: Call, namespace: Mapping[str, Any]) -> Mapping[str, Collection[str]]:
        """What can be seen of the watched variables before the act; looked at once for each way to arrange them."""
        known = self._arranged.get((call.setup, call.watched))
        if known is None:
            known = {name: self._looked_twice(namespace[name], name) for name in call.watched}
            if len(self._arranged) < MOST_ARRANGED:
                self._arranged[call.setup, call.watched] = known
        return known

    def _looked_twice(self, value: object, subject: str) -> frozenset[str]:
        """What can be seen of a value; what is another at the next look, such as a time, is marked as restless."""
        first, second = set(self._look(value, subject)), set(self._look(value, subject))
        return frozenset([*first, *(_subject_of(check) + RESTLESS for check in first ^ second)])

    def _look(self, value: object, subject: str) -> list[str]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return self._observer.state_of(value, subject)

    def _checks(self, call: Call, value: object, namespace: Mapping[str, Any]) -> list[str]:
        """A construction is described by what can be seen of it: that it equals itself says nothing.

        An object that is arranged before is itself, one of a class that is defined there is of that class.
        """
        if value is not None and home_of(type(value)) != "builtins":
            own = [name for line in call.setup for name in bound_in(line)]
            same = next((name for name in own if namespace.get(name) is value and not is_a(value, type)), "")
            if same and same != call.act:
                return [f"{RESULT} is {same}"]
            checks = self._checks_of(call, value)
            kind = type(value).__name__
            return checks or _of_kind(kind if kind in own and namespace.get(kind) is type(value) else "")
        return self._checks_of(call, value)

    def _checks_of(self, call: Call, value: object) -> list[str]:
        if call.act.startswith(type(value).__name__ + "("):
            return self._observer.state(value, RESULT) or self._observer.checks(value, is_made=True)
        if call.act.startswith(MEMBERS):
            text = self._observer.literal(value, most=LONGEST_TABLE)
            return [] if text is None else [f"{RESULT} == {text}"]
        return self._observer.checks(value)

    def _with_side_effects(self, outcome: Outcome, printed: str, warned: list[warnings.WarningMessage]) -> Outcome:
        if printed:
            if outcome.raises:
                return outcome
            if len(printed) > MAX_PRINTED or ADDRESS.search(printed):
                return Outcome(outcome.arcs)
            outcome = outcome._replace(prints=printed)
        kinds = {warning.category for warning in warned if warning.category is not ResourceWarning}
        if len(kinds) > 1 or ImportWarning in kinds or any(map(is_said_of_the_code, warned)):
            return Outcome(outcome.arcs)
        for kind in kinds:
            name = self.names.name_of(kind)
            is_alone = bool(name) and not outcome.raises and not self._is_warned_before
            outcome = outcome._replace(warns=name or "") if is_alone else Outcome(outcome.arcs)
        return outcome

    def caught_errors(self) -> Sequence[str]:
        """Constructions of the standard errors that the module's `except` clauses name."""
        names = [
            node.id
            for handler in ast.walk(self._tree)
            if isinstance(handler, ast.ExceptHandler) and handler.type is not None
            for node in ast.walk(handler.type)
            if isinstance(node, ast.Name) and isinstance(getattr(builtins, node.id, None), type)
        ]
        return [f"{name}('boom')" for name in dict.fromkeys(names)][:MOST_ERRORS]


def _of_kind(name: str) -> list[str]:
    return [f"isinstance({RESULT}, {name})"] if name else []


@functools.lru_cache(maxsize=2000)
def bound_in(statement: str) -> Sequence[str]:
    """The variable, class or function that a statement before a call gives a name to."""
    node = ast.parse(statement).body[0]
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return (node.name,)
    targets = node.targets if isinstance(node, ast.Assign) else ()
    return tuple(target.id for target in targets if isinstance(target, ast.Name))


def _subject_of(check: str) -> str:
    return check.partition(" == ")[0]


def _is_touched(inside: Sequence[Inside], call: Call, namespace: Mapping[str, Any]) -> bool:
    """Whether anything inside of what is watched is another than before."""
    return list(inside) != [inside_of(namespace[name]) for name in call.watched]


def _without_machine(outcome: Outcome) -> Outcome:
    """Without what names places of this machine."""
    if names_this_machine(outcome.prints) or (outcome.raises and names_this_machine(outcome.raises[1])):
        return Outcome(outcome.arcs)
    checks = tuple(check for check in outcome.checks if not names_this_machine(check))
    changes = tuple(check for check in outcome.changes if not names_this_machine(check))
    return outcome._replace(checks=checks, changes=changes)


@functools.lru_cache(maxsize=2000)
def compiled(statement: str) -> CodeType:
    """As a test file has it: the annotations of a class that is made there are no texts as they are in this file."""
    return compile(statement, "<string>", "exec", dont_inherit=True)


def _without_repr(checks: list[str]) -> list[str]:
    """What a repr shows is told better by contents and attributes, where there are any."""
    return [check for check in checks if not check.startswith("repr(")] or checks
