"""Mutants tried in forks: collected once, switched in by code object, and run against the tests that reach them."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import sys
import time
from types import CodeType, FunctionType
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from .damage import DamageWatch
from .journal import Journal

NOTICED = "noticed"
SURVIVED = "survived"
UNSWITCHED = "unswitched"
PATIENCE = 1.0
"""Seconds of CPU that a mutant may take beyond twice what its tests take."""
SLOWNESS = 10
"""How much longer than that the clock on the wall may go on, on a busy machine."""
LEAST_SECONDS = 60.0
"""For the run without a change, on a busy machine."""
IS_FUNCTION = 0x0001
NAMES_AND_CODE = (
    "co_code",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_flags",
    "co_argcount",
    "co_kwonlyargcount",
)


class MutantLoop:
    """Takes the place of pytest's loop over the tests."""

    def __init__(self, settings: Dict[str, Any], journal: Journal, watch: DamageWatch) -> None:
        self.settings = settings
        self.journal = journal
        self.watch = watch
        self.source: str = settings["source"]
        self.until = time.monotonic() + settings["mutation_seconds"]

    def run(self, session: Any) -> None:  # noqa: ANN401 - a pytest session
        reached = self.tests_by_line(session)
        if reached is None:
            session.testsfailed += 1  # they are to notice changes, and fail without one
            return
        with open(self.source, "rb") as file:
            original = compile(file.read(), self.source, "exec", dont_inherit=True)
        functions = [one for one in gc.get_objects() if type(one) is FunctionType]
        mine = [one for one in functions if one.__code__.co_filename == self.source]
        gc.freeze()  # forks share what none of them collects
        for number, mutant in enumerate(self.settings["mutants"]):
            if time.monotonic() > self.until:
                return
            tests = [item for item, lines in reached if mutant["line"] in lines[0]]
            seconds = sum(lines[1] for item, lines in reached if mutant["line"] in lines[0])
            self.journal.add("mutant", number=number, outcome=self.outcome(mutant, original, mine, tests, seconds))

    def tests_by_line(self, session: Any) -> Optional[List[Tuple[Any, Tuple[Set[int], float]]]]:  # noqa: ANN401
        """Each test with the lines of the source that it reaches and its CPU seconds; None when one fails."""

        def look(writing: int) -> int:
            facts = []
            for position in range(len(session.items)):
                tracer = _Lines(self.source)
                started = time.process_time()
                with tracer:
                    is_good = _passes(session, position)
                if not is_good:
                    return 1
                facts.append([sorted(tracer.lines), time.process_time() - started])
            os.write(writing, json.dumps(facts).encode())
            return 0

        code, told = _forked(look, max(LEAST_SECONDS, self.settings["mutation_seconds"]), 0)
        if code != 0:
            return None
        found = [(set(lines), seconds) for lines, seconds in json.loads(told.decode())]
        return list(zip(session.items, found))

    def outcome(
        self, mutant: Dict[str, Any], original: CodeType, mine: List[Any], tests: List[Any], seconds: float
    ) -> str:
        with open(mutant["content"], "rb") as file:
            try:
                changed = compile(file.read(), self.source, "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                return NOTICED
        pairs = list(_changed_functions(original, changed))
        switches = [(one, new) for old, new in pairs for one in mine if new is not None and one.__code__ == old]
        if not pairs or any(new is None for _, new in pairs) or len({id(new) for _, new in switches}) < len(pairs):
            return UNSWITCHED
        if not tests:
            return SURVIVED

        def try_it(_writing: int) -> int:
            self.watch.forbids, self.watch.phase = True, "a change"
            for function, new in switches:
                function.__code__ = new
            session = tests[0].session
            session.config.option.tbstyle = "no"  # only whether they fail is asked: a traceback costs more than a test
            positions = [session.items.index(item) for item in tests]
            return 0 if all(_passes(session, position) for position in positions) else 1

        code, _ = _forked(try_it, SLOWNESS * (2 * seconds + PATIENCE), 2 * seconds + PATIENCE)
        return SURVIVED if code == 0 else NOTICED


def _passes(session: Any, position: int) -> bool:  # noqa: ANN401 - a pytest session
    """Whether the test at that place passes or is skipped, its fixtures torn down afterwards."""
    runner = sys.modules["_pytest.runner"]
    item = session.items[position]
    reports = runner.runtestprotocol(item, log=False, nextitem=None)
    return not any(report.failed for report in reports)


class _Lines:
    """Which lines of one file are reached meanwhile."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: Set[int] = set()

    def __enter__(self) -> None:
        self.former = sys.gettrace()
        sys.settrace(self.call)

    def __exit__(self, *_problem: object) -> None:
        sys.settrace(self.former)

    def call(self, frame: Any, _event: str, _value: Any) -> Any:  # noqa: ANN401 - a trace function
        if frame.f_code.co_filename != self.path:
            return None
        self.lines.add(frame.f_lineno)
        return self.line

    def line(self, frame: Any, event: str, _value: Any) -> Any:  # noqa: ANN401 - as above
        if event == "line":
            self.lines.add(frame.f_lineno)
        return self.line


def _forked(work: Any, seconds: float, processor_seconds: float) -> Tuple[int, bytes]:  # noqa: ANN401 - a function
    """The exit code of that work in a fork, and what it wrote; 1 for one that took too long or died."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            os.close(reading)
            if processor_seconds:
                bound = int(processor_seconds) + 1
                resource.setrlimit(resource.RLIMIT_CPU, (bound, bound + 1))
            code = work(writing)
        finally:
            os._exit(code)
    os.close(writing)
    told, deadline, is_late = b"", time.monotonic() + seconds, False
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            is_late = True
            break
        news = os.read(reading, 65536)
        if not news:
            break
        told += news
    os.close(reading)
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    return (os.WEXITSTATUS(status) if os.WIFEXITED(status) and not is_late else 1), told


def _changed_functions(old: CodeType, new: CodeType) -> Iterator[Tuple[CodeType, Optional[CodeType]]]:
    """The outermost functions that differ; None stands for a change that only a fresh import would show."""
    if old.co_flags & IS_FUNCTION:
        if not _is_same(old, new):
            yield old, new if old.co_freevars == new.co_freevars else None
        return
    mine, theirs = _inner(old), _inner(new)
    if _own(old) != _own(new) or len(mine) != len(theirs):
        yield old, None
        return
    for one, other in zip(mine, theirs):
        yield from _changed_functions(one, other)


def _inner(code: CodeType) -> List[CodeType]:
    return [value for value in code.co_consts if isinstance(value, CodeType)]


def _own(code: CodeType) -> Tuple[Any, ...]:
    values = [(type(value), value) for value in code.co_consts if not isinstance(value, CodeType)]
    return (*(getattr(code, name) for name in NAMES_AND_CODE), repr(values))


def _is_same(old: CodeType, new: CodeType) -> bool:
    mine, theirs = _inner(old), _inner(new)
    return _own(old) == _own(new) and len(mine) == len(theirs) and all(map(_is_same, mine, theirs))
