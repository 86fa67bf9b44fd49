"""A pytest plugin that runs under the project's own interpreter: pins imports to the worktree and reports as it goes.

Copied by itself next to a test run, so it needs only the standard library and pytest, and no newer syntax than
Python 3.8 has. `python -m ctxtui_pin_plugin ARGS` installs the pin before anything else, then runs pytest. Every
happening is appended to a journal at once, so that a run that dies still says how far it came.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import random
import signal
import sys
import traceback
import zlib
from importlib.machinery import PathFinder
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple  # noqa: UP035 - runs under Python 3.8

import_module = importlib.import_module
NAME = "ctxtui_pin_plugin"
SETTINGS = "CTXTUI_TEST_RUN"
MESSAGE_LIMIT = 600
DETAIL_LIMIT = 4000
LINE_LIMIT = 400
RING_AGAIN = 1.0  # a test may swallow the first interruption, as sub-tests of unittest do
LARGEST_FILE = 512 * 1024 * 1024


def read_settings() -> Dict[str, Any]:  # noqa: UP006 - runs under Python 3.8
    with open(os.environ[SETTINGS], encoding="utf-8") as file:  # noqa: PTH123 - kept clear of modules under test
        found: Dict[str, Any] = json.load(file)  # noqa: UP006 - runs under Python 3.8
    return found


class Journal:
    """Appends one JSON line an event; opens the file anew each time, so tests may close what they like."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.pid = os.getpid()
        self._open, self._write, self._close, self._dumps = os.open, os.write, os.close, json.dumps

    def add(self, event: str, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON takes
        if os.getpid() != self.pid:
            return  # a test forked: its copy of this run says nothing
        line = self._dumps(dict(facts, event=event)) + "\n"
        handle = self._open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            self._write(handle, line.encode("utf-8", "backslashreplace"))
        finally:
            self._close(handle)


class Pin:
    """The finder that stands first: modules of the package come from the worktree, whatever else is installed."""

    def __init__(self, package: str, worktree: str, roots: Sequence[str]) -> None:
        self.package = package
        self.worktree = os.path.realpath(worktree)
        self.roots = [os.path.realpath(root) for root in roots]

    def find_spec(self, fullname: str, path: Optional[Sequence[str]] = None, target: Any = None) -> Any:  # noqa: ANN401, ARG002, UP045 - the finder protocol, under Python 3.8
        if self.covers(fullname):
            return PathFinder.find_spec(fullname, self._places(fullname, path))
        if self.package.startswith(fullname + "."):
            return PathFinder.find_spec(fullname, path) or PathFinder.find_spec(fullname, self._places(fullname, path))
        return None

    def covers(self, name: str) -> bool:
        return name == self.package or name.startswith(self.package + ".")

    def holds(self, place: str) -> bool:
        real = os.path.realpath(place)
        return real == self.worktree or real.startswith(self.worktree + os.sep)

    def _places(self, fullname: str, path: Optional[Sequence[str]]) -> List[str]:  # noqa: UP006, UP045 - as above
        parents = fullname.split(".")[:-1]
        given = [place for place in path or () if isinstance(place, str) and self.holds(place)]
        return given + ["/".join([root, *parents]) for root in self.roots]

    def loaded(self) -> Iterator[Tuple[str, str]]:  # noqa: UP006 - as above
        """Modules of the package that are loaded, each with the file it came from ('' for a namespace)."""
        for module in list(sys.modules.values()):
            spec = getattr(module, "__spec__", None)
            name = getattr(spec, "name", None)
            if isinstance(name, str) and self.covers(name):
                origin = getattr(spec, "origin", None)
                yield name, origin if isinstance(origin, str) and origin.startswith(os.sep) else ""

    def foreign(self) -> Iterator[Tuple[str, str]]:  # noqa: UP006 - as above
        for name, place in self.loaded():
            if place and not self.holds(place):
                yield name, place


def install(settings: Dict[str, Any]) -> Pin:  # noqa: UP006 - as above
    pin = Pin(settings["package"], settings["worktree"], settings["roots"])
    sys.meta_path.insert(0, pin)
    return pin


class NetworkBlockedError(RuntimeError):
    """A test reached for the network. Not an OSError, so that code under test does not take it for bad weather."""


class NetworkGuard:
    """An audit hook that lets loopback and local sockets through and nothing else."""

    def __init__(self) -> None:
        self.reached = ""

    def __call__(self, event: str, args: Tuple[Any, ...]) -> None:  # noqa: UP006 - as above
        if event in ("socket.connect", "socket.sendto"):
            host = args[1][0] if isinstance(args[1], tuple) and args[1] else None
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = args[0]
        else:
            return
        if isinstance(host, bytes):
            host = host.decode("ascii", "replace")
        if isinstance(host, str) and not _is_local(host):
            self.reached = self.reached or host
            raise NetworkBlockedError(f"tests run without a network; this one reached for {host}")


def _is_local(host: str) -> bool:
    return host in ("", "localhost", "::1", "::", "0.0.0.0", "<broadcast>") or host.startswith(("127.", "::ffff:127."))  # noqa: S104 - compared, never bound


def cut(text: str, limit: int) -> str:
    """The end of a text, its long lines shortened: that is where a traceback says what went wrong."""
    lines = [
        line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 12] + " … (shortened)" for line in text.splitlines()
    ]
    whole = "\n".join(lines)
    return whole if len(whole) <= limit else "…" + whole[-limit:]


def shuffled(items: List[Any], seed: int) -> List[Any]:  # noqa: UP006 - as above
    """Modules, the classes in them and the tests in those, each in random order but kept together."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret

    def in_blocks(block: List[Any], keys: Sequence[Callable[[Any], Any]]) -> List[Any]:  # noqa: UP006 - as above
        if not keys:
            chance.shuffle(block)
            return block
        groups: Dict[Any, List[Any]] = {}  # noqa: UP006 - as above
        for item in block:
            groups.setdefault(keys[0](item), []).append(item)
        order = list(groups)
        chance.shuffle(order)
        return [item for key in order for item in in_blocks(groups[key], keys[1:])]

    return in_blocks(
        list(items), (lambda item: str(item.nodeid).split("::", 1)[0], lambda item: getattr(item, "cls", None))
    )


class Reporter:
    """The plugin proper: hooks of pytest, and the journal they write to."""

    def __init__(self, settings: Dict[str, Any], pin: Pin) -> None:  # noqa: UP006 - as above
        self.settings = settings
        self.pin = pin
        self.journal = Journal(settings["journal"])
        self.phases: Dict[str, List[Any]] = {}  # noqa: UP006 - as above
        self.seed: Optional[int] = settings["seed"]  # noqa: UP045 - as above
        self.limit: float = settings["test_timeout"]
        self.guard: Optional[NetworkGuard] = None  # noqa: UP045 - as above
        self.hang_log = open(settings["hang_log"], "w", encoding="utf-8")  # noqa: PTH123, SIM115 - faulthandler keeps it
        if settings["block_network"]:
            self.guard = NetworkGuard()
            sys.addaudithook(self.guard)

    # --- time limits -------------------------------------------------------------------------------------------

    def watch(self, what: str) -> Callable[[], None]:
        """Interrupts after the limit; should that not help, the process ends with a stack in the hang log."""

        def ring(_signal: int, _frame: Any) -> None:  # noqa: ANN401 - a frame
            __tracebackhide__ = True
            pytest = import_module("pytest")
            pytest.fail(f"{what} did not end within {self.limit:g} s")

        previous = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, self.limit, RING_AGAIN)
        faulthandler.dump_traceback_later(self.limit + self.settings["grace"], exit=True, file=self.hang_log)

        def stop() -> None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
            faulthandler.cancel_dump_traceback_later()

        return stop

    # --- collection --------------------------------------------------------------------------------------------

    def collecting(self, collector: Any) -> Callable[[], None]:  # noqa: ANN401 - a pytest collector
        self.journal.add("collecting", id=collector.nodeid)
        return self.watch("collecting " + (collector.nodeid or "the tests"))

    def collected(self, report: Any) -> None:  # noqa: ANN401 - a pytest report
        if report.failed:
            detail = cut(str(report.longrepr), DETAIL_LIMIT)
            self.journal.add("broken", id=report.nodeid, message=_last_line(detail), detail=detail)
        elif report.skipped:
            self.journal.add("skipped_file", id=report.nodeid, message=_skip_reason(report.longrepr))

    def order(self, items: List[Any]) -> None:  # noqa: UP006 - as above
        if self.seed is not None:
            items[:] = shuffled(items, self.seed)

    def collection_done(self, session: Any) -> None:  # noqa: ANN401 - a pytest session
        self.journal.add("collected", ids=[item.nodeid for item in session.items])
        if self.say_what_was_imported():
            session.shouldstop = "a module of the package came from outside the worktree"

    def say_what_was_imported(self) -> bool:
        self.journal.add("imported", modules=sorted({name for name, _ in self.pin.loaded()}))
        foreign = sorted(set(self.pin.foreign()))
        if foreign:
            self.journal.add("foreign", modules=foreign[:5])
        return bool(foreign)

    # --- tests -------------------------------------------------------------------------------------------------

    def started(self, nodeid: str) -> None:
        self.phases[nodeid] = []
        self.journal.add("start", id=nodeid)

    def reseed(self, nodeid: str) -> None:
        if self.seed is None:
            return
        seed = (self.seed * 1_000_003 + zlib.crc32(nodeid.encode())) % 2**32
        random.seed(seed)
        numpy = sys.modules.get("numpy")
        if numpy is not None and hasattr(numpy, "random"):
            numpy.random.seed(seed)

    def finished(self, nodeid: str) -> None:
        outcome, message, detail = _verdict(self.phases.pop(nodeid, []))
        self.journal.add("case", id=nodeid, outcome=outcome, message=cut(message, MESSAGE_LIMIT), detail=detail)

    def blocked(self) -> str:
        """What the test that just ran reached for, forgotten once told."""
        if self.guard is None:
            return ""
        reached, self.guard.reached = self.guard.reached, ""
        return reached


def _verdict(reports: List[Any]) -> Tuple[str, str, str]:  # noqa: UP006 - as above
    """One outcome for all phases of a test: what failed counts before what was skipped, and that before a pass."""
    for report in reports:
        if report.failed:
            detail = cut(str(report.longrepr), DETAIL_LIMIT)
            outcome = "failed" if report.when == "call" else "error"
            crash = getattr(report.longrepr, "reprcrash", None)
            return outcome, getattr(crash, "message", "") or _last_line(detail), detail
    for report in reports:
        if report.skipped:
            return "skipped", getattr(report, "wasxfail", "") or _skip_reason(report.longrepr), ""
    return "passed", "", ""


def _skip_reason(longrepr: Any) -> str:  # noqa: ANN401 - pytest gives a tuple or text
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return cut((errors or lines or [""])[-1], MESSAGE_LIMIT)


def limit_what_tests_can_break() -> None:
    """A bound on file sizes, and an end together with the process that started the run, where the system has one."""
    resource = import_module("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if soft == resource.RLIM_INFINITY or soft > LARGEST_FILE:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, hard))
    if sys.platform == "linux":
        ctypes = import_module("ctypes")
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def hooks(reporter: Reporter) -> Any:  # noqa: ANN401, C901 - a namespace of hooks, one line each
    """The hooks as pytest wants them; made late, because pytest may only be imported under the pin."""
    import pytest  # noqa: PLC0415 - under the pin

    def timed(what: str) -> Any:  # noqa: ANN401 - a hook wrapper
        @pytest.hookimpl(hookwrapper=True)
        def wrapper(item: Any) -> Iterator[None]:  # noqa: ANN401 - a pytest item
            reporter.reseed(item.nodeid)
            stop = reporter.watch(what + item.nodeid)
            yield
            stop()

        return wrapper

    class Hooks:
        @pytest.hookimpl(hookwrapper=True)
        def pytest_make_collect_report(self, collector: Any) -> Iterator[None]:  # noqa: ANN401 - a pytest collector
            stop = reporter.collecting(collector)
            outcome: Any = yield
            stop()
            if outcome.excinfo is not None and isinstance(outcome.excinfo[1], SystemExit):
                text = f"E   SystemExit: importing {collector.nodeid} ends the interpreter ({outcome.excinfo[1]})"
                outcome.force_result(pytest.CollectReport(collector.nodeid, "failed", text, []))

        def pytest_collectreport(self, report: Any) -> None:  # noqa: ANN401 - a pytest report
            reporter.collected(report)

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items: List[Any]) -> None:  # noqa: UP006 - runs under Python 3.8
            reporter.order(items)

        def pytest_collection_finish(self, session: Any) -> None:  # noqa: ANN401 - a pytest session
            reporter.collection_done(session)

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_logstart(self, nodeid: str) -> None:
            reporter.started(nodeid)

        def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401 - a pytest report
            reporter.phases.setdefault(report.nodeid, []).append(report)

        @pytest.hookimpl(trylast=True)
        def pytest_runtest_logfinish(self, nodeid: str) -> None:
            reporter.finished(nodeid)

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_makereport(self) -> Iterator[None]:
            outcome: Any = yield
            host = reporter.blocked()
            report = outcome.get_result()
            if host and not report.failed:
                report.outcome = "failed"
                report.longrepr = f"the test needs the network: it reached for {host}"

        def pytest_internalerror(self, excrepr: Any) -> None:  # noqa: ANN401 - a pytest representation
            reporter.journal.add("internal", message=_last_line(str(excrepr)))

        @pytest.hookimpl(trylast=True)
        def pytest_sessionfinish(self, exitstatus: int) -> None:
            reporter.say_what_was_imported()
            reporter.journal.add("end", status=int(exitstatus))
            open(reporter.settings["done"], "w", encoding="utf-8").close()  # noqa: PTH123 - as above

    for phase, what in (("setup", "setting up "), ("call", ""), ("teardown", "tearing down ")):
        setattr(Hooks, "pytest_runtest_" + phase, staticmethod(timed(what)))
    return Hooks()


def try_import(settings: Dict[str, Any], pin: Pin) -> None:  # noqa: UP006 - as above
    """Imports the given modules under the pin and journals where they came from."""
    journal = Journal(settings["journal"])
    for name in settings["try_import"]:
        try:
            import_module(name)
        except BaseException as error:  # noqa: BLE001 - whatever a module does when it is imported is the finding
            missing = getattr(error, "name", None) if isinstance(error, ImportError) else None
            message = traceback.format_exception_only(type(error), error)[-1].strip()
            journal.add("unimportable", module=name, message=cut(message, MESSAGE_LIMIT), missing=missing or "")
            return
    places = sorted(set(pin.loaded()))
    journal.add("imported", modules=sorted({name for name, _ in places}))
    journal.add("places", modules=places)
    foreign = sorted(set(pin.foreign()))
    if foreign:
        journal.add("foreign", modules=foreign[:5])
    journal.add("end", status=0)


def main(arguments: List[str]) -> int:  # noqa: UP006 - as above
    settings = read_settings()
    pin = install(settings)
    limit_what_tests_can_break()
    if settings["try_import"]:
        try_import(settings, pin)
        return 0
    pytest = import_module("pytest")
    reporter = Reporter(settings, pin)
    return int(pytest.main(arguments, plugins=[hooks(reporter)]))


if __name__ == "__main__":
    sys.exit(import_module(NAME).main(sys.argv[1:]))
