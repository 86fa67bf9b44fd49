"""The generators that are compared: each writes a test file for a module of a tree and says what it cost."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from subjects import Environments, Subject

from ctxtui.core.agents.builtin import BuiltinAgent
from ctxtui.core.ports.agents import Turn
from ctxtui.core.ports.toolchains import TestRun

SEED = 42
MOST_SECONDS = 600.0
TEST_COMMAND = (sys.executable, "-m", "ctxtui.core.toolchains.test_command")


@dataclass(frozen=True, slots=True)
class Written:
    """`text` is empty when there is no file; `seconds` are of CPU, of the whole process tree."""

    text: str
    seconds: float
    message: str = ""


def builtin(subject: Subject, tree: Path, folder: Path, environments: Environments, _seconds: float) -> Written:
    test_path = f"tests/test_{subject.module.replace('.', '_')}.py"
    turn = Turn(
        worktree=tree,
        turn_dir=folder / "turn",
        prompt="",
        component_name=subject.module,
        source_path=subject.path,
        test_path=test_path,
        package_name=subject.package,
        import_roots=("",),
        interpreter=environments.python,
        owned=(test_path,),
        test_run=TestRun(tree, (test_path,), subject.package, ("",), environments.python),
    )
    agent = BuiltinAgent(TEST_COMMAND)
    launch = agent.launch(turn)
    output, seconds = _run(launch.argv, launch.cwd, launch.env)
    reader = agent.reader()
    reader.feed(output)
    _, outcome = reader.finish(0, "")
    return Written(_text(tree / test_path), seconds, outcome.message)


def pynguin(subject: Subject, tree: Path, folder: Path, environments: Environments, seconds: float) -> Written:
    """With as many CPU seconds for its search as the embedded agent used in all."""
    made = folder / "made"
    search = str(max(round(seconds), 5))
    argv = [
        *(str(environments.pynguin), "-m", "pynguin", "--no-rich", "--project_path", str(tree)),
        *("--module_name", subject.module, "--output_path", str(made), "--report_dir", str(folder / "report")),
        *("--maximum_search_time", search, "--maximum_mutation_time", search, "--no_xfail", "True"),
        *("--maximum_module_execution_timeout", "30", "--seed", str(SEED)),
    ]
    env = {
        "PATH": os.defpath,
        "PYNGUIN_DANGER_AWARE": "1",
        "PYTHONPATH": str(environments.packages),
        "HOME": str(folder),
    }
    _, used = _run(argv, folder, env)
    return Written("\n\n".join(_text(path) for path in sorted(made.glob("test_*.py"))), used)


def ghostwriter(subject: Subject, tree: Path, folder: Path, environments: Environments, _seconds: float) -> Written:
    argv = [str(environments.python.parent / "hypothesis"), "write", "--style", "pytest", subject.module]
    output, used = _run(argv, folder, {"PATH": os.defpath, "PYTHONPATH": str(tree), "HOME": str(folder)})
    return Written(output.decode("utf-8", "replace"), used)


WRITERS = {"builtin": builtin, "pynguin": pynguin, "ghostwriter": ghostwriter}


def _run(argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> tuple[bytes, float]:
    """Standard output and CPU seconds; everything it started is ended with it."""
    before = _cpu_seconds()
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        output = b""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return output, _cpu_seconds() - before


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def clean(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
