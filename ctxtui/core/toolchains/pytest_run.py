"""One pytest run in a worktree: a clean environment, imports pinned to the worktree, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from typing import Any

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import TestReport, TestRun
from ctxtui.core.processes.bounded import BoundedProcess
from ctxtui.core.toolchains.clean_environment import clean_environment, surroundings
from ctxtui.core.toolchains.coverage_source import concurrency, lent_coverage, read_coverage
from ctxtui.core.toolchains.interpreter import Interpreter, install_line, probe
from ctxtui.core.toolchains.module_folder import pinned_names
from ctxtui.core.toolchains.named_files import passes_by
from ctxtui.core.toolchains.pytest_command import (
    PytestPlace,
    plugin_arguments,
    pytest_arguments,
    pytest_place,
    start_folder,
)
from ctxtui.core.toolchains.run_folder import ENTRY, SETTINGS_VARIABLE, RunFolder, run_folder, tail
from ctxtui.core.toolchains.run_report import Ending, report
from ctxtui.core.toolchains.test_host import HOSTS, Ended, HostedRun, HostGoneError

OUTPUT_TAIL = 6000
HARD_KILL_GRACE = 5.0


def run_tests(test_run: TestRun) -> TestReport:
    """Raises ToolchainError when the interpreter cannot run tests at all; what tests do is in the report."""
    interpreter = probe(test_run.interpreter)
    if not interpreter.has_pytest:
        raise ToolchainError(missing_pytest(interpreter))
    worktree = test_run.worktree.resolve()
    if not worktree.is_dir():
        raise ToolchainError(f"The worktree {worktree} is not there; check it out again.")
    started = time.monotonic()
    place = pytest_place(worktree, test_run.files)
    with run_folder() as folder:
        settings = run_settings(test_run, place, interpreter, folder)
        folder.write_settings(settings)
        ended = _run_in_process(test_run, interpreter, place, folder)
        ending = Ending(
            exit_code=ended.code,
            stop=ended.cut_short,
            cpu=ended.cpu,
            events=folder.events(worktree),
            hang=folder.tidied(tail(folder.hang_log, OUTPUT_TAIL), worktree) if folder.hang_log.exists() else "",
            output=folder.tidied(tail(folder.output, OUTPUT_TAIL), worktree),
            duration=time.monotonic() - started,
        )
        start = start_folder(test_run, place)
        measured = read_coverage(folder.coverage, test_run, worktree, start) if settings["measure"] else ()
        return report(test_run, ending, measured, _surroundings(test_run, ending))


def _surroundings(test_run: TestRun, ending: Ending) -> str:
    around = surroundings(test_run.seed, 0 if ending.of("clock_stays") else test_run.days_ahead)
    return f"{around}, started in the folder of the tests" if around and test_run.elsewhere else around


def _run_in_process(test_run: TestRun, interpreter: Interpreter, place: PytestPlace, folder: RunFolder) -> Ended:
    """In a fork of a warm process where there can be one, else in a process of its own: the outcome is the same."""
    environment = run_environment(test_run, folder)
    host = HOSTS.host(interpreter, _pinned(test_run), environment, host_settings(interpreter), folder)
    if host is not None:
        hosted = HostedRun(start_folder(test_run, place), environment, folder, test_run.timeout, test_run.stop)
        with contextlib.suppress(HostGoneError):
            return host.run(hosted)
    process = BoundedProcess(
        argv=[str(test_run.interpreter), ENTRY],
        cwd=start_folder(test_run, place),
        env=environment,
        output=folder.output,
        marker=SETTINGS_VARIABLE,
        timeout=test_run.timeout,
        is_done=folder.done,
        stop=test_run.stop,
    )
    try:
        return Ended(*process.run())
    except OSError as error:
        raise ToolchainError(f"The interpreter {test_run.interpreter} does not start: {error}.") from error


def _pinned(test_run: TestRun) -> tuple[str, ...]:
    roots = (test_run.worktree / root for root in test_run.import_roots)
    return pinned_names(test_run.package_name, roots, test_run.naming)


def host_settings(interpreter: Interpreter) -> Mapping[str, Any]:
    """What a host loads: the same plugins as a run, and coverage.py."""
    return {"arguments": ["-q", *plugin_arguments(interpreter)], "coverage_lent": lent_coverage(interpreter) or ""}


def _mutants(test_run: TestRun, folder: RunFolder) -> Mapping[str, Any]:
    """Changed versions of the source lie as files in the run's folder."""
    worktree = test_run.worktree.resolve()
    mutants = [
        {"line": mutant.line, "content": folder.write(f"mutant-{number}.py", mutant.content)}
        for number, mutant in enumerate(test_run.mutants)
    ]
    replaced = {str(worktree / test_run.source): folder.write("replaced.py", test_run.replaced)}
    return {
        "mutants": mutants,
        "mutation_seconds": test_run.mutation_seconds,
        "source": str(worktree / test_run.source) if test_run.source else "",
        "replaced": replaced if test_run.replaced else {},
    }


def missing_pytest(interpreter: Interpreter) -> str:
    found = f"has pytest {interpreter.pytest}, which is too old" if interpreter.pytest else "has no pytest"
    return f"{interpreter.path} {found}; run `{install_line(interpreter.path, '--upgrade pytest')}`."


def run_environment(test_run: TestRun, folder: RunFolder) -> dict[str, str]:
    environment = clean_environment(
        test_run.interpreter, folder.home, folder.temporary, test_run.seed, test_run.hash_seed, test_run.pass_env
    )
    environment[SETTINGS_VARIABLE] = str(folder.settings)
    return environment


def run_settings(
    test_run: TestRun, place: PytestPlace, interpreter: Interpreter, folder: RunFolder
) -> Mapping[str, Any]:
    """What the process that runs the tests has to know, as JSON takes it."""
    worktree = test_run.worktree.resolve()
    lent = lent_coverage(interpreter) if test_run.measure else None
    return {
        "packages": _pinned(test_run),
        "worktree": str(worktree),
        "roots": [os.path.normpath(worktree / root) for root in test_run.import_roots],
        "own_folders": [str(folder.path)],
        "out_of_bounds": [test_run.checkout, os.path.expanduser("~")] if test_run.checkout else [],  # noqa: PTH111 - Path fails without a home
        "tolerated": [os.path.normpath(worktree / path) for path in test_run.tolerated],
        "files": [str(worktree / file) for file in test_run.files],
        "passes_by": passes_by(interpreter),
        "seed": test_run.seed,
        "left_out": list(test_run.left_out),
        "days_ahead": test_run.days_ahead,
        "test_timeout": test_run.test_timeout,
        "grace": HARD_KILL_GRACE,
        "block_network": test_run.block_network,
        "try_import": list(test_run.import_only),
        **_mutants(test_run, folder),
        "import_each": list(test_run.import_each),
        "arguments": [] if test_run.import_only else pytest_arguments(test_run, place, interpreter, folder),
        "measure": [str(worktree / file) for file in test_run.measure] if lent is not None else [],
        "coverage_lent": lent or "",
        "coverage_data": str(folder.path / "coverage.db"),
        "coverage_settings": str(folder.path / "coverage.ini"),
        "coverage_json": str(folder.coverage),
        "concurrency": concurrency(place.folder) if test_run.measure else [],
    }
