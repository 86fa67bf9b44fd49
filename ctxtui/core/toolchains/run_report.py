"""What a test run showed, made from the plugin's journal and from how the process ended."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ctxtui.core.ports.toolchains import (
    Blame,
    Coverage,
    MutantOutcome,
    RunEnd,
    TestCase,
    TestOutcome,
    TestReport,
    TestRun,
    Touch,
)
from ctxtui.core.processes.bounded import LARGEST_OUTPUT, LINGER, CutShort

USAGE_ERROR = 4
NO_TESTS = 5
NOT_RUN = "collected, not run"
TOLD_TO_STOP = re.compile(r"^(?:!+ \S*|\S+\.)Exit: (?P<why>.+?)(?: !+)?$", re.MULTILINE)
CONFTEST_FAILED = re.compile(r"^(?:ImportError|Error|\w+Error) while loading conftest '(?P<path>[^']+)'", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ending:
    """`exit_code` is negative for a signal; `hang` is the stack that a test left which could not be interrupted."""

    exit_code: int
    stop: CutShort | None
    events: Sequence[dict[str, Any]]
    hang: str
    output: str
    duration: float
    cpu: float = 0.0

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]

    @property
    def has_finished(self) -> bool:
        return bool(self.of("end"))

    @property
    def under_way(self) -> str:
        """The test that was running, or the file being collected, when the journal stopped."""
        done = {event["id"] for event in self.of("case")}
        started = [event["id"] for event in self.of("start") if event["id"] not in done]
        if started:
            return str(started[-1])
        collecting = [event["id"] for event in self.of("collecting") if event["id"].endswith(".py")]
        return str(collecting[-1]) if collecting and not self.of("collected") else ""


def report(test_run: TestRun, ending: Ending, coverage: tuple[Coverage, ...], surroundings: str = "") -> TestReport:
    end, message = _classify(test_run, ending)
    imported = ending.of("imported")
    return TestReport(
        end=end,
        cases=_cases(test_run, ending, end, message),
        duration=ending.duration,
        cpu=ending.cpu,
        message=message,
        output_tail=ending.output,
        machine_places=tuple(place for event in ending.of("configured") for place in event["machine"]),
        imported=tuple(imported[-1]["modules"]) if imported else (),
        coverage=coverage,
        mutants={event["number"]: MutantOutcome(event["outcome"]) for event in ending.of("mutant")},
        surroundings=surroundings,
        touched=tuple(
            Touch(event["path"], event["act"], Blame(event["blame"]), event["test"]) for event in ending.of("touched")
        ),
        unimportable=tuple((event["module"], event["message"]) for event in ending.of("unimportable_module")),
        not_found_plainly=tuple(dict.fromkeys(event["module"] for event in ending.of("not_found_plainly"))),
        lacks_django_settings=bool(ending.of("no_django_settings")),
        deselected=tuple(node for event in ending.of("deselected") for node in event["ids"]),
    )


def _cases(test_run: TestRun, ending: Ending, end: RunEnd, message: str) -> tuple[TestCase, ...]:
    broken = [
        TestCase(event["id"], _file(event["id"]), TestOutcome.ERROR, event["message"], event["detail"])
        for event in ending.of("broken")
    ]
    if test_run.collect_only:
        ids = [node for event in ending.of("collected") for node in event["ids"]]
        return (*broken, *(TestCase(node, _file(node), TestOutcome.SKIPPED, NOT_RUN) for node in ids))
    ran = [
        TestCase(event["id"], _file(event["id"]), TestOutcome(event["outcome"]), event["message"], event["detail"])
        for event in ending.of("case")
    ]
    if end in {RunEnd.TIMEOUT, RunEnd.CRASHED} and not ending.has_finished and ending.under_way:
        culprit = ending.under_way
        ran.append(TestCase(culprit, _file(culprit), TestOutcome.ERROR, message, ending.hang))
    return (*broken, *ran)


def _file(node: str) -> str:
    return str(PurePosixPath(node.split("::", 1)[0]))


def _classify(test_run: TestRun, ending: Ending) -> tuple[RunEnd, str]:
    """The first ending that applies, the ones that make the others meaningless first."""
    for applies, end in ENDINGS:
        message = applies(test_run, ending)
        if message:
            return end, message
    failed = sum(event["outcome"] in {"failed", "error"} for event in ending.of("case"))
    if failed:
        return RunEnd.FAILED, f"{failed} of {len(ending.of('case'))} tests failed"
    if ending.exit_code != 0:
        return RunEnd.FAILED, f"pytest ended with exit code {ending.exit_code}"
    return RunEnd.PASSED, ""


def _foreign(_run: TestRun, ending: Ending) -> str:
    found = [module for event in ending.of("foreign") for module in event["modules"]]
    if not found:
        return ""
    name, place = found[0]
    return f"{name} was loaded from {place}, not from the worktree: the tests ran against other code"


def _timed_out(run: TestRun, ending: Ending) -> str:
    where = f" in {ending.under_way}" if ending.under_way else ""
    if ending.stop is CutShort.TIME:
        return f"the run did not end within {run.timeout:g} s{where}"
    if ending.stop is CutShort.LINGERED:
        return f"the tests ended, but the process did not within {LINGER:g} s: a thread they started still runs"
    if ending.hang and not ending.has_finished:
        return f"{ending.under_way or 'a test'} did not end within {run.test_timeout:g} s and could not be interrupted"
    return ""


def _unimportable(_run: TestRun, ending: Ending) -> str:
    found = ending.of("unimportable")
    return f"{found[0]['module']} cannot be imported: {found[0]['message']}" if found else ""


def _crashed(_run: TestRun, ending: Ending) -> str:
    where = f" in {ending.under_way}" if ending.under_way else ""
    if ending.stop is CutShort.OUTPUT:
        return f"the tests printed more than {LARGEST_OUTPUT // 2**20} MiB{where}"
    told = TOLD_TO_STOP.search(ending.output)
    if told and not ending.of("case"):
        return f"pytest is told to stop: {told['why']}"
    internal = ending.of("internal")
    if internal:
        return f"pytest itself failed: {internal[0]['message']}"
    if ending.has_finished or ending.exit_code == USAGE_ERROR:
        return ""
    if ending.exit_code < 0:
        return f"the interpreter was ended by {_signal_name(-ending.exit_code)}{where}"
    said = "" if ending.events else f": {_last_line(ending.output)}"
    return f"the interpreter ended with exit code {ending.exit_code} before the tests did{where}{said}"


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it does not say why"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _not_collected(_run: TestRun, ending: Ending) -> str:
    broken = ending.of("broken")
    if broken:
        return f"{broken[0]['id'] or 'the tests'} cannot be collected: {broken[0]['message']}"
    failed = CONFTEST_FAILED.search(ending.output)
    if failed is None:
        return ""
    errors = [line[1:].strip() for line in ending.output.splitlines() if line.startswith("E ")]
    return f"{failed['path']} cannot be imported: {errors[-1] if errors else 'see the output'}"


def _refused(_run: TestRun, ending: Ending) -> str:
    """Says so when pytest did not accept its arguments or settings."""
    if ending.exit_code != USAGE_ERROR or ending.of("case"):
        return ""
    errors = [line.strip() for line in ending.output.splitlines() if line.strip()]
    usage = next((line.partition(": error: ")[2] for line in errors if ": error: " in line), "")
    told = usage or next((line for line in errors if line.startswith("ERROR")), (errors or ["?"])[-1])
    return f"pytest refused to start: {told}"


def _nothing_ran(run: TestRun, ending: Ending) -> str:
    ids = [node for event in ending.of("collected") for node in event["ids"]]
    if run.import_only or ids or (ending.exit_code != NO_TESTS and ending.of("case")):
        return ""
    skipped = ending.of("skipped_file")
    if skipped:
        return f"{skipped[0]['id']} is skipped as a whole: {skipped[0]['message']}"
    return f"no tests were found in {', '.join(run.files) or 'the worktree'}"


ENDINGS: tuple[tuple[Callable[[TestRun, Ending], str], RunEnd], ...] = (
    (_foreign, RunEnd.FOREIGN_IMPORT),
    (_timed_out, RunEnd.TIMEOUT),
    (_unimportable, RunEnd.COLLECTION_ERROR),
    (_crashed, RunEnd.CRASHED),
    (_not_collected, RunEnd.COLLECTION_ERROR),
    (_refused, RunEnd.CRASHED),
    (_nothing_ran, RunEnd.NO_TESTS),
)
