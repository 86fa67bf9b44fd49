"""A team's run in Postgres: started by one person, looked at, retried and taken up again from another data folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.doubles.postgres_server import PostgresServer, running_server, server_programs
from tests.doubles.scripted_agent import starts, write_script
from tests.integration.cli.test_processes import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BAD = "import {component} as module\n\n\ndef test_name():\n    assert module.__name__ == 'other'\n"
GOOD = "import {component} as module\n\n\ndef test_name():\n    assert module.__name__ == '{component}'\n"
WELL = [["write", "{test_path}", GOOD]]
TURNS = {"shop.money": [WELL], "shop.stock": [[["write", "{test_path}", BAD]], WELL]}
FINISHED, WAITS = 0, 3


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    programs = server_programs()
    if programs is None:
        pytest.skip("there is no Postgres on this machine: install Debian's `postgresql`")
    with TemporaryDirectory(prefix="pg") as folder, running_server(programs, Path(folder)) as running:
        yield running


@pytest.fixture
def two(person, server):
    """Ana and Ben: one repository, one agent and one database; each has a data folder and a cache of their own."""
    database = server.url(server.new_database())
    shared = {"CTXTUI_DATABASE": database, "CTXTUI_ACCOUNT": "team", "CTXTUI_MAX_ATTEMPTS": "1"}
    ana = replace(person, more=shared)
    folders = {f"CTXTUI_{name.upper()}_DIR": str(person.folder / "ben" / name) for name in ("data", "cache")}
    return ana, replace(person, more={**shared, **folders})


def test_a_run_is_watched_retried_and_finished_from_another_data_folder(two):
    ana, ben = two
    write_script(ana.script.parent, TURNS)
    begun = ana.runs("run", "shop", "--headless", "-q")
    assert begun.code == WAITS, begun.err
    assert "shop" in ben.types("ls").out
    assert verdicts(ben) == {"shop.money": "passed", "shop.stock": "failed"}
    retried = ben.runs("retry", "last", "shop.stock", "--note", "name the module itself", "--wait")
    assert retried.code == FINISHED, retried.err
    assert verdicts(ana) == verdicts(ben) == {"shop.money": "passed", "shop.stock": "passed"}


def test_a_run_whose_owner_was_killed_is_taken_up_from_another_data_folder(two):
    ana, ben = two
    write_script(ana.script.parent, {"shop.money": [[["wait_for", "{script_dir}/go"], *WELL]], "shop.stock": [WELL]})
    owner = ana.starts("run", "shop", "--headless", "-q")
    wait_until(lambda: ("shop.money", 1) in {(name, turn) for name, turn, _ in starts(ana.script)}, 60)
    owner.kill()
    owner.communicate()
    (ana.script.parent / "go").touch()
    taken_up = ben.runs("resume", "last", "--headless", "-q")
    assert taken_up.code == FINISHED, taken_up.err
    assert verdicts(ana) == {"shop.money": "passed", "shop.stock": "passed"}


def verdicts(someone) -> dict[str, str]:
    (run,) = someone.types("show", "--json").lines
    return {component["name"]: component["verdict"] for component in run["components"]}
