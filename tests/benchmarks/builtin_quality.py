"""How good the embedded agent's tests are: coverage, mutants noticed, flakiness, time, a table for the modules given.

    python tests/benchmarks/builtin_quality.py --interpreter PROJECT/bin/python ROOT package/module.py ...

ROOT is copied to a temporary folder, so nothing is written to it; modules below `src/` are imported from there.
Seconds are of CPU. The interpreter needs pytest and coverage;
with pytest-randomly installed the repeated runs are in random order.
"""

from __future__ import annotations

import argparse
import ast
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from ctxtui.core.agents.builtin import BuiltinAgent
from ctxtui.core.ports.agents import Turn
from ctxtui.core.validation.mutants import sample_mutants

RERUNS = 3
MUTANTS = 24
TRY_MUTANTS = Path(__file__).parent / "try_mutants.py"
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
    mutants: int
    noticed: int
    message: str

    def row(self) -> str:
        return (
            f"{self.module:44} {self.seconds:6.1f} {self.lines:6} {self.tests:6} {self.asserts:7} "
            f"{self.percent:6.1f} {self.noticed:4}/{self.mutants:<4} {self.failures:5}  "
            f"{self.message if not self.tests else ''}"
        )


def score(root: Path, source: str, interpreter: Path, keep: Path | None) -> Score:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        tree = base / "tree"
        shutil.copytree(root, tree)
        import_root = "src" if source.startswith("src/") else ""
        inner = source.removeprefix("src/")
        module = inner.removesuffix(".py").replace("/", "_")
        test_path = f"tests_made/test_{module}.py"
        package = inner.partition("/")[0].removesuffix(".py")
        turn = Turn(
            worktree=tree,
            turn_dir=base / "turn",
            prompt="",
            component_name=module,
            source_path=source,
            test_path=test_path,
            package_name=package,
            import_roots=(import_root,),
            interpreter=interpreter,
            owned=(test_path,),
        )
        agent = BuiltinAgent()
        launch = agent.launch(turn)
        started = _cpu_seconds()
        process = subprocess.run(launch.argv, cwd=launch.cwd, env=dict(launch.env), capture_output=True, check=False)
        seconds = _cpu_seconds() - started
        reader = agent.reader()
        reader.feed(process.stdout)
        _, outcome = reader.finish(process.returncode, process.stderr.decode())
        path = tree / test_path
        if not path.exists():
            return Score(source, seconds, 0, 0, 0, 0.0, 0, 0, 0, outcome.message)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep)
        text = path.read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(text)))
        tests = sum(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in nodes)
        asserts = sum(isinstance(node, ast.Assert) for node in nodes) + text.count("pytest.raises(")
        bench = _Bench(tree, tree / import_root, interpreter, source, test_path)
        failures = sum(not bench.passes(seed) for seed in range(RERUNS))
        percent, reached = bench.coverage()
        mutants = sample_mutants(source, (tree / source).read_bytes(), reached, MUTANTS)
        noticed = bench.noticed([mutant.content.decode() for mutant in mutants])
        return Score(
            source,
            seconds,
            len(text.splitlines()),
            tests,
            asserts,
            percent,
            failures,
            len(mutants),
            noticed,
            outcome.message,
        )


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@dataclass(frozen=True, slots=True)
class _Bench:
    """A tree with a test file in it, to be run in several ways."""

    tree: Path
    root: Path
    interpreter: Path
    source: str
    test_path: str

    def _env(self, **more: str) -> dict[str, str]:
        return {**ENVIRONMENT, "PYTHONPATH": str(self.root), **more}

    def _pytest(self, *options: str) -> list[str]:
        return [
            "-m",
            "pytest",
            "-q",
            *options,
            "-c",
            "/dev/null",
            "--rootdir=.",
            "-p",
            "no:cacheprovider",
            self.test_path,
        ]

    def passes(self, seed: int) -> bool:
        env = self._env(PYTHONHASHSEED=str(seed), TZ=("UTC", "Asia/Tokyo", "America/St_Johns")[seed % 3])
        command = [str(self.interpreter), *self._pytest("-x", "-W", "error")]
        done = subprocess.run(command, cwd=self.tree, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.stderr.write(done.stdout[-1500:])
        return done.returncode == 0

    def coverage(self) -> tuple[float, list[int]]:
        """Percent of lines and branches, and the lines reached."""
        options = ["--branch", "--rcfile=/dev/null", f"--include={self.source}", "--data-file=.cov"]
        run = [str(self.interpreter), "-m", "coverage", "run", *options, *self._pytest()]
        subprocess.run(run, cwd=self.tree, env=self._env(), capture_output=True, check=False)
        report = [str(self.interpreter), "-m", "coverage", "json", "--rcfile=/dev/null", "--data-file=.cov", "-q"]
        subprocess.run([*report, "-o", "cov.json"], cwd=self.tree, env=self._env(), capture_output=True, check=False)
        try:
            data = json.loads((self.tree / "cov.json").read_text(encoding="utf-8"))
        except OSError:
            return 0.0, []
        return float(data["totals"]["percent_covered"]), data["files"][self.source]["executed_lines"]

    def noticed(self, contents: list[str]) -> int:
        """How many of these versions of the module make the tests fail."""
        command = [str(self.interpreter), str(TRY_MUTANTS), self.source, self.test_path]
        given = json.dumps(contents)
        done = subprocess.run(
            command, cwd=self.tree, env=self._env(), input=given, capture_output=True, text=True, check=False
        )
        return int(done.stdout or 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", type=Path, default=Path(sys.executable))
    parser.add_argument("--keep", type=Path, help="a folder to copy the written tests to")
    parser.add_argument("targets", nargs="+", help="a folder, followed by modules in it; then maybe another folder")
    arguments = parser.parse_args()
    sys.stdout.write(
        f"{'module':44} {'s':>6} {'lines':>6} {'tests':>6} {'asserts':>7} {'cover':>6} {'mutants':>9} {'flaky':>5}\n"
    )
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
    noticed, mutants = sum(one.noticed for one in scores), sum(one.mutants for one in scores) or 1
    sys.stdout.write(
        f"{len(scores)} modules: a file for {sum(one.tests > 0 for one in scores)},"
        f" coverage median {median(covered):.1f}"
        f" mean {mean(covered):.1f}, {noticed} of {mutants} mutants noticed ({100 * noticed / mutants:.0f} %),"
        f" {sum(one.failures > 0 for one in scores)} with a failed rerun,"
        f" {median(one.seconds for one in scores):.1f} CPU s median\n"
    )


if __name__ == "__main__":
    main()
