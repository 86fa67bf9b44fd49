"""An agent that says it is asked too often is left alone for a while, by all, and everybody sees until when."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from watchfiles import Change

from ctxtui.core.agents.limit_board import LimitBoard
from ctxtui.core.agents.registry import AgentRegistry
from ctxtui.core.domain.attempt import AttemptOutcome
from ctxtui.core.domain.errors import ExitCode
from ctxtui.core.domain.request import RequestKind
from ctxtui.core.engine.actions.watching import POLL_MS, POLLING, follow
from ctxtui.core.engine.cooldowns import Cooldowns
from ctxtui.core.views.attempts import attempts_used
from ctxtui.core.views.durations import cooldown_left
from ctxtui.core.views.states import shown_state
from ctxtui.screens.presentation.doing import doing
from tests.doubles.limits import Board
from tests.doubles.scripted_agent import descriptor
from tests.doubles.turns import UnusedAgent

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
    try:
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
            assert re.fullmatch(r"scripted is busy: asked again at [\d:]{8}, in 1?\dm\d\ds", told)
            assert timedelta(seconds=500) < cooldown_left(row, clock()) <= timedelta(seconds=720)
    finally:
        clock.ahead = timedelta(seconds=721)
    assert working.result() is ExitCode.OK
    assert [attempt.outcome for attempt in attempts(project, "shop.money")] == [
        AttemptOutcome.TROUBLED,
        AttemptOutcome.PASSED,
    ]
    assert attempts_used(rows(project)["shop.money"]) == 1
    assert cooldown_left(rows(project)["shop.money"], clock() - clock.ahead) is None


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def test_those_who_waited_do_not_all_come_back_at_once():
    cooldowns = Cooldowns(Board())
    cooldowns.start("claude", NOON, 100, 60)
    assert {cooldowns.end("claude", share) for share in (0.0, 0.5, 1.0)} == {after(100), after(110), after(120)}


def test_after_a_long_wait_all_are_back_within_a_minute():
    cooldowns = Cooldowns(Board())
    cooldowns.start("claude", NOON, 18_000, 60)
    assert cooldowns.end("claude", 1.0) == after(18_060)


def test_a_shorter_wait_told_later_does_not_shorten_a_longer_one():
    cooldowns = Cooldowns(Board())
    cooldowns.start("claude", NOON, 100, 60)
    cooldowns.start("claude", NOON, 10, 60)
    assert cooldowns.end("claude", 0.0) == after(100)


def test_another_agent_is_not_held_back():
    cooldowns = Cooldowns(Board())
    cooldowns.start("claude", NOON, 100, 60)
    assert cooldowns.end("codex", 0.0) is None


def test_another_run_of_the_account_waits_too_until_a_user_wants_it_asked():
    board = Board()
    here, there = Cooldowns(board), Cooldowns(board)
    here.start("claude", NOON, 100, 60)
    assert there.end("claude", 0.0) == after(100)
    there.forget("claude")
    assert there.end("claude", 0.0) is None


def test_guesses_double_until_the_agent_answers_and_one_limit_is_guessed_once():
    cooldowns = Cooldowns(Board())
    assert cooldowns.start("claude", NOON, None, 60) == after(60)
    assert cooldowns.start("claude", after(1), None, 60) == after(61)
    assert cooldowns.start("claude", after(100), None, 60) == after(220)
    assert cooldowns.start("claude", after(300), None, 60) == after(540)
    cooldowns.answered("claude")
    assert cooldowns.start("claude", after(1000), None, 60) == after(1060)
    for n in range(10):
        cooldowns.start("claude", after(10_000 * (n + 1)), None, 60)
    assert cooldowns.end("claude", 0.0) == after(100_900)


@pytest.mark.parametrize(
    ("used", "bears"), [(0.0, 8), (0.79, 8), (0.8, 8), (0.85, 6), (0.9, 4), (0.95, 2), (0.99, 1), (1.0, 1), (1.2, 1)]
)
def test_near_a_limit_fewer_are_asked_at_a_time_but_always_one(used, bears):
    cooldowns = Cooldowns(Board())
    cooldowns.used("claude", used, after(600))
    assert cooldowns.bearable("claude", 8, NOON) == bears
    assert cooldowns.bearable("claude", 8, after(601)) == 8
    assert cooldowns.bearable("codex", 8, NOON) == 8


def test_a_limit_outlives_the_program_and_is_shared_by_those_with_the_same_keys(tmp_path):
    def open_board(agents, environ):
        registry = AgentRegistry(UnusedAgent(), agents, environ=environ)
        return LimitBoard(tmp_path / "limits", registry.account)

    keys = {"HOME": "/home/ada", "ANTHROPIC_API_KEY": "one"}
    open_board({}, keys).hold("claude", NOON)
    assert open_board({"fast": {"base": "claude", "model": "haiku"}}, keys).until("fast") == NOON
    assert open_board({}, keys).until("claude-acp") == NOON
    assert open_board({}, {**keys, "ANTHROPIC_API_KEY": "two"}).until("claude") is None
    assert open_board({}, {**keys, "HOME": "/home/bob"}).until("claude") is None
    assert open_board({}, keys).until("codex") is None
    assert "one" not in "".join(file.name + file.read_text() for file in (tmp_path / "limits").iterdir())


def test_a_limits_file_that_makes_no_sense_holds_nobody_back(tmp_path):
    board = LimitBoard(tmp_path, lambda agent: agent)
    (tmp_path / "claude.json").write_text("[]")
    assert board.until("claude") is None
    board.hold("claude", NOON)
    assert board.until("claude") == NOON


def test_another_run_does_not_ask_an_account_that_is_limited_and_a_retry_asks_it(make_project, in_thread, wait_until):
    turns = {"shop.money": [[["write", "{test_path}", MONEY]]], "shop.stock": [[["write", "{test_path}", STOCK]]]}
    project = make_project(turns)
    project.parts.limits.hold("scripted", datetime.now(UTC) + timedelta(seconds=90))
    project.start()
    working = in_thread(project.work)
    wait_until(lambda: len([row for row in rows(project).values() if cooldown_left(row, datetime.now(UTC))]) == 2)
    assert project.starts() == []
    request = project.ask(RequestKind.RETRY, "shop.money")
    wait_until(lambda: project.answer(request).answered_at)
    assert project.answer(request).is_granted, project.answer(request).answer
    assert working.result(60) is ExitCode.OK
    assert project.parts.limits.until("scripted") is None


def test_an_agent_that_said_its_result_and_stays_is_ended_in_seconds(make_project, tmp_path):
    result = json.dumps({"type": "result", "subtype": "success", "is_error": False, "result": "Wrote them."})
    staying = [["say", result], ["sleep_forever"]]
    turns = {
        "shop.money": [[["write", "{test_path}", MONEY], *staying]],
        "shop.stock": [[["write", "{test_path}", STOCK], *staying]],
    }
    script = tmp_path / "project-0/agent/script.json"
    agent = descriptor(script, driver="jsonl", format="claude", usage="per_turn")
    project = make_project(turns, agents={"scripted": agent})
    started = time.monotonic()
    project.start()
    assert project.work() is ExitCode.OK
    assert time.monotonic() - started < project.settings.limits.agent_stall_seconds
    assert [attempt.outcome for attempt in attempts(project, "shop.money")] == [AttemptOutcome.PASSED]


def test_without_a_watcher_of_the_system_files_are_polled_and_it_is_said_once(tmp_path):
    seen, asked = [], []

    def look(poll_ms):
        asked.append(poll_ms)
        if not poll_ms:
            raise OSError(28, "inotify watch limit reached")
        yield {(Change.added, str(tmp_path / "tests/test_x.py"))}

    follow(tmp_path, look, seen.append)
    assert asked == [0, POLL_MS]
    assert seen == [POLLING, "writing tests/test_x.py"]


def test_a_watcher_that_never_works_ends_in_silence(tmp_path):
    def look(_poll_ms):
        raise RuntimeError("error in underlying watcher")
        yield

    seen = []
    follow(tmp_path, look, seen.append)
    assert set(seen) == {POLLING}
