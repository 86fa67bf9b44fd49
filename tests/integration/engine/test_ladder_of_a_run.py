"""What a run's checks ask for comes from the settings, goes with the run, and comes back to the agent as evidence."""

from __future__ import annotations

import json

from ctxtui.config import Settings
from ctxtui.config.schema import Ladder, Limits
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.run_plan import RunPlan
from ctxtui.core.ports.validation import LadderLimits
from ctxtui.core.views.rungs import badges, rungs_of
from ctxtui.services.starting import run_settings

IDLE = "from shop import {0}\n\n\ndef test_there():\n    assert {0}\n"
GOOD = {
    "shop.money": "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    "shop.stock": "from shop import stock\n\n\ndef test_put():\n    assert stock.put('a') == len(stock.ITEMS)\n",
}


def writes(text):
    return [["write", "{test_path}", text]]


def test_the_settings_of_the_checks_go_with_the_run():
    ladder = Ladder(coverage_floor=80.0, mutants=5, mutants_floor=60.0, mutation_seconds=9.0)
    settings = Settings(ladder=ladder, limits=Limits(file_kb=2))
    stored = json.loads(json.dumps(run_settings(settings).to_state()))
    assert RunPlan.from_state(stored).ladder == LadderLimits(
        file_bytes=2048, coverage_floor=80.0, mutants=5, mutants_floor=60.0, mutation_seconds=9.0
    )


def test_tests_that_reach_nothing_go_back_with_the_missed_lines_and_only_configured_checks_are_shown(make_project):
    turns = {name: [writes(IDLE.format(name.partition(".")[2])), writes(text)] for name, text in GOOD.items()}
    project = make_project(turns, rungs=["fence", "collects", "passes", "covers"])
    project.start()
    assert project.work() is ExitCode.OK
    told = project.prompt("shop.money", 2)
    assert "covers: the tests reach nothing that importing shop.money does not reach" in told
    assert "line 2 is not reached" in told
    assert "return a + b" in told
    rows = project.parts.store.feed.changes(project.scope, project.run_id).rows
    (parent,) = [row for row in rows if row.parent_id is None]
    assert rungs_of(parent) == ("fence", "collects", "passes", "covers")
    for row in rows:
        if row.parent_id is not None:
            assert [badge.rung for badge in badges(row, rungs_of(parent))] == list(rungs_of(parent))
