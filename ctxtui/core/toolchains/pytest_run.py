"""One pytest run in a worktree: a clean environment, imports pinned to the worktree, nothing left behind."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ctxtui.core.domain.errors import ToolchainError
from ctxtui.core.ports.toolchains import Coverage, TestReport, TestRun
from ctxtui.core.toolchains import pin_plugin
from ctxtui.core.toolchains.bounded_process import BoundedProcess, tail
from ctxtui.core.toolchains.clean_environment import clean_environment
from ctxtui.core.toolchains.interpreter import Interpreter, probe
from ctxtui.core.toolchains.project_settings import PytestSettings, read_settings
from ctxtui.core.toolchains.run_folder import RunFolder, run_folder
from ctxtui.core.toolchains.run_report import Ending, report
from ctxtui.core.toolchains.source_tree import PROJECT_FILES

OUTPUT_TAIL = 6000
COVERAGE_LIMIT = 60.0
HARD_KILL_GRACE = 5.0
OLDEST_FOR_OUR_COVERAGE = (3, 10)
COVERAGE_SETTINGS = r"""[run]
branch = True
disable_warnings = no-data-collected,module-not-measured,couldnt-parse
[report]
ignore_errors = True
exclude_lines =
    pragma: no cover
    if TYPE_CHECKING:
    if typing\.TYPE_CHECKING:
    @(typing\.)?overload
    class .*\bProtocol\b.*:
    ^\s*\.\.\.$
    if __name__ == .__main__.:
"""


def run_tests(test_run: TestRun) -> TestReport:
    """Raises ToolchainError when the interpreter cannot run tests at all; what tests do is in the report."""
    interpreter = probe(test_run.interpreter)
    if not interpreter.has_pytest:
        raise ToolchainError(missing_pytest(interpreter))
    worktree = test_run.worktree.resolve()
    if not worktree.is_dir():
        raise ToolchainError(f"The worktree {worktree} is not there; check it out again.")
    started = time.monotonic()
    with run_folder() as folder:
        folder.write_settings(_plugin_settings(test_run, worktree))
        can_measure = bool(test_run.measure) and _provide_coverage(folder, interpreter)
        project = project_of(worktree, test_run.files)
        argv = [str(test_run.interpreter), *_measuring(folder, worktree, test_run, can_measure=can_measure)]
        arguments = [] if test_run.import_only else _pytest_arguments(test_run, worktree, project)
        process = BoundedProcess(
            argv=[*argv, "-m", pin_plugin.NAME, *arguments],
            cwd=project,
            env=run_environment(test_run, worktree, folder),
            output=folder.output,
            marker=str(folder.settings),
            timeout=test_run.timeout,
            is_done=folder.done,
        )
        try:
            exit_code, stop = process.run()
        except OSError as error:
            raise ToolchainError(f"The interpreter {test_run.interpreter} does not start: {error}.") from error
        return report(
            test_run,
            Ending(
                exit_code=exit_code,
                stop=stop,
                events=folder.events(worktree),
                hang=folder.tidied(tail(folder.hang_log, OUTPUT_TAIL), worktree) if folder.hang_log.exists() else "",
                output=folder.tidied(tail(folder.output, OUTPUT_TAIL), worktree),
                duration=time.monotonic() - started,
            ),
            _coverage(folder, process, test_run, worktree) if can_measure else (),
        )


def missing_pytest(interpreter: Interpreter) -> str:
    found = f"has pytest {interpreter.pytest}, which is too old" if interpreter.pytest else "has no pytest"
    return f"{interpreter.path} {found}; run `{interpreter.path} -m pip install --upgrade pytest`."


def project_of(worktree: Path, files: tuple[str, ...]) -> Path:
    """The folder to run from: the nearest one around the tests that a build is described in, as a person would."""
    shared = worktree / (os.path.commonpath(files) if files else "")
    for place in (shared, *shared.parents):
        if place == worktree or not place.is_relative_to(worktree):
            break
        if any((place / name).is_file() for name in PROJECT_FILES):
            return place
    return worktree


def run_environment(test_run: TestRun, worktree: Path, folder: RunFolder) -> dict[str, str]:
    environment = clean_environment(
        test_run.interpreter, folder.home, folder.temporary, test_run.seed, test_run.hash_seed
    )
    roots = [str(worktree / root) for root in test_run.import_roots]
    environment["PYTHONPATH"] = os.pathsep.join([*roots, str(folder.plugins)])
    environment[pin_plugin.SETTINGS] = str(folder.settings)
    return environment


def _plugin_settings(test_run: TestRun, worktree: Path) -> Mapping[str, Any]:
    return {
        "package": test_run.package_name,
        "worktree": str(worktree),
        "roots": [str(worktree / root) for root in test_run.import_roots],
        "seed": test_run.seed,
        "test_timeout": test_run.test_timeout,
        "grace": HARD_KILL_GRACE,
        "block_network": test_run.block_network,
        "try_import": list(test_run.import_only),
    }


def _pytest_arguments(test_run: TestRun, worktree: Path, project: Path) -> list[str]:
    settings = read_settings(project).pytest
    if not settings.keys and project != worktree:
        settings = read_settings(worktree).pytest
    arguments = [
        "-q", "--tb=short", "--color=no", "--no-header", "-rN",
        "-p", "no:cacheprovider",
        f"--rootdir={worktree}", f"--confcutdir={worktree}",
        "--continue-on-collection-errors",
        "-o", "addopts=", "-o", "faulthandler_timeout=0",
        "-W", "ignore::pytest.PytestConfigWarning",
        *settings.options,
    ]  # fmt: skip
    for name in _plugins(test_run, settings):
        arguments += ["-p", name]
    if test_run.collect_only:
        arguments.append("--collect-only")
    if test_run.stop_at_first:
        arguments.append("-x")
    return [*arguments, *(str(worktree / file) for file in test_run.files)]


def _plugins(test_run: TestRun, settings: PytestSettings) -> tuple[str, ...]:
    switched_off = [name for name in settings.plugins if name.startswith("no:")]
    return tuple(dict.fromkeys([*switched_off, *test_run.pytest_plugins]))


def _provide_coverage(folder: RunFolder, interpreter: Interpreter) -> bool:
    """Whether coverage can be measured; an interpreter without coverage.py borrows this program's, if new enough."""
    if interpreter.coverage:
        return True
    spec = importlib.util.find_spec("coverage")
    if spec is None or not spec.submodule_search_locations or interpreter.grammar < OLDEST_FOR_OUR_COVERAGE:
        return False
    (folder.plugins / "coverage").symlink_to(spec.submodule_search_locations[0], target_is_directory=True)
    return True


def _measuring(folder: RunFolder, worktree: Path, test_run: TestRun, *, can_measure: bool) -> list[str]:
    if not can_measure:
        return []
    (folder.path / "coverage.ini").write_text(COVERAGE_SETTINGS, "utf-8")
    files = ",".join(str(worktree / file) for file in test_run.measure)
    return ["-m", "coverage", "run", *_data(folder), f"--include={files}"]


def _data(folder: RunFolder) -> list[str]:
    return [f"--rcfile={folder.path / 'coverage.ini'}", f"--data-file={folder.path / 'coverage.db'}"]


def _coverage(folder: RunFolder, run: BoundedProcess, test_run: TestRun, worktree: Path) -> tuple[Coverage, ...]:
    """Files that no test loaded count as uncovered; a run that died before it could save its data has none."""
    if not (folder.path / "coverage.db").exists():
        return ()
    result = folder.path / "coverage.json"
    try:
        subprocess.run(
            [run.argv[0], "-m", "coverage", "json", *_data(folder), "-q", "-o", str(result)],
            cwd=worktree,
            env=dict(run.env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=COVERAGE_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(f"coverage.py did not report within {COVERAGE_LIMIT:g} s; try fewer jobs.") from error
    measured = json.loads(result.read_text("utf-8"))["files"] if result.exists() else {}
    by_path = {os.path.realpath(worktree / path): facts for path, facts in measured.items()}
    found: list[Coverage] = []
    for path in test_run.measure:
        facts = by_path.get(os.path.realpath(worktree / path))
        if facts is None:
            found.append(Coverage(path, 0.0))
        else:
            found.append(
                Coverage(
                    path=path,
                    percent=facts["summary"]["percent_covered"],
                    missing=tuple(facts["missing_lines"]),
                    reached=tuple(facts["executed_lines"]),
                    missing_branches=tuple((source, target) for source, target in facts["missing_branches"]),
                )
            )
    return tuple(found)
