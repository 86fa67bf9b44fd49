from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctxtui.core.executors.local import LocalExecutor
from ctxtui.core.executors.shim import MARKER, mark
from ctxtui.core.executors.turn import LocalTurn
from ctxtui.core.ports.agents import Launch
from ctxtui.core.processes.family import Kin, family
from ctxtui.core.processes.portable import PortableProcesses
from ctxtui.core.processes.table import LinuxProcesses

TABLES = [LinuxProcesses, PortableProcesses] if sys.platform == "linux" else [PortableProcesses]


@pytest.fixture
def executor() -> LocalExecutor:
    return LocalExecutor()


@pytest.fixture(params=TABLES, ids=lambda table: table.__name__)
def any_executor(request: pytest.FixtureRequest) -> LocalExecutor:
    return LocalExecutor(request.param())


@pytest.fixture
def turn_dir(tmp_path: Path) -> Path:
    return tmp_path / "turns" / "one"


@pytest.fixture
def launch(tmp_path: Path) -> Callable[..., Launch]:
    def make(*argv: str, stdin: Path | None = None, **env: str) -> Launch:
        return Launch(argv=argv, cwd=tmp_path, env={"PATH": os.defpath, **env}, stdin=stdin)

    return make


@pytest.fixture
def members(turn_dir: Path) -> Iterator[Callable[[], set[int]]]:
    """The ids of the turn's live processes; none may be left when the test ends."""

    def pids() -> set[int]:
        return {process.pid for process in family(PortableProcesses(), Kin(f"{MARKER}={mark(turn_dir)}"))}

    yield pids
    left = pids()
    LocalTurn(turn_dir, PortableProcesses()).stop(0)
    assert not left
