"""Stores of released versions: opened, read and gone on with by this one.

`released/VERSION.sql` is what the version wrote for two runs of one package: one that passed, one that was killed after
it had accepted one of two modules.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctxtui.core.store.upgrading import HEAD
from tests.doubles.scripted_agent import starts
from tests.faults.store.released_world import BRANCH, GOOD, MODULES, RELEASED, World


class Upgraded(World):
    """A world whose store a released version wrote: the run that passed, and the one that was killed."""

    is_of_an_older_schema = False

    def read(self, dump: Path) -> None:
        super().read(dump)
        self.is_of_an_older_schema = f"INSERT INTO \"alembic_version\" VALUES('{HEAD}')" not in dump.read_text("utf-8")

    def runs(self) -> tuple[str, str]:
        runs = {run["status"]: run["run"] for run in json.loads(self.types("ls", "--json").stdout)}
        assert set(runs) == {"passed", "interrupted"}
        return runs["passed"], runs["interrupted"]


@pytest.fixture(params=sorted(RELEASED.glob("*.sql")), ids=lambda path: path.stem)
def upgraded(request, tmp_path):
    made = Upgraded(tmp_path)
    made.deliver()
    made.read(request.param)
    yield made
    made.end()


def test_runs_of_a_released_version_are_shown_and_their_history_told(upgraded):
    passed, killed = upgraded.runs()
    assert "fix_failures" in upgraded.types("history", passed, "stock").stdout
    shown = json.loads(upgraded.types("show", passed, "--json").stdout)
    assert [one["verdict"] for one in shown["components"]] == ["passed", "passed"]
    (agent,) = json.loads(upgraded.types("stats", passed, "--json").stdout)["agents"]
    assert (agent["agent"], agent["passed"]) == ("scripted", 2)
    assert agent["attempts"] >= 2
    for words in (["stats", passed], ["export", passed], ["history", killed]):
        assert upgraded.types(*words).returncode == 0, words
    assert upgraded.is_of_an_older_schema == bool(list((upgraded.folder / "data").glob("ctxtui.db.bak-*")))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_that_a_released_version_began_is_gone_on_with_and_asks_nobody_twice(upgraded):
    done = upgraded.types("resume", upgraded.runs()[1], "--headless")
    assert done.returncode == 0, done.stderr
    assert {component for component, _attempt, _pid in starts(upgraded.script)} == {"shop.stock"}
    for name in MODULES:
        assert upgraded.git("show", f"{BRANCH}-2:tests/test_{name}.py") == GOOD.format(name).strip()
    assert upgraded.git("rev-list", "--count", f"main..{BRANCH}-2") == "1"
