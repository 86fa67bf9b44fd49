from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ctxtui.core.agents.builtin import BuiltinAgent
from ctxtui.core.domain.event import Event
from ctxtui.core.domain.trouble import Trouble
from ctxtui.core.domain.verdict import Evidence
from ctxtui.core.ports.agents import Turn, TurnOutcome
from ctxtui.core.ports.toolchains import TestRun


@dataclass(frozen=True, slots=True)
class Written:
    """What one turn left behind."""

    events: tuple[Event, ...]
    outcome: TurnOutcome
    text: str
    worktree: Path
    turn: Turn

    def run_pytest(self, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, self.turn.test_path],
            cwd=self.worktree,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self.worktree)},
            capture_output=True,
            text=True,
            check=False,
        )


Generate = Callable[..., Written]


@pytest.fixture
def generate(tmp_path: Path) -> Generate:
    """Runs a real turn over a package `shop` with one module."""

    turns = 0

    def run(
        source: str,
        *,
        feedback: tuple[Evidence, ...] = (),
        conversation: str = "",
        interpreter: str = sys.executable,
        is_rehearsed: bool = False,
        pass_env: tuple[str, ...] = (),
    ) -> Written:
        nonlocal turns
        turns += 1
        worktree = tmp_path / "tree"
        package = worktree / "shop"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        (package / "subject.py").write_text(source, encoding="utf-8")
        turn = Turn(
            worktree=worktree,
            turn_dir=tmp_path / f"turn-{turns}",
            prompt="",
            component_name="subject",
            source_path="shop/subject.py",
            test_path="tests/test_subject.py",
            package_name="shop",
            import_roots=("",),
            interpreter=Path(interpreter),
            owned=("tests/test_subject.py",),
            attempt=turns,
            conversation=conversation,
            feedback=feedback,
            time_limit=60.0,
            test_run=TestRun(worktree, ("tests/test_subject.py",), "shop", ("",), Path(interpreter), pass_env=pass_env)
            if is_rehearsed or pass_env
            else None,
        )
        agent = BuiltinAgent((sys.executable, "-m", "ctxtui.core.toolchains.test_command"))
        launch = agent.launch(turn)
        process = subprocess.run(launch.argv, cwd=launch.cwd, env=dict(launch.env), capture_output=True, check=False)
        reader = agent.reader()
        first = reader.feed(process.stdout)
        last, outcome = reader.finish(process.returncode, process.stderr.decode())
        assert outcome.trouble in {None, Trouble.NOTHING}, outcome.message
        path = worktree / turn.test_path
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return Written((*first, *last), outcome, text, worktree, turn)

    return run
