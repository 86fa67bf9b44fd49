"""What a worker of a cluster answers while it makes the environment of a run's project."""

from __future__ import annotations

import sys
import time
from concurrent.futures import Future
from types import SimpleNamespace

import msgspec
import pytest

from ctxtui.config import Settings
from ctxtui.core.domain.errors import UsageError
from ctxtui.core.engine.remote.site import Site
from ctxtui.core.engine.remote.wire import Berth, Opening
from ctxtui.services import site


@pytest.fixture
def berth(tmp_path, monkeypatch):
    """Makes a run whose base commit is at the worker already."""
    (tmp_path / ".git").mkdir()
    workspaces = SimpleNamespace(unpacked=lambda _snapshot: tmp_path, open=lambda *_what: "a workspace")
    monkeypatch.setattr(site.bootstrap, "open_workspaces", lambda *_what: workspaces)
    monkeypatch.setattr(site.bootstrap, "open_tools", lambda *_what: SimpleNamespace(workspaces=workspaces))
    monkeypatch.setattr(site, "_BERTHS", site._Berths())
    monkeypatch.setattr(site, "PREPARED_SECONDS", 0.05)

    def make(*setup: str) -> Berth:
        return Berth("run", "base", "snapshot", 1, msgspec.json.encode(Settings()), sys.executable, setup)

    return make


def opened(berth: Berth) -> Opening:
    """What it says when it is done."""
    limit = time.monotonic() + 60
    while (opening := site.OPERATIONS["open"](berth)) is Opening.PREPARING:
        assert time.monotonic() < limit, "the environment was never made"
    return opening


def test_a_set_up_command_may_take_longer_than_an_answer_and_runs_once(berth, tmp_path):
    one = berth("sh", "-c", "echo once >> log; until [ -e go ]; do sleep 0.02; done")
    assert [site.OPERATIONS["open"](one) for _question in range(3)] == [Opening.PREPARING] * 3
    (tmp_path / "go").touch()
    assert opened(one) is Opening.OPEN
    assert opened(one) is Opening.OPEN
    assert (tmp_path / "log").read_text() == "once\n"


def test_a_set_up_command_that_fails_is_told_with_its_last_words_and_tried_again(berth, tmp_path):
    one = berth("sh", "-c", "echo once >> log; echo no such lock file >&2; test $(wc -l < log) -gt 1")
    with pytest.raises(UsageError, match=r"set-up command of `\[executor\]` failed on this worker: no such lock file"):
        opened(one)
    assert opened(one) is Opening.OPEN


def test_a_set_up_command_that_is_not_there_is_named(berth):
    with pytest.raises(UsageError, match=r"cannot be started on this worker: .*no-such-command"):
        opened(berth("no-such-command"))


def test_who_hears_late_of_a_failure_leaves_what_was_begun_anew(berth, monkeypatch):
    begun_anew: Future[Site] = Future()
    wait = site.wait

    def late(futures, timeout):
        done = wait(futures, timeout + 60)
        site._BERTHS.preparing["run"] = begun_anew
        return done

    monkeypatch.setattr(site, "wait", late)
    with pytest.raises(UsageError):
        site.OPERATIONS["open"](berth("no-such-command"))
    assert site._BERTHS.preparing["run"] is begun_anew
