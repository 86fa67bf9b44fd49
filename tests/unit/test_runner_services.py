"""How many runners are started for a run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ctxtui.core.domain.scope import Scope
from ctxtui.services.runners import Runners
from ctxtui.services.starting import last_words, log_path

SCOPE = Scope("me", "shop")


class Process:
    """A runner, and how often it was looked at."""

    def __init__(self, exit_code: int | None = None) -> None:
        self.exit_code = exit_code
        self.looks = 0

    def poll(self) -> int | None:
        self.looks += 1
        return self.exit_code


def test_three_presses_of_a_key_start_one_runner():
    started: list[Process] = []

    def start(_scope: Scope, _run_id: str) -> Process:
        started.append(Process())
        return started[-1]

    runners = Runners(start, is_owned=lambda _scope, _run_id: started[0].looks > 2)
    with ThreadPoolExecutor(3) as presses:
        list(presses.map(lambda _press: runners.ensure(SCOPE, "r"), range(3)))
    assert len(started) == 1


def test_a_runner_that_has_ended_is_followed_by_another_one():
    started: list[Process] = []

    def start(_scope: Scope, _run_id: str) -> Process:
        started.append(Process(exit_code=0))
        return started[-1]

    runners = Runners(start, is_owned=lambda _scope, _run_id: False)
    for _ in range(2):
        runners.ensure(SCOPE, "r")
    assert len(started) == 2


def test_every_run_has_a_runner_of_its_own():
    started: list[str] = []

    def start(_scope: Scope, run_id: str) -> Process:
        started.append(run_id)
        return Process()

    runners = Runners(start, is_owned=lambda _scope, _run_id: True)
    for run_id in ("a", "b", "a"):
        runners.ensure(SCOPE, run_id)
    assert started == ["a", "b"]


class Failing(Process):
    """Owns its run for a moment, and ends when it sees that it can do nothing with it."""

    def poll(self) -> int | None:
        self.looks += 1
        return 2 if self.looks > 3 else None


def test_a_runner_that_could_do_nothing_is_told_from_one_that_works():
    for process, code in ((Failing(), 2), (Process(), None)):
        runners = Runners(lambda *_of, one=process: one, is_owned=lambda *_of: True, steady_seconds=0.3)
        runners.ensure(SCOPE, "r")
        assert runners.ended_at_once(SCOPE, "r") == code


def test_nobody_waits_for_a_runner_that_has_served_what_it_was_started_for():
    process = Process()
    runners = Runners(lambda *_of: process, is_owned=lambda *_of: True, steady_seconds=600)
    runners.ensure(SCOPE, "r")
    assert runners.ended_at_once(SCOPE, "r", lambda: process.looks > 2) is None
    assert process.looks < 9


def test_what_a_runner_said_last_is_told_without_the_name_of_the_program(tmp_path):
    environ = {"CTXTUI_DATA_DIR": str(tmp_path)}
    assert "could not start" in last_words(environ, "r")
    log = log_path(environ, "r")
    log.parent.mkdir()
    log.write_text("before\nctxtui: /shop does not exist: name a folder of a git repository.\n")
    assert last_words(environ, "r") == "/shop does not exist: name a folder of a git repository."
