"""An agent that says it is asked too often is left alone for a while, by all, and everybody sees until when."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.engine.cooldowns import Cooldowns, cooldown_left
from ctxtui.core.engine.shown import attempts_used, shown_state
from ctxtui.screens.presentation.doing import doing

MONEY = "from shop.money import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
STOCK = "from shop import stock\n\n\ndef test_put():\n    stock.ITEMS.clear()\n    assert stock.put('a') == 1\n"
LIMITED = [["stderr", "429 Too Many Requests: retry after 600 s"], ["exit", 1]]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Clock:
    """The real time, and as far ahead of it as a test wants."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def rows(project):
    return {row.name: row for row in project.parts.store.feed.changes(project.scope, project.run_id).rows}


def attempts(project, name):
    return project.parts.store.history.attempts(project.scope, project.child(name).id)


def test_a_rate_limit_holds_back_every_child_of_that_agent_but_not_what_is_under_way(
    make_project, in_thread, wait_until
):
    bad = [["wait_for", "{script_dir}/go"], ["write", "{test_path}", STOCK.replace("==", "!=")]]
    turns = {
        "shop.money": [LIMITED, [["write", "{test_path}", MONEY]]],
        "shop.stock": [bad, [["write", "{test_path}", STOCK]]],
    }
    project = make_project(turns)
    clock = Clock()
    project.parts = replace(project.parts, now=clock)
    project.start()
    working = in_thread(project.work)
    wait_until(lambda: rows(project)["shop"] and len(project.starts()) == 2)
    wait_until(lambda: cooldown_left(rows(project)["shop.money"], clock()))
    (project.script.parent / "go").touch()
    wait_until(lambda: cooldown_left(rows(project)["shop.stock"], clock()))

    waiting = rows(project)
    assert attempts(project, "shop.stock")[0].outcome is AttemptOutcome.FAILED
    assert len(project.starts()) == 2
    for name in ("shop.money", "shop.stock"):
        row = waiting[name]
        told = doing(row, shown_state(row, owner_alive=True), clock())
        assert re.fullmatch(r"waits 1?\dm\d\ds for scripted, which is busy", told)
        assert timedelta(seconds=500) < cooldown_left(row, clock()) <= timedelta(seconds=720)
    clock.ahead = timedelta(seconds=721)
    assert working.result() is ExitCode.OK
    assert [attempt.outcome for attempt in attempts(project, "shop.money")] == [
        AttemptOutcome.TROUBLED,
        AttemptOutcome.PASSED,
    ]
    assert attempts_used(rows(project)["shop.money"]) == 1
    assert cooldown_left(rows(project)["shop.money"], clock() - clock.ahead) is None


def test_those_who_waited_do_not_all_come_back_at_once():
    cooldowns = Cooldowns()
    cooldowns.start("claude", NOON, 100)
    ends = {cooldowns.end("claude", share) for share in (0.0, 0.5, 1.0)}
    assert ends == {NOON + timedelta(seconds=seconds) for seconds in (100, 110, 120)}


def test_a_shorter_wait_told_later_does_not_shorten_a_longer_one():
    cooldowns = Cooldowns()
    cooldowns.start("claude", NOON, 100)
    cooldowns.start("claude", NOON, 10)
    assert cooldowns.end("claude", 0.0) == NOON + timedelta(seconds=100)


def test_another_agent_is_not_held_back():
    cooldowns = Cooldowns()
    cooldowns.start("claude", NOON, 100)
    assert cooldowns.end("codex", 0.0) is None
