"""Which worker gets a component: one with room whose agent works; what is known of a slot is asked once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from ctxtui.core.domain.plan import ExecutorPlan
from ctxtui.core.domain.run_state import run_state
from ctxtui.core.engine.actions.work import Order, Tools, Work
from ctxtui.core.engine.remote.hands import RemoteHands, UnknownRunError
from ctxtui.core.engine.remote.health import note_workers, seats_of
from ctxtui.core.engine.remote.wire import Berth, Opening
from ctxtui.core.ports.sites import Place, PlaceLostError
from ctxtui.core.ports.stop import Stop, StoppedError
from tests.doubles.engine_room import EngineRoom

ONE, TWO = Place("tcp://1", "alpha", 2, label="one"), Place("tcp://2", "beta", 2, label="two")


@dataclass
class Workers:
    """Places that answer what is asked of them, and count it."""

    seen: tuple[Place, ...] = (ONE, TWO)
    without_agent: tuple[str, ...] = ()
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    is_closed: bool = False
    silent: str = ""
    openings: list[Opening] = field(default_factory=list)

    def places(self) -> tuple[Place, ...]:
        return self.seen

    def call(self, place: str, operation: str, *_values: Any) -> Any:
        self.asked[place, operation] += 1
        if operation == "begin" and place == self.silent:
            raise PlaceLostError("It does not answer.")
        if operation in {"open", "unpack"}:
            return self.openings.pop(0)
        if self.openings:
            raise UnknownRunError("It was not brought here.")
        if operation == "check_agent":
            return ("", "it is not installed") if place in self.without_agent else ("1.0", "")
        return False if operation == "holds" else None

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Notes:
    texts: list[str] = field(default_factory=list)

    def events(self, events: Any) -> None:
        self.texts += [event.text for event in events]


@pytest.fixture
def room(tmp_path):
    made = EngineRoom(tmp_path)
    made.open().end("run")
    yield made
    made.store.close()


def hands(workers: Workers, worker_jobs: int = 0, ahead: int = 0) -> RemoteHands:
    return RemoteHands(
        workers, None, Berth("run", "base", "", 1, b""), b"", ExecutorPlan("dask", worker_jobs=worker_jobs), ahead
    )


def work(room: EngineRoom, slot: str, stop: Stop | None = None) -> Work:
    session = room.session("alpha")
    plan = run_state(room.session().state).plan
    order = Order("run", plan, session, session.interactions[-1], slot)
    return Work(Tools(None, None, None, None, room.clock, None), None, order, stop or Stop(), Notes())


def placed(one: RemoteHands, room: EngineRoom, *slots: str) -> Counter[str]:
    for slot in slots:
        one.lay_out(work(room, slot))
    return Counter(one._placed.values())


def test_components_go_where_there_is_most_room(room):
    assert placed(hands(Workers()), room, "a", "b", "c", "d") == {"tcp://1": 2, "tcp://2": 2}


def test_a_worker_whose_agent_does_not_work_gets_none(room):
    assert placed(hands(Workers(without_agent=("tcp://1",))), room, "a", "b") == {"tcp://2": 2}


def test_a_worker_that_fell_silent_gets_nothing_while_there_are_others(room):
    one = hands(Workers(silent="tcp://1"))
    one.lay_out(work(room, "a"))
    assert one._placed == {"a": "tcp://1"}
    with pytest.raises(StoppedError):
        one.carry_out(work(room, "a"))
    assert placed(one, room, "a", "b") == {"tcp://2": 2}


def test_a_worker_that_makes_the_environment_is_waited_for_until_the_run_is_stopped(room):
    workers = Workers()
    one, waiting = hands(workers), work(room, "a")
    one.lay_out(waiting)
    workers.openings += [Opening.MISSING, Opening.PREPARING, Opening.PREPARING, Opening.OPEN]
    waiting.stop.wait = lambda _seconds: None
    with pytest.raises(AttributeError):  # what the silent double answers to "begin" is no progress
        one.carry_out(waiting)
    asked = {operation: workers.asked["tcp://1", operation] for operation in ("open", "unpack", "begin")}
    assert asked == {"open": 3, "unpack": 1, "begin": 2}
    assert waiting.report.texts == ["the worker one on alpha makes the project's environment"]
    workers.openings += [Opening.PREPARING] * 2
    waiting.stop.wait = lambda _seconds: waiting.stop.set()
    with pytest.raises(StoppedError):
        one.carry_out(waiting)


def test_a_worker_gets_no_more_than_was_set(room):
    one = hands(Workers(), worker_jobs=1)
    assert placed(one, room, "a", "b") == {"tcp://1": 1, "tcp://2": 1}
    stop = Stop()
    waiting = work(room, "c", stop)
    stop.wait = lambda _seconds: stop.set()
    with pytest.raises(StoppedError):
        one.lay_out(waiting)
    assert waiting.report.texts == ["waits for a worker: all are busy"]


def test_a_slot_is_looked_for_once_and_an_agent_asked_for_once_a_worker(room):
    workers = Workers()
    one = hands(workers)
    for _component in range(3):
        placed(one, room, "a")
        one.clear("a")
    assert workers.asked["tcp://1", "holds"] == 1
    assert workers.asked["tcp://1", "check_agent"] == 1


def test_what_ails_the_workers_is_told_once_in_the_run(room):
    for places in ((ONE, TWO), (ONE, TWO), (ONE, replace(TWO, problem="it is frozen"))):
        batch = room.course.batch()
        note_workers(batch, places)
        room.course.store(batch)
    told = [item.event.text for item in room.store.history.events(room.session().scope, "run")]
    assert [text for text in told if text.startswith("workers")] == [
        "workers: 2 of 2 can be used",
        "workers: 1 of 2 can be used",
    ]
    assert [one["problem"] for one in room.session().state["workers"]] == ["", "it is frozen"]


def test_workers_are_let_go_of(room):
    workers = Workers()
    hands(workers).close()
    assert workers.is_closed


def test_at_each_worker_one_more_is_prepared_or_judged_than_has_its_agent_at_work(room):
    assert placed(hands(Workers(), ahead=1), room, *"abcdef") == {"tcp://1": 3, "tcp://2": 3}


def test_the_seats_of_a_run_are_those_of_workers_that_can_be_used():
    seen = [
        {"name": "one", "host": "alpha", "slots": 4, "problem": ""},
        {"name": "two", "host": "beta", "slots": 1, "problem": ""},
        {"name": "three", "host": "beta", "slots": 4, "problem": "it is frozen"},
    ]
    assert seats_of(seen, ExecutorPlan("dask")) == {"one on alpha": 4, "two on beta": 1}
    assert seats_of(seen, ExecutorPlan("dask", worker_jobs=2)) == {"one on alpha": 2, "two on beta": 1}
