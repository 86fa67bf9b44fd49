"""Where a component is worked on, how long it waited for that, and how the workers do: as the overviews tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ctxtui.core.domain.session import SessionStatus
from ctxtui.core.views.states import ShownState
from ctxtui.core.views.workers import queue_wait, worker_of, workers_told
from ctxtui.screens.presentation.overview import child_overview
from tests.unit.views.test_run_view import PARENT, at, child

WELL = {"name": "one", "host": "alpha", "slots": 2, "problem": ""}
OLD = {"name": "two", "host": "beta", "slots": 2, "problem": "it has another version"}


def told(row) -> str:
    return "\n".join("".join(span.text for span in spans) for spans in child_overview(row, ShownState.RUNNING, 0, 80))


def test_a_component_waits_until_its_first_attempt_or_step():
    assert queue_wait(child("money")) is None
    assert queue_wait(child("money", pending_since=at(3))) == timedelta(minutes=3)
    assert queue_wait(child("money", SessionStatus.ACTIVE, (5, 6), pending_since=at(9))) == timedelta(minutes=5)


def test_the_overview_of_a_component_names_its_worker_and_its_wait():
    row = child("money", pending_since=at(2), state={"worker": "one on alpha"})
    assert worker_of(row) == "one on alpha"
    assert "at one on alpha, waited 2m00s for its turn" in told(row)


def test_a_component_on_this_machine_has_no_such_line():
    assert "waited" not in told(child("money", pending_since=at(2)))


def test_a_run_tells_how_many_workers_can_be_used_and_what_ails_the_others():
    assert workers_told(PARENT) == ""
    seen = replace(PARENT, state={"workers": [WELL, OLD]})
    assert workers_told(seen) == "1 of 2 can be used; two on beta: it has another version"
