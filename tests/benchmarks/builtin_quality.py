"""How good the embedded agent's tests are: coverage, assertions, flakiness, time, a table for the modules given.

    python tests/benchmarks/builtin_quality.py --interpreter PROJECT/bin/python ROOT package/module.py ...

ROOT is copied to a temporary folder, so nothing is written to it. The interpreter needs pytest and coverage;
with pytest-randomly installed the repeated runs are in random order.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from ctxtui.core.agents.builtin.agent import BuiltinAgent
from ctxtui.core.ports.agents import Turn

RERUNS = 3
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True, slots=True)
class Score:
    """One module's figures. `percent` is line and branch coverage, `failures` counts reruns that did not pass."""

    module: str
    seconds: float
    lines: int
    tests: int
    asserts: int
    percent: float
    failures: int
    message: str

    def row(self) -> str:
        return (
            f"{self.module:44} {self.seconds:6.1f} {self.lines:6} {self.tests:6} {self.asserts:7} "
            f"{self.percent:6.1f} {self.failures:5}  {self.message if not self.tests else ''}"
        )


def score(root: Path, source: str, interpreter: Path, keep: Path | None) -> Score:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        tree = base / "tree"
        shutil.copytree(root, tree)
        module = source.removesuffix(".py").replace("/", "_")
        test_path = f"tests_made/test_{module}.py"
        package = source.partition("/")[0].removesuffix(".py")
        turn = Turn(
            worktree=tree,
            turn_dir=base / "turn",
            prompt="",
            component_name=module,
            source_path=source,
            test_path=test_path,
            package_name=package,
            import_roots=("",),
            interpreter=interpreter,
            owned=(test_path,),
        )
        agent = BuiltinAgent()
        launch = agent.launch(turn)
        started = time.monotonic()
        process = subprocess.run(launch.argv, cwd=launch.cwd, env=dict(launch.env), capture_output=True, check=False)
        seconds = time.monotonic() - started
        reader = agent.reader()
        reader.feed(process.stdout)
        _, outcome = reader.finish(process.returncode, process.stderr.decode())
        path = tree / test_path
        if not path.exists():
            return Score(source, seconds, 0, 0, 0, 0.0, 0, outcome.message)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep)
        text = path.read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(text)))
        tests = sum(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in nodes)
        asserts = sum(isinstance(node, ast.Assert) for node in nodes) + text.count("pytest.raises(")
        failures = sum(not _passes(tree, interpreter, test_path, seed) for seed in range(RERUNS))
        percent = _coverage(tree, interpreter, source, test_path)
        return Score(source, seconds, len(text.splitlines()), tests, asserts, percent, failures, outcome.message)


def _passes(tree: Path, interpreter: Path, test_path: str, seed: int) -> bool:
    command = [str(interpreter), "-m", "pytest", "-q", "-x", "-W", "error", "-p", "no:cacheprovider", test_path]
    env = {**ENVIRONMENT, "PYTHONPATH": str(tree), "PYTHONHASHSEED": str(seed), "TZ": ("UTC", "Asia/Tokyo")[seed % 2]}
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout[-1500:])
    return done.returncode == 0


def _coverage(tree: Path, interpreter: Path, source: str, test_path: str) -> float:
    command = [str(interpreter), "-m", "coverage", "run", "--branch", f"--include={source}", "--data-file=.cov"]
    env = {**ENVIRONMENT, "PYTHONPATH": str(tree)}
    run = [*command, "-m", "pytest", "-q", "-p", "no:cacheprovider", test_path]
    subprocess.run(run, cwd=tree, env=env, capture_output=True, check=False)
    report = [str(interpreter), "-m", "coverage", "json", "--data-file=.cov", "-o", "cov.json", "-q"]
    subprocess.run(report, cwd=tree, env=env, capture_output=True, check=False)
    try:
        data = json.loads((tree / "cov.json").read_text(encoding="utf-8"))
    except OSError:
        return 0.0
    return float(data["totals"]["percent_covered"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", type=Path, default=Path(sys.executable))
    parser.add_argument("--keep", type=Path, help="a folder to copy the written tests to")
    parser.add_argument("targets", nargs="+", help="a folder, followed by modules in it; then maybe another folder")
    arguments = parser.parse_args()
    sys.stdout.write(f"{'module':44} {'s':>6} {'lines':>6} {'tests':>6} {'asserts':>7} {'cover':>6} {'flaky':>5}\n")
    scores: list[Score] = []
    root = Path()
    for target in arguments.targets:
        if not target.endswith(".py"):
            root = Path(target)
            continue
        scores.append(score(root, target, arguments.interpreter, arguments.keep))
        sys.stdout.write(scores[-1].row() + "\n")
        sys.stdout.flush()
    covered = [one.percent for one in scores]
    sys.stdout.write(
        f"{len(scores)} modules: a file for {sum(one.tests > 0 for one in scores)},"
        f" coverage median {median(covered):.1f}"
        f" mean {mean(covered):.1f}, {sum(one.failures > 0 for one in scores)} with a failed rerun,"
        f" {median(one.seconds for one in scores):.1f} s median\n"
    )


if __name__ == "__main__":
    main()
