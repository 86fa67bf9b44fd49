"""pytest's hooks during a run: they report as it goes, keep its order and its limits, and change nothing else."""

from __future__ import annotations

import faulthandler
import importlib
import os
import random
import signal
import sys
import zlib
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from .damage import ENDING, IMPORTING, DamageWatch
from .imports import import_each
from .journal import DETAIL_LIMIT, MESSAGE_LIMIT, Journal, beginning, cut, last_error
from .mutants import MutantLoop
from .network import NetworkGuard
from .order import shuffled
from .others import Others
from .pin import Pin

RING_AGAIN = 1.0  # a test may swallow the first interruption, as sub-tests of unittest do
LONGEST_WAIT = 9
"""How many times its limit a test may wait for a processor without losing time by it."""
WORTH_GIVING = 0.05
OPEN = open  # a test may replace it


def seconds_waited() -> float:
    """How long this process was ready to run while others had the processors, where the system tells it."""
    try:
        with OPEN("/proc/self/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def has_django_settings() -> bool:
    conf = sys.modules.get("django.conf")
    return bool(os.environ.get("DJANGO_SETTINGS_MODULE") or (conf and conf.settings.configured))


class Reporter:
    """Knows what is going on in a run, and writes it to the journal."""

    def __init__(self, settings: Dict[str, Any], journal: Journal, pin: Pin, watch: DamageWatch) -> None:
        self.settings = settings
        self.pin = pin
        self.damage = watch
        self.journal = journal
        self.phases: Dict[str, List[Any]] = {}
        self.seed: Optional[int] = settings["seed"]
        self.limit: float = settings["test_timeout"]
        self.root = settings["worktree"]
        self.guard: Optional[NetworkGuard] = None
        self.hang_log = open(settings["hang_log"], "w", encoding="utf-8")  # noqa: SIM115 - faulthandler keeps it
        if settings["block_network"]:
            self.guard = NetworkGuard()
            sys.addaudithook(self.guard)

    def node(self, nodeid: str) -> str:
        """Pytest's id from its own root, as one from the worktree's."""
        path, separator, test = nodeid.partition("::")
        if not path:
            return nodeid
        place = os.path.normpath(os.path.join(self.root, path))
        return os.path.relpath(place, self.settings["worktree"]).replace(os.sep, "/") + separator + test

    # --- time limits -------------------------------------------------------------------------------------------

    def watch(self, what: str) -> Callable[[], None]:
        """Interrupts after the limit; should that not help, the process ends with a stack in the hang log.

        Time in which others had the processors is given back.
        """
        waited = seconds_waited()
        most = waited + LONGEST_WAIT * self.limit

        def ring(_signal: int, _frame: Any) -> None:  # noqa: ANN401 - a frame
            nonlocal waited
            __tracebackhide__ = True
            longer = min(seconds_waited(), most) - waited
            if longer > WORTH_GIVING:
                waited += longer
                start(longer)
                return
            pytest = importlib.import_module("pytest")
            pytest.fail(f"{what} did not end within {self.limit:g} s")

        def start(seconds: float) -> None:
            signal.setitimer(signal.ITIMER_REAL, seconds, RING_AGAIN)
            faulthandler.dump_traceback_later(seconds + self.settings["grace"], exit=True, file=self.hang_log)

        previous = signal.signal(signal.SIGALRM, ring)
        start(self.limit)

        def stop() -> None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
            faulthandler.cancel_dump_traceback_later()

        return stop

    # --- collection --------------------------------------------------------------------------------------------

    def configured(self, config: Any) -> None:  # noqa: ANN401 - pytest's configuration
        self.root = str(config.rootpath)
        settings = str(config.inipath) if config.inipath else ""
        machine = [os.path.dirname(os.__file__), os.path.dirname(os.path.dirname(os.__file__)), sys.prefix]
        self.journal.add("configured", root=self.root, settings=settings, machine=machine)

    def plugins_are_loaded(self) -> None:
        """Before any conftest.py: what plugins import by now, as settings of a framework, has to be found by then."""
        if self.settings["import_each"]:
            self.say_what_is_lent(self.pin.loaded_from_what_is_lent())

    def say_what_is_lent(self, modules: Iterable[str]) -> None:
        for module in modules:
            self.journal.add("not_found_plainly", module=module)

    def collecting(self, collector: Any) -> Callable[[], None]:  # noqa: ANN401 - a pytest collector
        self.damage.phase = IMPORTING
        self.journal.add("collecting", id=self.node(collector.nodeid))
        return self.watch("collecting " + (self.node(collector.nodeid) or "the tests"))

    def collected(self, report: Any) -> None:  # noqa: ANN401 - a pytest report
        node = self.node(report.nodeid)
        if report.failed:
            detail = cut(str(report.longrepr), DETAIL_LIMIT)
            self.journal.add("broken", id=node, message=last_error(detail), detail=detail)
        elif report.skipped:
            self.journal.add("skipped_file", id=node, message=_skip_reason(report.longrepr))

    def choose(self, items: List[Any]) -> None:
        """Which tests run, and in which order."""
        left_out = set(self.settings["left_out"])
        if left_out:
            items[:] = [item for item in items if self.node(item.nodeid) not in left_out]
        if self.seed is not None:
            items[:] = shuffled(items, self.seed)

    def deselected(self, items: List[Any]) -> None:
        self.journal.add("deselected", ids=[self.node(item.nodeid) for item in items])

    def collection_done(self, session: Any) -> None:  # noqa: ANN401 - a pytest session
        self.journal.add("collected", ids=[self.node(item.nodeid) for item in session.items])
        if self.settings["import_each"]:
            self.say_what_is_lent(package for package in self.pin.packages if not self.pin.is_found_without(package))
            if not has_django_settings():
                self.journal.add("no_django_settings")
            import_each(self.journal, self.settings["import_each"])
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
        if self.guard is not None:
            self.guard.is_testing = True
        self.damage.phase = self.node(nodeid)
        self.journal.add("start", id=self.node(nodeid))

    def reseed(self, nodeid: str) -> None:
        if self.seed is None:
            return
        seed = (self.seed * 1_000_003 + zlib.crc32(self.node(nodeid).encode())) % 2**32
        random.seed(seed)
        numpy = sys.modules.get("numpy")
        if numpy is not None and hasattr(numpy, "random"):
            numpy.random.seed(seed)

    def finished(self, nodeid: str) -> None:
        outcome, message, detail = _verdict(self.phases.pop(nodeid, []))
        message = beginning(message, MESSAGE_LIMIT)
        self.journal.add("case", id=self.node(nodeid), outcome=outcome, message=message, detail=detail)

    def blocked(self) -> str:
        """What the test that just ran reached for, forgotten once told."""
        if self.guard is None:
            return ""
        reached, self.guard.reached = self.guard.reached, ""
        return reached


def _verdict(reports: List[Any]) -> Tuple[str, str, str]:
    """One outcome for all phases of a test: what failed counts before what was skipped, and that before a pass."""
    for report in reports:
        if report.failed:
            detail = cut(str(report.longrepr), DETAIL_LIMIT)
            outcome = "failed" if report.when == "call" else "error"
            crash = getattr(report.longrepr, "reprcrash", None)
            return outcome, getattr(crash, "message", "") or last_error(detail), detail
    for report in reports:
        if report.skipped:
            return "skipped", getattr(report, "wasxfail", "") or _skip_reason(report.longrepr), ""
    return "passed", "", ""


def _skip_reason(longrepr: Any) -> str:  # noqa: ANN401 - pytest gives a tuple or text
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


def hooks(reporter: Reporter) -> Any:  # noqa: ANN401, C901 - a namespace of hooks, one line each
    """The hooks as pytest wants them; made late, because pytest may only be imported under the pin."""
    import pytest  # noqa: PLC0415 - under the pin

    def timed(what: str) -> Any:  # noqa: ANN401 - a hook wrapper
        @pytest.hookimpl(hookwrapper=True)
        def wrapper(item: Any) -> Iterator[None]:  # noqa: ANN401 - a pytest item
            reporter.reseed(item.nodeid)
            stop = reporter.watch(what + reporter.node(item.nodeid))
            yield
            stop()

        return wrapper

    class Hooks:
        def pytest_load_initial_conftests(self) -> None:
            reporter.plugins_are_loaded()

        @pytest.hookimpl(tryfirst=True)
        def pytest_configure(self, config: Any) -> None:  # noqa: ANN401 - pytest's configuration
            reporter.configured(config)

        @pytest.hookimpl(hookwrapper=True)
        def pytest_make_collect_report(self, collector: Any) -> Iterator[None]:  # noqa: ANN401 - a pytest collector
            stop = reporter.collecting(collector)
            outcome: Any = yield
            stop()
            if outcome.excinfo is not None and isinstance(outcome.excinfo[1], SystemExit):
                node = reporter.node(collector.nodeid)
                text = f"E   SystemExit: importing {node} ends the interpreter ({outcome.excinfo[1]})"
                outcome.force_result(pytest.CollectReport(collector.nodeid, "failed", text, []))

        def pytest_collectreport(self, report: Any) -> None:  # noqa: ANN401 - a pytest report
            reporter.collected(report)

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items: List[Any]) -> None:
            reporter.choose(items)

        def pytest_deselected(self, items: List[Any]) -> None:
            reporter.deselected(items)

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(self, session: Any) -> Optional[bool]:  # noqa: ANN401 - a pytest session
            if not reporter.settings["mutants"] or session.testsfailed:
                return None
            MutantLoop(reporter.settings, reporter.journal, reporter.damage).run(session)
            return True

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
            detail = cut(str(excrepr), DETAIL_LIMIT)
            reporter.journal.add("internal", message=last_error(detail), detail=detail)

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_sessionfinish(self) -> Iterator[None]:
            reporter.damage.phase = ENDING
            yield

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(exitstatus: int) -> None:
        reporter.say_what_was_imported()
        reporter.journal.add("end", status=int(exitstatus))

    for phase, what in (("setup", "setting up "), ("call", ""), ("teardown", "tearing down ")):
        setattr(Hooks, "pytest_runtest_" + phase, staticmethod(timed(what)))
    if reporter.settings["passes_by"]:  # older ones know neither the folders nor this hook's argument
        others = Others(reporter.settings["files"])

        @pytest.hookimpl(tryfirst=True)
        def pytest_ignore_collect(collection_path: Any) -> Optional[bool]:  # noqa: ANN401 - a path
            return others.is_passed_by(str(collection_path))

        Hooks.pytest_ignore_collect = staticmethod(pytest_ignore_collect)  # type: ignore[attr-defined]
    last = type("Last", (), {"pytest_sessionfinish": staticmethod(pytest_sessionfinish)})
    return [Hooks(), last()]
