"""A test that does not end is interrupted, and loses nothing by a machine on which others are at work."""

from __future__ import annotations

import signal
from types import SimpleNamespace

import pytest

from ctxtui.core.toolchains.guest import hooks
from ctxtui.core.toolchains.guest.hooks import Reporter


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    told = SimpleNamespace(seconds=3.0)
    monkeypatch.setattr(hooks, "seconds_waited", lambda: told.seconds)
    return told


@pytest.fixture
def ring(waited: SimpleNamespace, tmp_path):
    """What the alarm calls, of a test that has 100 seconds."""
    with (tmp_path / "hang").open("w") as hang_log:
        reporter = SimpleNamespace(limit=100.0, settings={"grace": 5.0}, hang_log=hang_log)
        stop = Reporter.watch(reporter, "a test")
        try:
            yield lambda: signal.getsignal(signal.SIGALRM)(signal.SIGALRM, None)
        finally:
            stop()


def test_a_test_that_had_its_time_is_interrupted(ring):
    with pytest.raises(pytest.fail.Exception, match="did not end within 100 s"):
        ring()


def test_time_in_which_others_had_the_processors_is_given_back_once(ring, waited):
    waited.seconds += 40
    ring()
    assert 39 < signal.getitimer(signal.ITIMER_REAL)[0] <= 40
    with pytest.raises(pytest.fail.Exception):
        ring()


def test_no_test_is_waited_for_for_ever(ring, waited):
    waited.seconds += 5000
    ring()
    assert signal.getitimer(signal.ITIMER_REAL)[0] <= 900
    with pytest.raises(pytest.fail.Exception):
        ring()
