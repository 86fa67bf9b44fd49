"""How often what is asked for is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count

import pytest
from textual.app import App

from ctxtui.screens.throttle import Throttle

SECONDS = 0.05


class Pump:
    """A widget's messages and timers, played by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[tuple[float, Callable[[], object]]] = []

    def call_later(self, callback: Callable[[], object]) -> None:
        callback()

    def once_later(self, _pump: Pump, delay: float, callback: Callable[[], object]) -> None:
        self.timers.append((self.now + delay, callback))

    def let_pass(self, seconds: float) -> None:
        self.now += seconds
        due = [callback for at, callback in self.timers if at <= self.now]
        self.timers = [one for one in self.timers if one[0] > self.now]
        for callback in due:
            callback()


@pytest.fixture
def pump():
    return Pump()


@pytest.fixture
def done():
    return []


@pytest.fixture
def throttle(pump, done):
    return Throttle(pump, SECONDS, lambda: done.append(round(pump.now - 100, 3)), lambda: pump.now, pump.once_later)


def test_what_is_asked_after_a_pause_is_done_at_once(throttle, pump, done):
    throttle.ask()
    pump.let_pass(1)
    throttle.ask()
    assert done == [0, 1]


def test_what_is_asked_in_quick_succession_is_done_together_when_the_time_has_come(throttle, pump, done):
    for _ in range(5):
        throttle.ask()
        pump.let_pass(0.01)
    assert done == [0, 0.05]


def test_under_a_flood_it_is_done_as_often_as_allowed(throttle, pump, done):
    for _ in range(100):
        throttle.ask()
        pump.let_pass(0.01)
    assert len(done) == pytest.approx(1 / SECONDS, abs=2)


def test_what_is_asked_is_done_on_a_machine_that_was_busy_meanwhile(monkeypatch):
    """Between two looks at the clock a second goes by: Textual's own timers then leave their only tick out."""

    async def scene():
        app, times, done, seconds = App(), [], asyncio.Event(), count()
        async with app.run_test() as pilot:
            monkeypatch.setattr("textual.timer._time.get_time", lambda: next(seconds))
            throttle = Throttle(app, SECONDS, lambda: times.append(1) or (len(times) == 2 and done.set()))
            for _ in range(2):
                throttle.ask()
                await pilot.pause()
            await asyncio.wait_for(done.wait(), 5)

    asyncio.run(scene())
