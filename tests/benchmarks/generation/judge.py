"""What a written test file is worth: does it hold, what does it reach, what does it notice, how does it read."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from subjects import Environments, Subject

LIMIT = 180.0
TRY_MUTANTS = Path(__file__).parents[1] / "try_mutants.py"
TEST = "test_made.py"
SETTINGS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "COLUMNS": "80"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "COLUMNS": "132"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Auckland", "COLUMNS": "61", "NO_COLOR": "1"},
)
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?: - .*)?$", re.MULTILINE)
_LITTLE = re.compile(r"(is None|is True|is False|== \[\]|== \{\}|== \(\)|== ''|== \"\"|== 0)$")


@dataclass(frozen=True, slots=True)
class Score:
    """`first` counts tests that fail in the first run (they are then left out), `flaky` those that fail in a later one.

    `percent` is line and branch coverage, `gained` the share of it beyond importing; mutants are of all statements.
    """

    tests: int = 0
    checks: int = 0
    lines: int = 0
    trivial: int = 0
    bare: int = 0
    first: int = 0
    flaky: int = 0
    percent: float = 0.0
    baseline: float = 0.0
    mutants: int = 0
    noticed: int = 0
    is_proved: bool = False


class Judge:
    """Judges tests of one subject in one tree."""

    def __init__(self, subject: Subject, tree: Path, environments: Environments) -> None:
        self._subject = subject
        self._tree = tree
        self._python = environments.python
        self._referee = environments.referee
        self.baseline, self._branches = self._coverage(f"import {subject.module}\n\n\ndef test_it(): pass\n", ())

    def mutants(self, most: int) -> list[str]:
        argv = [self._referee, "referee.py", self._tree / self._subject.path, str(most)]
        done = subprocess.run(argv, cwd=Path(__file__).parent, capture_output=True, check=False, timeout=LIMIT)
        return json.loads(done.stdout or "[]")

    def score(self, text: str, mutants: Sequence[str]) -> Score:
        if not text.strip():
            return Score(baseline=self.baseline, percent=self.baseline, mutants=len(mutants))
        path = self._tree / TEST
        path.write_text(text, "utf-8")
        first = self._failing(0, ())
        later = {test for seed in (1, 2) for test in self._failing(seed, first)}
        percent, _ = self._coverage(text, (*first, *later))
        noticed = self._noticed(mutants, (*first, *later))
        figures = _figures(text)
        return Score(
            **figures,
            first=len(first),
            flaky=len(later),
            percent=percent,
            baseline=self.baseline,
            mutants=len(mutants),
            noticed=noticed,
            is_proved=not first and not later and figures["checks"] > 0 and percent > self.baseline,
        )

    def _pytest(self, without: Sequence[str]) -> list[str]:
        fixed = ["-m", "pytest", "-q", "-rfE", "--tb=no", "-c", os.devnull, "--rootdir=.", "-p", "no:cacheprovider"]
        return [*fixed, *(f"--deselect={test}" for test in without), TEST]

    def _failing(self, seed: int, without: Sequence[str]) -> tuple[str, ...]:
        """Tests that fail; all of them when the file cannot be run at all."""
        argv = [self._python, *self._pytest(without), *(["-p", "no:randomly"] if not seed else ["-prandomly"])]
        done = self._run(argv, SETTINGS[seed])
        failed = tuple(dict.fromkeys(_FAILED.findall(done)))
        return failed or (() if "\npassed" in done or " passed" in done else (TEST,))

    def _run(self, argv: Sequence[object], env: dict[str, str]) -> str:
        environment = {"PATH": os.defpath, "PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}
        try:
            done = subprocess.run(
                [str(part) for part in argv],
                cwd=self._tree,
                env=environment | env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout

    def _coverage(self, text: str, without: Sequence[str]) -> tuple[float, int]:
        (self._tree / TEST).write_text(text, "utf-8")
        options = ["--branch", "--rcfile=/dev/null", "--data-file=.cov"]
        include = f"--include={self._subject.path}"
        self._run([self._python, "-m", "coverage", "run", *options, include, *self._pytest(without)], SETTINGS[0])
        report = ["json", "--rcfile=/dev/null", "--data-file=.cov", "-q", "-o", "cov.json"]
        self._run([self._python, "-m", "coverage", *report], SETTINGS[0])
        result = self._tree / "cov.json"
        totals = json.loads(result.read_text("utf-8"))["totals"] if result.exists() else {}
        for name in ("cov.json", ".cov"):
            (self._tree / name).unlink(missing_ok=True)
        return float(totals.get("percent_covered", 0.0)), int(totals.get("num_branches", 0))

    def _noticed(self, mutants: Sequence[str], without: Sequence[str]) -> int:
        argv = [self._python, TRY_MUTANTS, self._subject.path, TEST, *(f"--deselect={test}" for test in without)]
        environment = {"PATH": os.defpath, "PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"} | SETTINGS[0]
        done = subprocess.run(
            [str(part) for part in argv],
            cwd=self._tree,
            env=environment,
            input=json.dumps(list(mutants)),
            capture_output=True,
            text=True,
            check=False,
        )
        return int(done.stdout or 0)


def _figures(text: str) -> dict[str, int]:
    """How the file reads: tests, checks, lines, checks that say little, tests without any check."""
    tree = ast.parse(text)
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
    checks = [node.test for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    checks += [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_unittest_check(node)]
    raises = sum(len(re.findall(r"pytest\.(?:raises|warns)\(", ast.unparse(test))) for test in tests)
    bare = sum(not _has_check(test) for test in tests)
    return {
        "tests": len(tests),
        "checks": len(checks) + raises,
        "lines": len(text.splitlines()),
        "trivial": sum(bool(_LITTLE.search(ast.unparse(node))) for node in checks),
        "bare": bare,
    }


def _is_unittest_check(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assert")


def _has_check(test: ast.FunctionDef) -> bool:
    text = ast.unparse(test)
    return any(isinstance(node, ast.Assert) for node in ast.walk(test)) or "pytest.raises(" in text or ".assert" in text
